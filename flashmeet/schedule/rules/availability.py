"""A mentor's availability: weekly rules, dated overrides and leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from flashmeet.core.errors import BadDate, EndBeforeStart, OutOfRange
from flashmeet.core.intervals import Interval, clock_minutes, clock_text, merged
from flashmeet.core.settings.policies import Policy, require_quarter, require_within
from flashmeet.core.zones import DAY_MINUTES, instant, local_date
from flashmeet.schedule.rules.booked_hour import MODES, Mode

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2199, 12, 31)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Minutes of one day, `[start, end)`; quarter hours, up to 1440. Raises EndBeforeStart, OffTheQuarter."""

    start: int
    end: int

    def __post_init__(self) -> None:
        require_quarter("start", self.start, low=0, high=DAY_MINUTES)
        require_quarter("end", self.end, low=0, high=DAY_MINUTES)
        if self.end <= self.start:
            raise EndBeforeStart("end", start=clock_text(self.start), end=clock_text(self.end))

    @classmethod
    def parse(cls, start: str, end: str) -> Span:
        return cls(clock_minutes(start, field="start"), clock_minutes(end, field="end"))


@dataclass(frozen=True, slots=True, order=True)
class WeeklyRule:
    """Free every week on `weekday` (Monday is 0)."""

    weekday: int
    span: Span

    def __post_init__(self) -> None:
        require_within("weekday", self.weekday, 0, 6)


@dataclass(frozen=True, slots=True)
class DayOverride:
    """Replaces the weekly rules on `date`; several add up. Without a span the day is closed, which takes precedence."""

    date: date
    span: Span | None


@dataclass(frozen=True, slots=True, order=True)
class LeavePeriod:
    """Away from `first` to `last`, both included, in the mentor's zone."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Raises BadDate, EndBeforeStart."""
        for name, day in (("first", self.first), ("last", self.last)):
            if not FIRST_DAY <= day <= LAST_DAY:
                raise BadDate(name, value=day.isoformat())
        if self.last < self.first:
            raise EndBeforeStart("last", start=self.first, end=self.last)


LONGEST_LEAVE = timedelta(days=3 * 366)


def require_near(first: date, last: date, *, today: date) -> None:
    """Refuses a leave that is over, or years away. Raises OutOfRange."""
    if first < today - LONGEST_LEAVE or not today <= last <= today + LONGEST_LEAVE:
        raise OutOfRange("last", low=today, high=today + LONGEST_LEAVE)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A mentor's whole availability; `place` is where they meet on site, "" where it is agreed each time. `free_now` is
    time that may be booked at short notice (`rules.free_now`)."""

    tzid: str
    policy: Policy
    rules: tuple[WeeklyRule, ...] = ()
    overrides: tuple[DayOverride, ...] = ()
    leaves: tuple[LeavePeriod, ...] = ()
    ways: tuple[Mode, ...] = MODES
    place: str = ""
    free_now: Interval | None = None
    _rules_by_weekday: dict[int, list[Span]] = field(init=False, repr=False, compare=False)
    _overrides_by_date: dict[date, list[Span | None]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rules: dict[int, list[Span]] = defaultdict(list)
        for rule in self.rules:
            rules[rule.weekday].append(rule.span)
        overrides: dict[date, list[Span | None]] = defaultdict(list)
        for override in self.overrides:
            overrides[override.date].append(override.span)
        object.__setattr__(self, "_rules_by_weekday", dict(rules))
        object.__setattr__(self, "_overrides_by_date", dict(overrides))

    def on_leave(self, day: date) -> bool:
        return any(leave.first <= day <= leave.last for leave in self.leaves)

    def spans_on(self, day: date) -> list[Span]:
        """Returns the day's free spans as stated, not merged. Leave or a closing override leaves none."""
        if self.on_leave(day):
            return []
        said = self._overrides_by_date.get(day)
        if said is None:
            return self._rules_by_weekday.get(day.weekday(), [])
        spans = [span for span in said if span is not None]
        return spans if len(spans) == len(said) else []

    def windows_on(self, day: date) -> list[Interval]:
        """Returns the day's free windows as instants, merged where they overlap or touch, in order.

        An end whose wall time occurs twice means the second; 24:00 is where the next day first begins.
        """
        return merged(
            Interval(
                instant(day, span.start, self.tzid),
                instant(day, span.end, self.tzid, last=span.end < DAY_MINUTES),
            )
            for span in self.spans_on(day)
        )

    def days(self, span: Interval) -> Iterator[date]:
        """Yields the local days that `span` touches."""
        day, last = local_date(span.start, self.tzid), local_date(span.end, self.tzid)
        while day <= last:
            yield day
            day += timedelta(days=1)

    def windows(self, days: Iterable[date]) -> list[Interval]:
        """Returns the free time on those days, joined across midnight where both sides are free."""
        return merged(window for day in days for window in self.windows_on(day))
