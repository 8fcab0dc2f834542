"""The hours of a series: when the next is due, who gives it, and booking it like any other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.rules.series import SeriesState, next_at
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.errors import AlreadyOver, NotFound
from flashmeet.core.links import Links
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.schedule.queries.schedules import hours_tzid
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.schedule.rules.dayparts import waking
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.own_calendars import own_busy_times
from flashmeet.schedule.service.slots import SlotQuery, find_slots

BEFORE, AFTER = timedelta(days=2), timedelta(days=7)
MOST_SLOTS = 60


def hours_of(db: Session, series: Series) -> Sequence[Booking]:
    """Returns the bookings of the series in order, without cancelled ones."""
    query = select(Booking).where(Booking.series_id == series.id, Booking.status != BookingStatus.CANCELLED)
    return db.scalars(query.order_by(Booking.starts_at)).unique().all()


def next_hours(db: Session, series: Series, giver: Member, *, now: datetime) -> tuple[datetime, list[Slot]]:
    """Returns when the next hour is due, and slots near it within the series that are free for both, nearest first.

    None begins at night for who receives the hour, unless it is due then.
    """
    wanted = next_at(_last_hour(db, series), series.rhythm_weeks, hours_tzid(db, giver), after=now)
    receiver = series.other(giver.id)
    busy = own_busy_times(db, receiver.id, now=now)
    slots: list[Slot] = []
    for start, end in ((max(now, wanted - BEFORE), wanted), (wanted, wanted + AFTER)):
        query = SlotQuery(
            tzid=receiver.tzid,
            waking=waking(receiver.tzid).holds(wanted),
            mentor_id=giver.id,
            viewer_id=receiver.id,
            start=start,
            end=end,
            limit=MOST_SLOTS,
            avoids=busy,
        )
        slots += find_slots(db, query, now=now).slots if start < end else []
    free = [slot for slot in slots if series_reaches(series, slot.starts_at)]
    return wanted, sorted(free, key=lambda slot: (abs(slot.starts_at - wanted), slot.starts_at))


def _last_hour(db: Session, series: Series) -> datetime:
    """Returns the start of the series' latest booking, else of these two people's latest completed one."""
    hours = hours_of(db, series)
    if hours:
        return hours[-1].starts_at
    pair = (series.mentor_id, series.mentee_id)
    query = select(func.max(Booking.starts_at)).where(
        Booking.mentor_id.in_(pair), Booking.mentee_id.in_(pair), Booking.status == BookingStatus.COMPLETED
    )
    return db.scalar(query) or series.proposed_at


def series_reaches(series: Series, at: datetime) -> bool:
    """Whether that day is on or before the last day of the series."""
    return local_date(at, series.mentee.tzid) <= series.ends_on


def book_in_series(
    db: Session, series: Series, you: Member, starts_at: datetime, *, links: Links, now: datetime
) -> Booking:
    """Books the next hour of the series, by the usual rules. The one who receives it books it; peers take turns.

    Raises AlreadyOver, NotFound where the other one cannot give it, and what `book_slot` raises.
    """
    db.refresh(series, with_for_update={"of": Series})
    if series.state != SeriesState.OPEN or not series_reaches(series, starts_at):
        raise AlreadyOver(status=series.state)
    giver = series.other(you.id)
    if giver not in givers(db, series):
        raise NotFound
    request = BookingRequest(
        mentor_id=giver.id,
        starts_at=starts_at,
        theme=series.theme_id,
        need=series.goals,
        format=Format.SERIES,
        series_id=series.id,
    )
    return book_slot(db, you, request, links=links, now=now)


def givers(db: Session, series: Series) -> list[Member]:
    """Returns who of the two can mentor the other on the theme; peers may both."""
    return [each for each in (series.mentor, series.mentee) if _can_give(db, series, each)]


def _can_give(db: Session, series: Series, member: Member) -> bool:
    return member.bookable and db.get(MentorTheme, (member.id, series.theme_id)) is not None
