"""Rules for a day that a mentor offers: its length, its breaks, and where it is held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from flashmeet.core.errors import BadDate, BadInput, BreakOutside, Missing, OutOfRange
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import DAY_MINUTES, instant, local_date
from flashmeet.schedule.rules.availability import FIRST_DAY, LAST_DAY, Span
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.schedule.rules.booking_facts import checked_place

DayMode = Literal[Mode.VIDEO, Mode.ON_SITE]
DAY_MODES: tuple[DayMode, ...] = (Mode.VIDEO, Mode.ON_SITE)


class DayStanding(StrEnum):
    """Whether an offered day can be asked for, and why not."""

    OPEN = "open"
    ASKED = "asked"  # a mentee has asked; the mentor has to answer
    TAKEN = "taken"  # agreed
    WITHDRAWN = "withdrawn"
    ELSEWHERE = "elsewhere"  # the mentor has something else at that time
    FULL = "full"  # the mentor's own limits for that period are reached
    AWAY = "away"  # the mentor is away then, or takes no requests at all
    LATE = "late"  # begins too soon to be asked for


NOTICE = timedelta(hours=72)
SHORTEST, LONGEST = 2 * 60, 12 * 60
"""Minutes from the first to the last on one day."""
MOST_BREAKS, MOST_OPEN = 3, 12
PROGRAMME_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """From `span.start` to `span.end` in the zone `tzid`, with the same breaks on each of its `days`."""

    first: date
    tzid: str
    span: Span
    breaks: tuple[Span, ...] = ()
    days: int = 1

    def __post_init__(self) -> None:
        """Checks the plan. Raises BadDate, OutOfRange, BreakOutside."""
        if not FIRST_DAY <= self.first <= LAST_DAY:
            raise BadDate("date", value=self.first.isoformat())
        if not SHORTEST <= _minutes(self.span) <= LONGEST:
            raise OutOfRange("length", low="2 h", high="12 h")
        if len(self.breaks) > MOST_BREAKS or not _lie_within(self.span, self.breaks):
            raise BreakOutside("breaks")

    @property
    def interval(self) -> Interval:
        """From the start of the first day to the end of the last, nights included."""
        return Interval(
            instant(self.first, self.span.start, self.tzid),
            instant(self.last, self.span.end, self.tzid, last=self.span.end < DAY_MINUTES),
        )

    @property
    def last(self) -> date:
        return self.first + timedelta(days=self.days - 1)

    @property
    def dates(self) -> Sequence[date]:
        return [self.first + timedelta(days=number) for number in range(self.days)]

    @property
    def worked(self) -> timedelta:
        """The time the two spend together: without breaks and nights."""
        a_day = _minutes(self.span) - sum(map(_minutes, self.breaks))
        return timedelta(minutes=self.days * a_day)

    @property
    def first_day(self) -> Interval:
        return self._on_the_first(self.span)

    @property
    def first_breaks(self) -> list[Interval]:
        """The breaks of the first day, as instants."""
        return [self._on_the_first(each) for each in sorted(self.breaks)]

    def _on_the_first(self, span: Span) -> Interval:
        return Interval(*(instant(self.first, minute, self.tzid) for minute in (span.start, span.end)))


def _minutes(span: Span) -> int:
    return span.end - span.start


def _lie_within(span: Span, breaks: Sequence[Span]) -> bool:
    """Whether the breaks lie inside the span, do not overlap, and do not fill it."""
    ends = [span.start]
    for each in sorted(breaks):
        if each.start < ends[-1]:
            return False
        ends.append(each.end)
    return ends[-1] <= span.end and sum(map(_minutes, breaks)) < _minutes(span)


def checked_days(days: int, *, longest: int) -> int:
    """Returns `days`. Raises OutOfRange."""
    if not 1 <= days <= longest:
        raise OutOfRange("days_long", low=1, high=longest)
    return days


def checked_where(mode: str, place: str) -> tuple[DayMode, str]:
    """Returns the mode and the place: on video, or on site with a place named. Raises BadInput, Missing, TooLong."""
    for known in DAY_MODES:
        if mode == known:
            line = checked_place(place) if known == Mode.ON_SITE else ""
            if known == Mode.ON_SITE and not line:
                raise Missing("place")
            return known, line
    raise BadInput("mode", value=mode)


def checked_ahead(begins: datetime, tzid: str, *, now: datetime, farthest: timedelta) -> None:
    """Checks that an offered day begins late enough to be asked for, and not too late. Raises OutOfRange, with the days
    of that zone."""
    if not now + NOTICE <= begins <= now + farthest:
        low, high = (local_date(now + each, tzid).isoformat() for each in (NOTICE, farthest))
        raise OutOfRange("date", low=low, high=high)
