"""The rules of a booked hour: what it claims, when its room is open, what may still be done to it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from flashmeet.domain.errors import BadInput, Missing, OffTheQuarter, OutOfRange, TooLong
from flashmeet.domain.intervals import Interval, on_the_quarter
from flashmeet.domain.zones import instant, local_date, wall

Mode = Literal["video", "phone", "on_site"]
MODES: tuple[Mode, ...] = ("video", "phone", "on_site")

OPENS_BEFORE, CLOSES_AFTER = timedelta(minutes=15), timedelta(minutes=30)
HOLD_FOR = timedelta(minutes=10)
ANSWER_DAYS = 3
NEED_CHARACTERS, REASON_CHARACTERS = 2_000, 1_000


def claimed_by_mentor(starts_at: datetime, ends_at: datetime, *, before: int, after: int) -> Interval:
    """The mentor's time: buffers (minutes) included."""
    return Interval(starts_at, ends_at).widened(timedelta(minutes=before), timedelta(minutes=after))


def room_hours(starts_at: datetime, ends_at: datetime) -> Interval:
    """When the room can be entered."""
    return Interval(starts_at, ends_at).widened(OPENS_BEFORE, CLOSES_AFTER)


def checked_start(starts_at: datetime) -> datetime:
    """Raises OffTheQuarter."""
    if not on_the_quarter(starts_at):
        raise OffTheQuarter("starts_at", value=starts_at)
    return starts_at


def checked_minutes(minutes: int) -> int:
    """Raises OffTheQuarter, OutOfRange."""
    if not 15 <= minutes <= 480:
        raise OutOfRange("duration", low=15, high=480)
    if minutes % 15:
        raise OffTheQuarter("duration", value=minutes)
    return minutes


def checked_mode(mode: str) -> Mode:
    """Raises BadInput."""
    for known in MODES:
        if mode == known:
            return known
    raise BadInput("mode", value=mode)


def checked_text(field: str, text: str, *, most: int, required: bool = False) -> str:
    """Text a person typed: trimmed, newlines made one kind, no NUL. Raises TooLong, Missing."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip()
    if len(clean) > most:
        raise TooLong(field, most=most, length=len(clean))
    if required and not clean:
        raise Missing(field)
    return clean


def answer_deadline(now: datetime, *, starts_at: datetime, tzid: str) -> datetime:
    """Until when the mentor may answer: three working days, never before noon, and never past the start."""
    day, left = local_date(now, tzid), ANSWER_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5
    minute = max(wall(now, tzid).at.hour * 60, 12 * 60)
    return min(instant(day, minute, tzid), starts_at)
