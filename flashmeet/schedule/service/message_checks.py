"""Who is spared a message while they are away (`messages.outbox.drop_reasons`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.identity.models.member import Member
from flashmeet.messages.models.outbox import OutboxMessage
from flashmeet.schedule.queries.leave import away


def of_members_on_leave(session: Session, rows: Sequence[OutboxMessage], now: datetime) -> Mapping[int, str]:
    """Rows to members who are on leave today."""
    ids = {row.recipient_id for row in rows}
    on_leave = away(session, session.scalars(select(Member).where(Member.id.in_(ids))).all(), now=now)
    return {row.id: "away" for row in rows if row.recipient_id in on_leave}
