"""Settling: what became of a row, written by the attempt that sent it and by no other."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from flashmeet.domain.ports import Outcome, Refused, Retry, Sent, Unsure
from flashmeet.store.models import OutboxMessage

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
MOST_ATTEMPTS = 12
ASK_AGAIN = timedelta(minutes=5)


def settle(session: Session, row_id: int, attempt: int, outcome: Outcome, *, now: datetime) -> bool:
    """Writes the outcome; False when another attempt owns the row by now, and nothing was written."""
    values = _values(outcome, attempt, now=now)
    done = session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == row_id,
            OutboxMessage.attempt == attempt,
            OutboxMessage.state.in_(("sending", "unknown")),
        )
        .values(**values)
        .returning(OutboxMessage.id)
    )
    return done.first() is not None


def _values(outcome: Outcome, attempt: int, *, now: datetime) -> dict[str, Any]:
    match outcome:
        case Sent(ref):
            return _settled("sent", "", now) | {"provider_ref": ref or None}
        case Refused(reason):
            return _settled("refused", reason, now)
        case Unsure(reason):
            return {"state": "unknown", "reason": reason, "lease_until": now + ASK_AGAIN}
        case Retry(reason, after):
            if attempt >= MOST_ATTEMPTS:
                return _settled("parked", reason, now)
            due = now + max(after or timedelta(), wait_before(attempt + 1))
            return {"state": "waiting", "reason": reason, "lease_until": None, "due_at": due}


def _settled(state: str, reason: str, now: datetime) -> dict[str, Any]:
    return {"state": state, "reason": reason, "lease_until": None, "settled_at": now}


def wait_before(attempt: int) -> timedelta:
    """How long to wait before that attempt: doubling, with jitter, so that many do not come back at one instant."""
    doublings = min(max(attempt - 2, 0), 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT) * random.uniform(0.8, 1.2)


def forget_secrets(session: Session, *, now: datetime) -> None:
    """A sign-in code that has left, or will not, is not kept."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.kind == "sign_in_code",
            OutboxMessage.state.in_(("sent", "refused", "dropped", "parked")),
            OutboxMessage.settled_at >= now - timedelta(hours=1),
        )
        .values(payload={})
    )
