"""Pauses: a member takes a break from every request."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours
from flashmeet.messages.rules.notifications import PAUSE
from flashmeet.schedule.models import Leave
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.service.events import leave_taken
from flashmeet.schedule.service.openings import refresh_openings


def pause(
    db: Session, member: Member, *, hours: AgreedHours = AgreedHours.KEEP, now: datetime, lasting: timedelta = PAUSE
) -> None:
    """Pauses a member, for three months unless told otherwise: no requests, and a mentor's hours are hidden.

    Bookings stand, and the mentor is asked about each, as in a leave, unless `hours` says that they are cancelled.
    Requests go on to others.
    """
    resume(db, member, now=now)
    member.paused_until = now + lasting
    if member.mentor:
        period = pause_period(member, now=now, lasting=lasting)
        leave = Leave(member_id=member.id, first=period.first, last=period.last, pause=True)
        db.add(leave)
        db.flush()
        refresh_openings(db, member.id, now=now)
        leave_taken(db, member, leave, hours, now)


def pause_period(member: Member, *, now: datetime, lasting: timedelta = PAUSE) -> LeavePeriod:
    """Returns the days of a pause that begins now."""
    return LeavePeriod(local_date(now, member.tzid), local_date(now + lasting, member.tzid))


def resume(db: Session, member: Member, *, now: datetime) -> datetime | None:
    """Ends the pause at once; returns when it would have ended, None where there was none."""
    until = member.paused_until
    if until is None:
        return None
    member.paused_until = None
    db.execute(delete(Leave).where(Leave.member_id == member.id, Leave.pause))
    db.flush()
    refresh_openings(db, member.id, now=now)
    return until
