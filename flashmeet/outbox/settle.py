"""Settling: what became of a row, written by the attempt that sent it and by no other."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import tuple_, update
from sqlalchemy.orm import Session

from flashmeet.domain.ports import Away, Late, Outcome, Refused, Retry, Sent, Unsure
from flashmeet.outbox.fallback import fall_back
from flashmeet.outbox.lease import Leased
from flashmeet.outbox.refusals import learn_from
from flashmeet.store.models import OutboxMessage

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
MOST_TRIES = 12
ASK_AGAIN, ASK_FOR = timedelta(minutes=5), timedelta(days=1)


def settle(session: Session, leased: Leased, outcome: Outcome, *, now: datetime) -> bool:
    """Writes the outcome; False when another attempt owns the row by now, and nothing was written."""
    row = session.scalars(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == leased.id,
            OutboxMessage.attempt == leased.attempt,
            OutboxMessage.state.in_(("sending", "unknown")),
        )
        .values(settled_at=now)
        .returning(OutboxMessage),
        execution_options={"populate_existing": True},
    ).first()
    if row is None:
        return False
    for name, value in _values(row, outcome, now).items():
        setattr(row, name, value)
    session.flush()
    if row.state == "refused":
        learn_from(session, row, now=now)
    if row.state in ("refused", "parked", "unknown"):
        fall_back(session, row, now=now)
    return True


def settle_sent(session: Session, leased: Sequence[Leased], *, now: datetime) -> int:
    """Settles several that one answer said were taken; returns how many were still ours. One statement.

    Only where the answers come together: what is known of one is never kept waiting for another.
    """
    ours = [(each.id, each.attempt) for each in leased]
    settled = session.execute(
        update(OutboxMessage)
        .where(
            tuple_(OutboxMessage.id, OutboxMessage.attempt).in_(ours), OutboxMessage.state.in_(("sending", "unknown"))
        )
        .values(settled_at=now, **_settled("sent", ""))
        .returning(OutboxMessage.id)
        .execution_options(synchronize_session=False)
    )
    return len(settled.all())


def _values(row: OutboxMessage, outcome: Outcome, now: datetime) -> dict[str, Any]:
    match outcome:
        case Sent(ref):
            return _settled("sent", "") | {"provider_ref": ref or None}
        case Refused(reason):
            return _settled("refused", reason)
        case Retry(reason, after):
            return _tried(row, reason, after or timedelta(), now)
        case Away(reason, after, answered=True) if row.state == "sending":
            return _tried(row, reason, after or timedelta(), now)
        case Away(reason) | Late(reason) if row.state == "sending":
            return _waiting(reason, row.due_at)
        case Away(reason) | Late(reason) | Unsure(reason):
            return _in_doubt(row, reason, now)


def _tried(row: OutboxMessage, reason: str, after: timedelta, now: datetime) -> dict[str, Any]:
    """Once more later; laid aside for people to see when it was turned down too often."""
    tries = row.tries + 1
    if tries >= MOST_TRIES:
        return _settled("parked", reason) | {"tries": tries}
    return _waiting(reason, now + max(after, wait_before(tries))) | {"tries": tries}


def _settled(state: str, reason: str) -> dict[str, Any]:
    return {"state": state, "reason": reason, "lease_until": None}


def _waiting(reason: str, due_at: datetime) -> dict[str, Any]:
    return {"state": "waiting", "reason": reason, "lease_until": None, "due_at": due_at, "settled_at": None}


def _in_doubt(row: OutboxMessage, reason: str, now: datetime) -> dict[str, Any]:
    """Asked after again for a day; then it stays as it is, for people to see."""
    again = now + ASK_AGAIN if now < row.due_at + ASK_FOR else None
    doubts = row.doubts + (row.state == "sending")
    return {"state": "unknown", "reason": reason, "lease_until": again, "settled_at": None, "doubts": doubts}


def wait_before(attempt: int) -> timedelta:
    """How long to wait after so many refusals: doubling, with jitter, so that many do not come back at once."""
    doublings = min(max(attempt - 1, 0), 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT) * random.uniform(0.8, 1.2)


def forget_secrets(session: Session, *, now: datetime) -> None:
    """A code that has left, or will not, is not kept."""
    session.execute(
        update(OutboxMessage)
        .where(
            OutboxMessage.kind.in_(("sign_in_code", "phone_code")),
            OutboxMessage.state.in_(("sent", "refused", "dropped", "parked")),
            OutboxMessage.settled_at >= now - timedelta(hours=1),
        )
        .values(payload={})
    )
