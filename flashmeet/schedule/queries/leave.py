"""Queries on mentors' leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import SQLColumnExpression, exists, select
from sqlalchemy.orm import Session

from flashmeet.core.database.lists import among
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Leave

EARLIEST, LATEST = timedelta(hours=-12), timedelta(hours=14)
"""How far the clocks of the world are from UTC."""


def away_everywhere(now: datetime) -> SQLColumnExpression[bool]:
    """Selects members who are on leave whichever day it is in their zone; `away` decides about the others."""
    first, last = (now + EARLIEST).date(), (now + LATEST).date()
    return exists().where(Leave.member_id == Member.id, Leave.first <= first, Leave.last >= last)


def away(db: Session, zones: Mapping[int, str], *, now: datetime) -> set[int]:
    """Returns the members who are on leave today, each in their own zone."""
    if not zones:
        return set()
    today = {tzid: local_date(now, tzid) for tzid in set(zones.values())}
    near = (Leave.first <= max(today.values()), Leave.last >= min(today.values()))
    rows = db.execute(select(Leave.member_id, Leave.first, Leave.last).where(among(Leave.member_id, zones), *near))
    return {member_id for member_id, first, last in rows if first <= today[zones[member_id]] <= last}
