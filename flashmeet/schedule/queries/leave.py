"""Queries on mentors' leave."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.lists import among
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Leave


def away(db: Session, members: Collection[Member], *, now: datetime) -> set[int]:
    """Returns the members who are on leave today, each in their own zone."""
    today = {member.id: local_date(now, member.tzid) for member in members}
    if not today:
        return set()
    near = (Leave.first <= max(today.values()), Leave.last >= min(today.values()))
    rows = db.execute(select(Leave.member_id, Leave.first, Leave.last).where(among(Leave.member_id, today), *near))
    return {member_id for member_id, first, last in rows if first <= today[member_id] <= last}
