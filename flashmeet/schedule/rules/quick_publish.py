"""Quick publishing: hours to suggest to a mentor, based on their usual hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from flashmeet.core.intervals import TICK, Interval
from flashmeet.core.zones import DAY_MINUTES, instant, local_date, local_time, wall_span
from flashmeet.schedule.rules.availability import DayOverride, Schedule, Span
from flashmeet.schedule.rules.booked_hour import works
from flashmeet.schedule.rules.quotas import Period
from flashmeet.schedule.rules.slots import openings

CHIPS, AHEAD, HOUR = 6, timedelta(days=28), 60
EVENINGS = tuple((weekday, minute) for minute in (18 * 60, 19 * 60) for weekday in (1, 3, 0, 2))
"""Guesses for a mentor without history: weekday and minute, likeliest first."""
EVENING_FROM, LATEST = 17 * 60, 22 * 60
FIRST_HOUR, LAST_HOUR = 8, 21
ASK_FROM, ASK_FOR = 9 * 60, timedelta(days=3)
ENOUGH_HOURS = 2


@dataclass(frozen=True, slots=True)
class Usual:
    """A weekday (Monday is 0) and a minute of the day."""

    weekday: int
    minute: int


def usual_hours(starts: Iterable[datetime], schedule: Schedule | None, tzid: str) -> list[Usual]:
    """Returns a mentor's usual hours: of past `starts`, then of the weekly rules, evenings first, then common ones."""
    had = Counter(_usual(at, tzid) for at in starts)
    said = [Usual(rule.weekday, rule.span.start) for rule in schedule.rules] if schedule else []
    said.sort(key=lambda each: (not EVENING_FROM <= each.minute <= LATEST, each.minute, each.weekday))
    guessed = [Usual(weekday, minute) for weekday, minute in EVENINGS]
    found = dict.fromkeys([*(each for each, _ in had.most_common()), *said, *guessed])
    return [each for each in found if each.minute <= LATEST]


def _usual(at: datetime, tzid: str) -> Usual:
    here = local_time(at, tzid).at
    return Usual(here.weekday(), here.hour * 60 + here.minute // 15 * 15)


@dataclass(frozen=True, slots=True)
class Room:
    """A mentor's availability and claims, buffers included; `used` counts bookings towards their limits."""

    schedule: Schedule
    taken: Sequence[Interval] = ()
    used: Mapping[Period, int] = field(default_factory=dict)

    def opened(self, at: datetime) -> Room:
        """Returns a copy with this hour published. Raises OffTheQuarter."""
        return replace(self, schedule=replace(self.schedule, overrides=with_hours(self.schedule, [at])))

    def lists(self, at: datetime) -> bool:
        """Whether a booking can start then, apart from notice and horizon."""
        return bool(openings(self.schedule, span=Interval(at, at + TICK), taken=self.taken, used=self.used))


def chips(usual: Sequence[Usual], room: Room, *, now: datetime) -> list[datetime]:
    """Returns six hours to choose from within four weeks, in order; on different days, the most usual ones first."""
    tzid = room.schedule.tzid
    first, chosen = local_date(now, tzid), dict[date, datetime]()
    for each in usual:
        for week in range(5):
            day = first + timedelta(days=(each.weekday - first.weekday()) % 7 + 7 * week)
            at = instant(day, each.minute, tzid)
            if day not in chosen and at < now + AHEAD and can_be_given(at, room, now=now):
                chosen[day] = at
        if len(chosen) >= CHIPS:
            break
    return sorted(list(chosen.values())[:CHIPS])


def hours_of(day: date, room: Room, *, now: datetime) -> list[datetime]:
    """Returns the whole hours of a day that can still be published."""
    every = (instant(day, hour * 60, room.schedule.tzid) for hour in range(FIRST_HOUR, LAST_HOUR))
    return [at for at in every if can_be_given(at, room, now=now)]


def can_be_given(at: datetime, room: Room, *, now: datetime) -> bool:
    """Whether publishing the hour makes a start bookable that was not before.

    It must respect notice, horizon, leave, claims and the mentor's limits. Raises OffTheQuarter.
    """
    policy = room.schedule.policy
    if not now + policy.notice <= at < now + policy.horizon:
        return False
    return room.opened(at).lists(at) and not room.lists(at)


def with_hours(schedule: Schedule, starts: Iterable[datetime]) -> tuple[DayOverride, ...]:
    """Returns the overrides that add these hours; the rest of each day stays as it was."""
    overrides, long = schedule.overrides, max(HOUR, min(schedule.policy.durations))
    for at in starts:
        day, start, end = wall_span(at, timedelta(minutes=long), schedule.tzid)
        there = {each.span for each in overrides if each.date == day} or set(schedule.spans_on(day))
        spans = {span for span in there if span is not None} | {Span(start, min(end, DAY_MINUTES))}
        others = tuple(each for each in overrides if each.date != day)
        overrides = (*others, *(DayOverride(day, span) for span in sorted(spans)))
    return overrides


def asked_on(now: datetime, tzid: str, country: str) -> str | None:
    """Returns the month (`2026-12`) whose mail may be sent now, or None.

    It may be sent for three days, from nine o'clock local time of the month's first working day.
    """
    here = local_time(now, tzid).at
    first = here.date().replace(day=1)
    while not works(first, country):
        first += timedelta(days=1)
    opens = instant(first, ASK_FROM, tzid)
    return f"{here:%Y-%m}" if opens <= now < opens + ASK_FOR else None
