"""The rules of a booking: what it claims, when its room is open, and the deadline for the mentor's answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from flashmeet.core.errors import BadInput, Missing, OffTheQuarter, OutOfRange, TooLong
from flashmeet.core.holidays import is_holiday
from flashmeet.core.intervals import Interval, on_the_quarter
from flashmeet.core.settings.policies import RoomTimes
from flashmeet.core.text import seen
from flashmeet.core.zones import instant, local_date, local_time


class BookingStatus(StrEnum):
    PENDING = "pending"  # the mentor has not answered yet
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"
    COMPLETED = "completed"


class SeatRole(StrEnum):
    """A member's role in one booking; outside it a member may have both."""

    MENTOR = "mentor"
    MENTEE = "mentee"


class Mode(StrEnum):
    """How the two meet."""

    VIDEO = "video"
    PHONE = "phone"
    ON_SITE = "on_site"


class HolderKind(StrEnum):
    """What a holder's time is for."""

    BOOKING = "booking"
    PENDING = "pending"  # awaits the mentor's answer
    HOLD = "hold"  # awaits a sign-in
    REQUEST = "request"  # claims no time: counts an open request of its mentee
    PROPOSAL = "proposal"  # a time of a request
    OFFER = "offer"  # an hour offered to a mentee in a queue


MODES = tuple(Mode)
LIVE_BOOKING = (BookingStatus.PENDING, BookingStatus.CONFIRMED)
STANDING_BOOKING = (BookingStatus.CONFIRMED, BookingStatus.COMPLETED)
"""Agreed and not cancelled."""

HOLD_FOR = timedelta(minutes=10)
ANSWER_DAYS = 3
NEED_CHARACTERS = REASON_CHARACTERS = 12_000
"""Ten kilobytes, and some: what somebody pastes into a brief goes through."""


def claimed_by_mentor(starts_at: datetime, ends_at: datetime, *, before: int, after: int) -> Interval:
    """Returns the mentor's claimed time, with buffers (minutes)."""
    return Interval(starts_at, ends_at).widened(timedelta(minutes=before), timedelta(minutes=after))


def room_open_span(starts_at: datetime, ends_at: datetime, times: RoomTimes | None = None) -> Interval:
    """Returns when the room can be entered; without `times` by the defaults."""
    times = times or RoomTimes()
    return Interval(starts_at, ends_at).widened(
        timedelta(minutes=times.opens_before), timedelta(minutes=times.closes_after)
    )


def checked_start(starts_at: datetime) -> datetime:
    """Returns the start. Raises OffTheQuarter."""
    if not on_the_quarter(starts_at):
        raise OffTheQuarter("starts_at", value=starts_at)
    return starts_at


def checked_minutes(minutes: int) -> int:
    """Returns the duration in minutes. Raises OffTheQuarter, OutOfRange."""
    if not 15 <= minutes <= 480:
        raise OutOfRange("duration", low=15, high=480)
    if minutes % 15:
        raise OffTheQuarter("duration", value=minutes)
    return minutes


def checked_mode(mode: str) -> Mode:
    """Returns the mode. Raises BadInput."""
    for known in MODES:
        if mode == known:
            return known
    raise BadInput("mode", value=mode)


def checked_text(field: str, text: str, *, most: int, required: bool = False) -> str:
    """Returns a person's text: trimmed, line breaks normalized, without NUL. Raises TooLong, Missing."""
    clean = seen(text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip())
    if len(clean) > most:
        raise TooLong(field, most=most, length=len(clean))
    if required and not clean:
        raise Missing(field)
    return clean


def answer_deadline(
    now: datetime, *, starts_at: datetime, tzid: str, days: int = ANSWER_DAYS, country: str = "FR"
) -> datetime:
    """Returns the deadline for the mentor's answer: after `days` working days, not before noon, not after the start."""
    day, left = local_date(now, tzid), days
    while left:
        day += timedelta(days=1)
        left -= works(day, country)
    minute = max(local_time(now, tzid).at.hour * 60, 12 * 60)
    return min(instant(day, minute, tzid), starts_at)


def works(day: date, country: str) -> bool:
    """Whether the day is neither a weekend nor a holiday."""
    return day.weekday() < 5 and not is_holiday(day, country)
