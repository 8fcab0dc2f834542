"""Arranges slots by day and by month, in the viewer's zone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flashmeet.core.settings.policies import MAX_HORIZON_DAYS
from flashmeet.core.zones import day_span, local_date
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.own_calendars import BusyTimes

FAR = timedelta(days=MAX_HORIZON_DAYS)


@dataclass(frozen=True, slots=True)
class Day:
    """One day in the viewer's zone, and the slots that begin on it."""

    date: date
    slots: Sequence[Slot]


def by_day(slots: Iterable[Slot], tzid: str) -> list[Day]:
    """Groups slots, in order of start, by day in the viewer's zone."""
    return [Day(day, list(group)) for day, group in groupby(slots, lambda slot: local_date(slot.starts_at, tzid))]


def count_by_day(slots: Iterable[Slot], tzid: str, busy: BusyTimes | None = None) -> Counter[date]:
    """Counts the slots that begin on each day in the viewer's zone; with `busy`, those that clash with it."""
    counted = slots if busy is None else (slot for slot in slots if busy.clash(slot.hour))
    return Counter(local_date(slot.starts_at, tzid) for slot in counted)


def asked_day(text: str, today: date) -> date | None:
    """Reads `2026-12-09`; returns None for a day that cannot hold a free hour."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if today <= day <= today + FAR else None


@dataclass(frozen=True, slots=True)
class Month:
    """A month's calendar; weeks begin on Monday and overlap the month's ends."""

    first: date

    @classmethod
    def parse(cls, text: str, today: date) -> Month:
        """Reads `2026-12`; returns this month for one that is invalid or cannot hold a free hour."""
        this = today.replace(day=1)
        try:
            asked = date.fromisoformat(f"{text}-01")
        except ValueError:
            return cls(this)
        return cls(asked) if this <= asked <= today + FAR else cls(this)

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def next(self) -> Month:
        return Month((self.first + timedelta(days=31)).replace(day=1))

    @property
    def previous(self) -> Month:
        return Month((self.first - timedelta(days=1)).replace(day=1))

    def weeks(self) -> list[list[date]]:
        day, weeks = self.first - timedelta(days=self.first.weekday()), []
        while day < self.next.first:
            weeks.append([day + timedelta(days=step) for step in range(7)])
            day += timedelta(days=7)
        return weeks

    def holds(self, day: date) -> bool:
        return self.first <= day < self.next.first

    def span(self, tzid: str) -> tuple[datetime, datetime]:
        """Returns the instants at which the month begins and ends in that zone."""
        return day_span(self.first, tzid)[0], day_span(self.next.first, tzid)[0]
