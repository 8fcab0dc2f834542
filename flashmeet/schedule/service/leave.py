"""What leave does to the mails to those who take it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.lists import among
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.queries.leave import away


def to_members_on_leave(db: Session, rows: Sequence[OutboxMessage], now: datetime) -> Mapping[int, str]:
    """Returns the rows to members who are on leave today, with the reason "away"."""
    ids = {row.recipient_id for row in rows}
    on_leave = away(db, db.scalars(select(Member).where(among(Member.id, ids))).all(), now=now)
    return {row.id: "away" for row in rows if row.recipient_id in on_leave}
