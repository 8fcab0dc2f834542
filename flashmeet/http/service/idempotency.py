"""Repeatable requests: the first success is stored for a day and returned again, without a second effect."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Table, delete, update
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import BadInput, Busy, IdempotencyMismatch, TooLong
from flashmeet.http.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
KEY_CHARACTERS = 200
FIELD = "Idempotency-Key"
_ROWS_ONLY = {"synchronize_session": False}  # the database session holds no object of these rows


@dataclass(frozen=True, slots=True)
class Answer:
    """A response: an HTTP status, and JSON."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request with a key. Keys of different members, methods or paths are independent."""

    member_id: int
    method: str
    path: str
    key: str
    body_hash: str

    @property
    def identity(self) -> dict[str, int | str]:
        return {"member_id": self.member_id, "method": self.method, "path": self.path, "key": self.key}


def checked_key(text: str) -> str:
    """Returns the key. Raises TooLong, BadInput."""
    if len(text) > KEY_CHARACTERS:
        raise TooLong(FIELD, most=KEY_CHARACTERS, length=len(text))
    if not text.isprintable():
        raise BadInput(FIELD)
    return text


def fingerprint(body: object) -> str:
    """Returns a hash that ignores spacing and order of members."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def answer_once(db: Session, attempt: Attempt, act: Callable[[], Answer], *, now: datetime) -> Answer:
    """Returns the response of `act`, or its first response. Raises IdempotencyMismatch and what `act` raises.

    The key is inserted before anything is done, in the same transaction as the effect: a second request waits for the
    first, then gets its response, or runs `act` if the first failed.
    """
    _forget_when_old(db, attempt, now=now)
    if not _take(db, attempt, now=now):
        return _kept(db, attempt)
    answer = act()
    kept = update(IdempotencyKey).filter_by(**attempt.identity).values(status=answer.status, answer=answer.body)
    db.execute(kept, execution_options=_ROWS_ONLY)
    return answer


def _take(db: Session, attempt: Attempt, *, now: datetime) -> bool:
    row: dict[str, Any] = {
        **attempt.identity,
        "body_hash": attempt.body_hash,
        "status": 0,
        "answer": {},
        "created_at": now,
    }
    return insert_new(db, cast(Table, IdempotencyKey.__table__), [{**attempt.identity, **row}]) == 1


def _kept(db: Session, attempt: Attempt) -> Answer:
    kept = db.get(IdempotencyKey, attempt.identity, populate_existing=True)
    if kept is None:  # it expired and was purged between two statements
        raise Busy
    if kept.body_hash != attempt.body_hash:
        raise IdempotencyMismatch
    return Answer(kept.status, kept.answer)


def _forget_when_old(db: Session, attempt: Attempt, *, now: datetime) -> None:
    old = delete(IdempotencyKey).filter_by(**attempt.identity).where(IdempotencyKey.created_at <= now - KEPT_FOR)
    db.execute(old, execution_options=_ROWS_ONLY)
