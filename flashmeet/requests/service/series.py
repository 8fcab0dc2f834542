"""A series that was asked for outright: when its mentor agrees, its hours are booked at once, where both are free."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.rules.series import GOAL_CHARACTERS, SeriesState, next_at
from flashmeet.bookings.service.book import announce_new
from flashmeet.bookings.service.booking_rows import write_booking
from flashmeet.bookings.service.end import end_expired
from flashmeet.bookings.service.series import series_between
from flashmeet.bookings.service.series_hours import hours_of
from flashmeet.core.errors import NotBookable, NotOffered, QuotaReached, SlotTaken, YouAreBusy
from flashmeet.core.intervals import TICK, Interval
from flashmeet.core.links import Links
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.service.times.kept import hour_at, said_in
from flashmeet.schedule.models import Holder
from flashmeet.schedule.queries.calendars import busy
from flashmeet.schedule.queries.claims import taken_beside
from flashmeet.schedule.queries.schedules import hours_tzid
from flashmeet.schedule.rules.booked_hour import HolderKind
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.schedule.service.availability import schedule_or_empty
from flashmeet.schedule.service.claims import Hour, take_agreed
from flashmeet.schedule.service.gate import on_leave_at

MOST_AT_ONCE = 12
"""Hours of a series that are booked at once, the first one included; the two book later ones as they go."""


@dataclass(frozen=True, slots=True)
class SeriesHour:
    """An hour of a series before it is agreed. `free`: nothing that we know of stands against it for either."""

    starts_at: datetime
    free: bool


def series_starts(db: Session, request: MentoringRequest, mentor: Member, first: datetime) -> Sequence[datetime]:
    """Returns the starts that the wish means, `first` included: the same weekday and wall time in the mentor's zone."""
    tzid, starts = hours_tzid(db, mentor), [first]
    while request.wishes_series and len(starts) < MOST_AT_ONCE:
        following = next_at(first, request.rhythm_weeks, tzid, after=starts[-1] + TICK)
        if not _reaches(request, following):
            break
        starts.append(following)
    return starts


def series_hours(db: Session, request: MentoringRequest, mentor: Member, first: datetime) -> Sequence[SeriesHour]:
    """Returns the same, each with whether agreeing to the first would book it; in as many statements, however many
    they are."""
    starts, schedule = series_starts(db, request, mentor, first), schedule_or_empty(db, mentor)
    hours = [
        Hour(mentor=mentor, mentee=request.mentee, schedule=schedule, starts_at=each, minutes=request.minutes)
        for each in starts
    ]
    span = Interval(hours[0].wanted[mentor.id].start, hours[-1].wanted[mentor.id].end)
    against = {
        mentor.id: [*taken_beside(db, mentor.id, span, request_id=request.id), *busy(db, mentor.id, span)],
        request.mentee_id: taken_beside(db, request.mentee_id, span, request_id=request.id),
    }
    away = on_leave_at(db, mentor, starts)
    return [SeriesHour(each.starts_at, each.starts_at not in away and _is_free(each, against)) for each in hours]


def _is_free(hour: Hour, against: Mapping[int, Sequence[Interval]]) -> bool:
    return not any(span.overlaps(each) for member_id, span in hour.wanted.items() for each in against[member_id])


def begin_series(
    db: Session, request: MentoringRequest, booking: Booking, *, you: Member, links: Links, now: datetime
) -> Series:
    """Opens the series of an agreed first hour, and books the following ones; those that are not free are left out.

    Two people who have a series already keep that one.
    """
    there = series_between(db, booking, booking.mentee)
    if there is not None and there.state != SeriesState.DECLINED:
        return there
    today = local_date(now, request.mentee.tzid)
    ends_on = request.series_ends_on or local_date(booking.starts_at, request.mentee.tzid)
    series = Series(
        state=SeriesState.OPEN,
        mentor=booking.mentor,
        mentee=booking.mentee,
        theme=booking.theme,
        proposed_by_id=booking.mentee_id,
        goals=request.need[:GOAL_CHARACTERS],
        rhythm_weeks=request.rhythm_weeks,
        ends_on=ends_on,
        review_on=max(today + (ends_on - today) / 2, today + timedelta(days=1)),
        proposed_at=request.created_at,
        answered_at=now,
        nonce=secrets.token_urlsafe(16),
    )
    db.add(series)
    db.flush()
    booking.series_id, booking.format = series.id, Format.SERIES
    for starts_at in series_starts(db, request, booking.mentor, booking.starts_at)[1:]:
        _book(db, request, series, starts_at, you=you, links=links, now=now)
    return series


def _book(
    db: Session,
    request: MentoringRequest,
    series: Series,
    starts_at: datetime,
    *,
    you: Member,
    links: Links,
    now: datetime,
) -> Booking | None:
    """Books one hour of the series; returns None, with nothing written, where it is not free for both."""
    try:
        with db.begin_nested():
            hour = hour_at(db, request, series.mentor, starts_at, now=now)
            end_expired(db, now=now, claiming=hour.wanted)
            holder = Holder(kind=HolderKind.BOOKING, member_id=series.mentee_id)
            db.add(holder)
            db.flush()
            take_agreed(db, holder, hour, you=you, now=now)
            written = said_in(request, mentor_id=series.mentor_id, starts_at=starts_at)
            asked = replace(written, format=Format.SERIES, series_id=series.id)
            booking = write_booking(db, hour, asked, request.theme, waits=False, links=links, now=now)
            announce_new(db, holder, booking, by=you, now=now)
            return booking
    except (SlotTaken, YouAreBusy, QuotaReached, NotOffered, NotBookable):
        return None


def missing_hours(db: Session, request: MentoringRequest, booking: Booking) -> Sequence[datetime]:
    """Returns the starts of the wish at which no hour of the series was booked with the first one."""
    series = db.get(Series, booking.series_id) if booking.series_id is not None else None
    if series is None:
        return []
    there = {each.starts_at for each in hours_of(db, series)}
    return [each for each in series_starts(db, request, booking.mentor, booking.starts_at) if each not in there]


def _reaches(request: MentoringRequest, at: datetime) -> bool:
    ends_on = request.series_ends_on
    return ends_on is not None and local_date(at, request.mentee.tzid) <= ends_on
