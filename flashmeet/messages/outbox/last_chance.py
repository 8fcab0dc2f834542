"""While the provider of SMS is away, a mail says in time what an SMS would say too late."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from flashmeet.messages.models import ChannelState, OutboxMessage
from flashmeet.messages.outbox.sms_fallback import fall_back, lock_with_mails
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import KINDS, is_timed
from flashmeet.messages.rules.outbox import OutboxState

READ_WITHIN = timedelta(minutes=10)
"""How long before a message is of no use its mail is sent, so that it is read. Until then the SMS is tried again."""
PROVIDER_AWAY = "provider_away"


def give_up_if_last_chance(db: Session, row: OutboxMessage, *, now: datetime) -> None:
    """Has a mail say what this SMS would, if its next try comes too late for a mail after it. The caller has locked
    both by `lock_with_mails`."""
    if row.state != OutboxState.WAITING or row.channel != ChannelName.SMS or not is_timed(row.kind):
        return
    if row.not_after is not None and now < row.not_after < max(now, row.due_at) + READ_WITHIN:
        _give_up(db, row, now=now)


def give_up_waiting(db: Session, *, now: datetime, limit: int) -> int:
    """Has mails say what due SMS would, for those whose provider, away now, will not take them in time; returns how
    many."""
    state = db.get(ChannelState, ChannelName.SMS)
    if state is None or state.away_since is None:
        return 0
    tried_again_at = max(now + READ_WITHIN, state.probe_at or now)
    late = (
        OutboxMessage.state == OutboxState.WAITING,
        OutboxMessage.channel == ChannelName.SMS,
        OutboxMessage.kind.in_([kind for kind in KINDS if is_timed(kind)]),
        OutboxMessage.due_at <= now,
        OutboxMessage.not_after > now,
        OutboxMessage.not_after <= tried_again_at,
        or_(OutboxMessage.lease_until.is_(None), OutboxMessage.lease_until <= now),
    )
    ids = db.scalars(select(OutboxMessage.id).where(*late).order_by(OutboxMessage.id).limit(limit)).all()
    if not ids:
        return 0
    lock_with_mails(db, ids)
    query = select(OutboxMessage).where(OutboxMessage.id.in_(ids), *late).order_by(OutboxMessage.id)
    rows = db.scalars(query.execution_options(populate_existing=True)).all()
    for row in rows:
        _give_up(db, row, now=now)
    return len(rows)


def _give_up(db: Session, row: OutboxMessage, *, now: datetime) -> None:
    row.state, row.reason, row.settled_at, row.lease_until = OutboxState.DROPPED, PROVIDER_AWAY, now, None
    db.flush()
    fall_back(db, row, now=now)
