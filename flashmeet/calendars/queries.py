"""Queries on the contents of members' calendars."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.calendars.models import CalendarEvent
from flashmeet.core.intervals import Interval
from flashmeet.schedule.models import CalendarItem, MemberCalendar
from flashmeet.schedule.queries.calendars import in_parts


@dataclass(frozen=True, slots=True)
class OwnTimes:
    """A booking of ours: when it is, and was written to be, and the events by which we wrote it."""

    spans: Sequence[Interval]
    remote_ids: Collection[str]


def own_times(db: Session, calendar: MemberCalendar, uids: Collection[str]) -> dict[str, OwnTimes]:
    """Returns our own bookings with the calendar's member among these UIDs, with our events in that calendar."""
    theirs = or_(Booking.mentor_id == calendar.member_id, Booking.mentee_id == calendar.member_id)
    here = (CalendarEvent.booking_id == Booking.id) & (CalendarEvent.calendar_id == calendar.id)
    found: dict[str, OwnTimes] = {}
    for part in in_parts(sorted(uids)):
        query = select(Booking.uid, Booking.starts_at, Booking.ends_at, CalendarEvent).outerjoin(CalendarEvent, here)
        for uid, start, end, event in db.execute(query.where(Booking.uid.in_(part), theirs)).unique():
            tried = [datetime.fromisoformat(each) for each in event.tried.values()] if event else []
            starts = {start, *([event.starts_at] if event else []), *tried}
            spans = [Interval(each, each + (end - start)) for each in sorted(starts)]
            left = event is None or not event.remote_id or event.conflict  # where it stands now is its owner's affair
            found[uid] = OwnTimes(spans, () if left else (event.remote_id,))
    return found


def read_elsewhere(db: Session, booking: Booking, member_id: int) -> CalendarItem | None:
    """Returns the booking's event in another of this member's calendars than those we wrote it into, as last read.

    What was read in one that is used no more may be gone since.
    """
    used = or_(MemberCalendar.checks, MemberCalendar.writes)
    known = select(CalendarEvent.calendar_id).where(CalendarEvent.booking_id == booking.id)
    query = (
        select(CalendarItem)
        .join(MemberCalendar, MemberCalendar.id == CalendarItem.calendar_id)
        .where(MemberCalendar.member_id == member_id, used, CalendarItem.uid == booking.uid)
        .where(CalendarItem.calendar_id.not_in(known))
        .order_by(MemberCalendar.writable.desc(), CalendarItem.calendar_id)
    )
    return db.scalars(query.limit(1)).first()


def is_written_in(db: Session, booking_id: int, calendar_id: int) -> bool:
    """Whether we know of an event of the booking in that calendar, or the calendar is connected no more."""
    there = exists().where(CalendarEvent.booking_id == booking_id, CalendarEvent.calendar_id == calendar_id)
    return db.scalar(select(MemberCalendar.id).where(MemberCalendar.id == calendar_id, ~there)) is None
