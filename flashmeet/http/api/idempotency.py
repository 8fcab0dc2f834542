"""Repeatable POST requests with an `Idempotency-Key`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request
from pydantic import Field
from sqlalchemy.orm import Session

from flashmeet.http.admission.identity import member
from flashmeet.http.api.endpoint import sent_json
from flashmeet.http.api.fields import QueryModel
from flashmeet.http.service.idempotency import KEY_CHARACTERS, Answer, Attempt, answer_once, checked_key, fingerprint
from flashmeet.http.services import now, writing
from flashmeet.identity.models import Member

Act = Callable[[Session, Member], Answer]
Dress = Callable[[Session, Member, dict[str, Any]], dict[str, Any]]


class OnceHeader(QueryModel):
    key: str | None = Field(
        default=None,
        alias="Idempotency-Key",
        description="The same key gives the same answer for 24 hours, without doing it twice.",
        json_schema_extra={"minLength": 1, "maxLength": KEY_CHARACTERS},
    )


def _as_it_is(_session: Session, _member: Member, body: dict[str, Any]) -> dict[str, Any]:
    return body


def once(header: OnceHeader, act: Act, *, dress: Dress = _as_it_is) -> Answer:
    """Runs `act` in one unit of work, or returns the stored answer of the first request.

    `dress` adds what must not be stored, such as a personal link, which is a secret.
    """
    with writing() as db:
        me = member(db)
        answer = _answer(db, me, header.key, act)
        return Answer(answer.status, dress(db, me, answer.body))


def _answer(db: Session, me: Member, key: str | None, act: Act) -> Answer:
    attempt = _attempt(me, key)
    if attempt is None:
        return act(db, me)
    return answer_once(db, attempt, lambda: act(db, me), now=now())


def _attempt(me: Member, key: str | None) -> Attempt | None:
    if not key:
        return None
    return Attempt(
        member_id=me.id,
        method=request.method,
        path=request.path,
        key=checked_key(key),
        body_hash=fingerprint(sent_json()),
    )
