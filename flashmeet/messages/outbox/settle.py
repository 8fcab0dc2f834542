"""Settles rows: only the attempt that sent a row records its outcome."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, and_, cast, or_, select, update
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import as_rows
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.channel_state import LONGEST_REST
from flashmeet.messages.outbox.last_chance import give_up_if_last_chance
from flashmeet.messages.outbox.lease import Leased
from flashmeet.messages.outbox.sms_fallback import fall_back, lock_with_mails
from flashmeet.messages.outbox.unreachable import learn_from
from flashmeet.messages.rules.channels import NOT_FOUND, Away, Late, Outcome, Refused, Retry, Sent, Unsure
from flashmeet.messages.rules.kinds import KINDS
from flashmeet.messages.rules.outbox import OutboxState

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
MOST_TRIES = 12
ASK_AGAIN, ASK_FOR = timedelta(minutes=5), timedelta(days=1)
NotSent = Refused | Retry | Away | Unsure | Late


def settle(db: Session, told: Sequence[tuple[Leased, Outcome]], *, now: datetime) -> set[int]:
    """Records the outcomes of rows; returns the ids of those that the attempts still owned.

    All sent rows take one statement. Rows are locked in the order of their ids.
    """
    sent = [(leased, outcome) for leased, outcome in told if isinstance(outcome, Sent)]
    others = [(leased, outcome) for leased, outcome in told if not isinstance(outcome, Sent)]
    if others:
        lock_with_mails(db, [leased.id for leased, _ in told])
    written = _settle_sent(db, sent, now=now) if sent else set()
    return written | {leased.id for leased, outcome in others if _settle_one(db, leased, outcome, now=now)}


def _settle_one(db: Session, leased: Leased, outcome: NotSent, *, now: datetime) -> bool:
    row = db.scalars(
        update(OutboxMessage)
        .where(
            OutboxMessage.id == leased.id,
            OutboxMessage.attempt == leased.attempt,
            OutboxMessage.state.in_((OutboxState.SENDING, OutboxState.UNKNOWN)),
        )
        .values(settled_at=now)
        .returning(OutboxMessage),
        execution_options={"populate_existing": True},
    ).first()
    if row is None:
        return False
    for name, value in _values(row, outcome, now).items():
        setattr(row, name, value)
    db.flush()
    if row.state == OutboxState.REFUSED:
        learn_from(db, row, now=now)
    if row.state in (OutboxState.REFUSED, OutboxState.PARKED, OutboxState.UNKNOWN):
        fall_back(db, row, now=now)
    give_up_if_last_chance(db, row, now=now)
    return True


def _settle_sent(db: Session, sent: Sequence[tuple[Leased, Sent]], *, now: datetime) -> set[int]:
    """Marks rows as sent, in one statement however many they are.

    An accepted message outweighs a look-up that came too early and found nothing: such a row is corrected, whoever owns
    it.
    """
    answered = as_rows(db, [(leased.id, leased.attempt, told.ref or None) for leased, told in sent])
    row = OutboxMessage
    held = (
        select(row.id, row.attempt, row.state, row.reason, answered.c.attempt.label("answered"), answered.c.ref)
        .join(answered, row.id == answered.c.id)
        .order_by(row.id)
        .with_for_update(of=row)
        .cte("held")  # chosen by id alone: a plan that starts from the state reads rows that left it long ago
    )
    still_ours = and_(held.c.attempt == held.c.answered, held.c.state.in_((OutboxState.SENDING, OutboxState.UNKNOWN)))
    not_found = and_(held.c.state == OutboxState.REFUSED, held.c.reason == NOT_FOUND)
    settled = db.execute(
        update(row)
        .where(row.id == held.c.id, or_(still_ours, not_found))
        .values(settled_at=now, provider_ref=held.c.ref, **_settled(OutboxState.SENT, ""))
        .returning(row.id)
        .execution_options(synchronize_session=False)
    )
    return set(settled.scalars())


def _values(row: OutboxMessage, outcome: NotSent, now: datetime) -> dict[str, Any]:
    match outcome:
        case Refused(reason):
            return _settled(OutboxState.REFUSED, reason)
        case Retry(reason, after):
            return _tried(row, reason, after or timedelta(), now)
        case Away(reason, after, answered=True) if row.state == OutboxState.SENDING:
            return _tried(row, reason, min(after or timedelta(), LONGEST_REST), now)
        case Away(reason) | Late(reason) if row.state == OutboxState.SENDING:
            return _waiting(reason, row.due_at)
        case Away(reason) | Late(reason) | Unsure(reason):
            return _in_doubt(row, reason, now)


def _tried(row: OutboxMessage, reason: str, after: timedelta, now: datetime) -> dict[str, Any]:
    """Schedules another try; parks the row after `MOST_TRIES`, for people to see."""
    tries = row.tries + 1
    if tries >= MOST_TRIES:
        return _settled(OutboxState.PARKED, reason) | {"tries": tries}
    return _waiting(reason, now + max(after, wait_before(tries, row.kind))) | {"tries": tries}


def _settled(state: str, reason: str) -> dict[str, Any]:
    return {"state": state, "reason": reason, "lease_until": None}


def _waiting(reason: str, due_at: datetime) -> dict[str, Any]:
    return {"state": OutboxState.WAITING, "reason": reason, "lease_until": None, "due_at": due_at, "settled_at": None}


def _in_doubt(row: OutboxMessage, reason: str, now: datetime) -> dict[str, Any]:
    """Schedules another look-up, for a day; then the row stays unknown, for people to see."""
    again = now + ASK_AGAIN if now < row.due_at + ASK_FOR else None
    doubts = row.doubts + (row.state == OutboxState.SENDING)
    return {"state": OutboxState.UNKNOWN, "reason": reason, "lease_until": again, "settled_at": None, "doubts": doubts}


def wait_before(attempt: int, kind: str) -> timedelta:
    """Returns the wait after that many tries: the kind's own, else doubling, with jitter, so that many rows do not
    return at once."""
    own = KINDS[kind].retry_every if kind in KINDS else None
    if own is not None:
        return own
    doublings = min(max(attempt - 1, 0), 16)
    return min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT) * random.uniform(0.8, 1.2)


def forget_secrets(db: Session, *, now: datetime) -> int:
    """Clears the payload of codes that were sent or will not be, each once; returns how many."""
    cleared = db.scalars(
        update(OutboxMessage)
        .where(
            OutboxMessage.kind.in_([kind for kind in KINDS.values() if kind.secret]),
            OutboxMessage.state.in_((OutboxState.SENT, OutboxState.REFUSED, OutboxState.DROPPED, OutboxState.PARKED)),
            OutboxMessage.settled_at >= now - timedelta(hours=1),
            cast(OutboxMessage.payload, String) != "{}",
        )
        .values(payload={})
        .returning(OutboxMessage.id)
    )
    return len(cleared.all())
