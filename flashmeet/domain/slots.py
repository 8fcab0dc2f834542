"""The slot engine: which starts a mentor's schedule, claims and quotas leave, and whether one start may be booked.

Listing and booking use the same rules: a start is in `openings` exactly when `check` accepts its time and duration,
no claim stands in its way and no quota is used up. Nothing here reads a clock or a database.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flashmeet.domain.availability import Policy, Schedule
from flashmeet.domain.errors import BeyondHorizon, NotOffered, TooLate
from flashmeet.domain.intervals import Interval, merged
from flashmeet.domain.quotas import Period, mentor_quotas
from flashmeet.domain.zones import local_date

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class Start:
    """A bookable start; a session from here may end at `free_until` at the latest (both aware UTC)."""

    starts_at: datetime
    free_until: datetime

    def fits(self, minutes: int) -> bool:
        return self.starts_at + timedelta(minutes=minutes) <= self.free_until


@dataclass(frozen=True, slots=True)
class Slot:
    """A start with its duration, as shown."""

    mentor_id: int
    mentor_name: str
    starts_at: datetime
    ends_at: datetime


def openings(
    schedule: Schedule,
    *,
    span: Interval,
    taken: Sequence[Interval] = (),
    used: Mapping[Period, int] | None = None,
) -> list[Start]:
    """Every start in `span`, in order, from which the shortest duration can be booked.

    `taken` is what the mentor has claimed already, buffers included; `used` counts sessions per quota period.
    Notice and horizon are not applied: they depend on the clock and are compared when slots are read.
    """
    policy, occupied = schedule.policy, merged(taken)
    begins = [each.start for each in occupied]
    days = list(schedule.days(Interval(span.start - DAY, span.end + DAY)))
    free = schedule.windows(days)
    found: dict[datetime, Start] = {}
    for day, starts_at in _grid(schedule, days, span):
        if starts_at in found or _quota_full(policy, day, used or {}):
            continue
        until = _free_until(starts_at, free, occupied, begins, policy)
        if until is not None and starts_at + policy.shortest <= until:
            found[starts_at] = Start(starts_at, until)
    return sorted(found.values())


def _grid(schedule: Schedule, days: Sequence[date], span: Interval) -> Iterator[tuple[date, datetime]]:
    """Starts step by elapsed time from each window's start."""
    step = timedelta(minutes=schedule.policy.start_every)
    for day in days:
        for window in schedule.windows_on(day):
            at = window.start
            while at < window.end:
                if span.start <= at < span.end:
                    yield day, at
                at += step


def _quota_full(policy: Policy, day: date, used: Mapping[Period, int]) -> bool:
    return any(used.get(quota.period, 0) >= quota.limit for quota in mentor_quotas(policy, day))


def _free_until(
    starts_at: datetime,
    free: Sequence[Interval],
    occupied: Sequence[Interval],
    begins: Sequence[datetime],
    policy: Policy,
) -> datetime | None:
    """The latest end of a session from `starts_at`, or None when it cannot begin there."""
    window = free[bisect_right(free, starts_at, key=lambda each: each.start) - 1]
    position = bisect_right(begins, starts_at)
    if position and occupied[position - 1].end > starts_at - policy.before:
        return None
    if position == len(occupied):
        return window.end
    return min(window.end, occupied[position].start - policy.after)


def check(schedule: Schedule, *, starts_at: datetime, minutes: int, now: datetime) -> None:
    """Whether the mentor offers this hour at all, whoever has claimed it.

    Raises TooLate, BeyondHorizon or NotOffered: the first that applies, in this order.
    """
    policy = schedule.policy
    if starts_at < now + policy.notice:
        raise TooLate(starts_at=starts_at, notice_minutes=policy.notice_minutes)
    if starts_at > now + policy.horizon:
        raise BeyondHorizon(starts_at=starts_at, horizon_days=policy.horizon_days)
    if minutes not in policy.durations or not _in_a_window(schedule, starts_at, minutes):
        raise NotOffered(starts_at=starts_at)


def _in_a_window(schedule: Schedule, starts_at: datetime, minutes: int) -> bool:
    session = Interval(starts_at, starts_at + timedelta(minutes=minutes))
    day = local_date(starts_at, schedule.tzid)
    on_the_grid = any(at == starts_at for _, at in _grid(schedule, [day], session))
    reach = schedule.windows(schedule.days(Interval(session.start - DAY, session.end + DAY)))
    return on_the_grid and any(window.holds(session) for window in reach)
