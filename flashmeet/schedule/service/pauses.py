"""Pauses: a member takes a break from every request."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours, Departure
from flashmeet.identity.service.events import cannot_come
from flashmeet.messages.rules.notifications import PAUSE
from flashmeet.schedule.models import Leave
from flashmeet.schedule.service.events import leave_taken
from flashmeet.schedule.service.openings import refresh_openings


def pause(db: Session, member: Member, *, now: datetime) -> None:
    """Pauses a member for `PAUSE`: no requests, and a mentor's hours are hidden. Bookings stand: the mentor is
    asked about each, as in a leave. Requests go on to others."""
    resume(db, member, now=now)
    member.paused_until = now + PAUSE
    if member.mentor:
        first, last = local_date(now, member.tzid), local_date(member.paused_until, member.tzid)
        leave = Leave(member_id=member.id, first=first, last=last, pause=True)
        db.add(leave)
        db.flush()
        leave_taken(db, member, leave, now)
        refresh_openings(db, member.id, now=now)
        cannot_come(db, member, Departure.PAUSED, AgreedHours.KEEP, now)


def resume(db: Session, member: Member, *, now: datetime) -> None:
    """Ends the pause at once."""
    if member.paused_until is None:
        return
    member.paused_until = None
    db.execute(delete(Leave).where(Leave.member_id == member.id, Leave.pause))
    db.flush()
    refresh_openings(db, member.id, now=now)
