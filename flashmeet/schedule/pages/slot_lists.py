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
FEW_DAYS = timedelta(days=14)


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
    """A month's calendar; weeks begin on Monday and overlap its ends. Where few days of this month are left, its
    calendar goes on to the end of the next."""

    first: date
    end: date
    """The day after its last."""
    today: date

    @classmethod
    def parse(cls, text: str, today: date) -> Month:
        """Reads `2026-12`; returns this month for one that is invalid or cannot hold a free hour."""
        this = today.replace(day=1)
        try:
            asked = date.fromisoformat(f"{text}-01")
        except ValueError:
            asked = this
        return cls.of(asked if this <= asked <= today + FAR else this, today)

    @classmethod
    def of(cls, day: date, today: date) -> Month:
        """Returns the calendar that holds that day, today or later."""
        first, following = day.replace(day=1), _month_after(today)
        if following - today < FEW_DAYS and first <= following:
            return cls(today.replace(day=1), _month_after(following), today)
        return cls(first, _month_after(first), today)

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def next(self) -> Month:
        return Month.of(self.end, self.today)

    @property
    def previous(self) -> Month | None:
        """None where it would be over."""
        before = self.first - timedelta(days=1)
        return Month.of(before, self.today) if before >= self.today else None

    def weeks(self) -> list[list[date]]:
        """Returns those that are not over."""
        day, weeks = max(self.first, self.today), []
        day -= timedelta(days=day.weekday())
        while day < self.end:
            weeks.append([day + timedelta(days=step) for step in range(7)])
            day += timedelta(days=7)
        return weeks

    def holds(self, day: date) -> bool:
        return self.first <= day < self.end

    def span(self, tzid: str) -> tuple[datetime, datetime]:
        """Returns the instants at which it begins and ends in that zone."""
        return day_span(self.first, tzid)[0], day_span(self.end, tzid)[0]


def _month_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)
