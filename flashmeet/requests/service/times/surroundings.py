"""What stands around proposed times in a mentor's own calendars and hours: for that mentor alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.queries.people import of_member
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.surroundings import Surroundings, day_of, surroundings
from flashmeet.schedule.queries.calendars import busy, checked_calendars
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING


def around_times(
    db: Session, request: MentoringRequest, mentor: Member, starts: Iterable[datetime]
) -> Mapping[datetime, Surroundings]:
    """Returns what is taken around each time, from what was last read of the mentor's calendars; empty for a mentor of
    whose days nothing is known."""
    times = list(starts)
    if not times:
        return {}
    length, tzid = timedelta(minutes=request.minutes), mentor.tzid
    span = Interval(day_of(min(times), tzid).start, day_of(max(times), tzid).end)
    taken = [*busy(db, mentor.id, span), *_hours(db, mentor, span, but=request.booking_id)]
    if not taken and not checked_calendars(db, mentor.id):
        return {}
    return {each: surroundings(Interval(each, each + length), taken, tzid=tzid) for each in times}


def _hours(db: Session, member: Member, span: Interval, *, but: int | None) -> list[Interval]:
    query = select(Booking.starts_at, Booking.ends_at).where(
        of_member(member.id),
        Booking.status.in_(LIVE_BOOKING),
        Booking.starts_at < span.end,
        Booking.ends_at > span.start,
        Booking.id != (but or 0),
    )
    return [Interval(row.starts_at, row.ends_at) for row in db.execute(query)]
