"""When campaigns write: on working days, from nine to six, so many a day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flashmeet.core.holidays import is_holiday
from flashmeet.core.zones import instant, local_date

OPENS, CLOSES = 9 * 60, 18 * 60
SATURDAY = 5
LONGEST = 3 * 365
"""Days that a forecast looks ahead."""


@dataclass(frozen=True, slots=True)
class SendingHours:
    """The hours of a network, in its own zone; public holidays are those of its country."""

    tzid: str
    country: str

    def day(self, at: datetime) -> date:
        """Returns the day whose ceiling counts at that instant."""
        return local_date(at, self.tzid)

    def open(self, at: datetime) -> bool:
        day = self.day(at)
        return self.is_working(day) and self.opening(day) <= at < self.closing(day)

    def is_working(self, day: date) -> bool:
        return day.weekday() < SATURDAY and not is_holiday(day, self.country)

    def opening(self, day: date) -> datetime:
        return instant(day, OPENS, self.tzid)

    def closing(self, day: date) -> datetime:
        return instant(day, CLOSES, self.tzid)

    def next_open(self, at: datetime) -> datetime:
        """Returns the first instant from `at` on at which campaigns write."""
        return next((max(at, self.opening(day)) for day in self.days(at)), at)

    def days(self, at: datetime) -> Iterator[date]:
        """Yields the working days whose hours are not over at `at`."""
        today = self.day(at)
        for ahead in range(LONGEST):
            day = today + timedelta(days=ahead)
            if self.is_working(day) and at < self.closing(day):
                yield day


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is said before a campaign starts: so many people, over so many days, from that time on."""

    people: int
    days: int
    first_at: datetime


def forecast(people: int, *, hours: SendingHours, ceiling: int, written: int, ahead: int, start: datetime) -> Forecast:
    """Returns when `people` are written to, after `ahead` others who wait already; `written` were written to today.

    Looks `LONGEST` days ahead at most.
    """
    first: datetime | None = None
    days, waiting, left, today = 0, ahead, people, hours.day(start)
    for day in hours.days(start):
        room = max(ceiling - (written if day == today else 0), 0)
        before = min(room, waiting)
        waiting -= before
        mine = min(room - before, left)
        if mine:
            left -= mine
            days += 1
            first = first or max(start, hours.opening(day))
        if not left:
            break
    return Forecast(people, days, first or hours.next_open(start))
