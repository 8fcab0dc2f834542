"""A mentor's leave: taken, ended, and what is not sent meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.lists import among
from flashmeet.core.errors import NotFound, OutOfRange
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.models import Leave
from flashmeet.schedule.queries.leave import away
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.service.events import leave_taken
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.schedule.service.pauses import resume

MOST_LEAVES = 100


def leaves_of(db: Session, member: Member, *, now: datetime) -> Sequence[Leave]:
    """Returns present and coming leave by the day in their zone, earliest first."""
    query = select(Leave).where(Leave.member_id == member.id, Leave.last >= local_date(now, member.tzid))
    return db.scalars(query.order_by(Leave.first, Leave.id)).all()


def leave_now(db: Session, member: Member, *, now: datetime) -> Leave | None:
    """Returns the mentor's leave or pause of today, in their zone; the one that lasts longest."""
    today = local_date(now, member.tzid)
    query = select(Leave).where(Leave.member_id == member.id, Leave.first <= today, Leave.last >= today)
    return db.scalars(query.order_by(Leave.last.desc()).limit(1)).first()


def take_leave(
    db: Session, member: Member, period: LeavePeriod, *, hours: AgreedHours = AgreedHours.KEEP, now: datetime
) -> Leave:
    """Hides the mentor's hours in that time. Bookings stand, and the mentor is asked about each, unless `hours` says
    that they are cancelled. Requests that they cannot answer meanwhile go on to others. Raises OutOfRange."""
    if len(leaves_of(db, member, now=now)) >= MOST_LEAVES:
        raise OutOfRange("leaves", low=0, high=MOST_LEAVES)
    leave = Leave(member_id=member.id, first=period.first, last=period.last)
    db.add(leave)
    db.flush()
    refresh_openings(db, member.id, now=now)
    leave_taken(db, member, leave, hours, now)
    return leave


def end_leave(db: Session, member: Member, leave_id: int, *, now: datetime) -> LeavePeriod:
    """Deletes a leave, and returns its days; one that is a pause ends the pause. Raises NotFound."""
    leave = db.get(Leave, leave_id)
    if leave is None or leave.member_id != member.id:
        raise NotFound
    days = LeavePeriod(leave.first, leave.last)
    if leave.pause:
        resume(db, member, now=now)
        return days
    db.delete(leave)
    db.flush()
    refresh_openings(db, member.id, now=now)
    return days


def to_members_on_leave(db: Session, rows: Sequence[OutboxMessage], now: datetime) -> Mapping[int, str]:
    """Returns the rows to members who are on leave today, with the reason "away"."""
    ids = {row.recipient_id for row in rows}
    zones = dict(db.execute(select(Member.id, Member.tzid).where(among(Member.id, ids))).all())
    on_leave = away(db, zones, now=now)
    return {row.id: "away" for row in rows if row.recipient_id in on_leave}
