"""A request that may be sent again: its first success is kept for a day and given again, without doing it twice."""

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
_ROWS_ONLY = {"synchronize_session": False}  # no object of the session stands for these rows


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: an HTTP status, and JSON."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One request under a key. The same key of another member, method or path is another key."""

    member_id: int
    method: str
    path: str
    key: str
    body_hash: str

    @property
    def identity(self) -> dict[str, int | str]:
        return {"member_id": self.member_id, "method": self.method, "path": self.path, "key": self.key}


def checked_key(text: str) -> str:
    """Raises TooLong, BadInput."""
    if len(text) > KEY_CHARACTERS:
        raise TooLong(FIELD, most=KEY_CHARACTERS, length=len(text))
    if not text.isprintable():
        raise BadInput(FIELD)
    return text


def fingerprint(body: object) -> str:
    """The same for bodies that say the same, however they are spaced and ordered."""
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def answer_once(db: Session, attempt: Attempt, act: Callable[[], Answer], *, now: datetime) -> Answer:
    """What `act` answers, or what it answered the first time. Raises IdempotencyMismatch, and what `act` raises.

    The key is taken before anything is done and kept with the effect, in one transaction: who comes second while the
    first is at work waits for it, then gets its answer, or does the work where the first failed.
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
    if kept is None:  # it grew old and was purged between two statements
        raise Busy
    if kept.body_hash != attempt.body_hash:
        raise IdempotencyMismatch
    return Answer(kept.status, kept.answer)


def _forget_when_old(db: Session, attempt: Attempt, *, now: datetime) -> None:
    old = delete(IdempotencyKey).filter_by(**attempt.identity).where(IdempotencyKey.created_at <= now - KEPT_FOR)
    db.execute(old, execution_options=_ROWS_ONLY)
