"""The slot engine: the starts that a mentor's schedule, claims and quotas leave, and the check of one start.

Listing and booking use the same rules: a start is in `openings` exactly when `require_offered` accepts its time and
duration, no claim conflicts with it and no quota is used up. Nothing here reads a clock or a database.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flashmeet.core.errors import BeyondHorizon, NotOffered, TooLate
from flashmeet.core.intervals import Interval, merged
from flashmeet.core.settings.policies import Confirm, Policy
from flashmeet.core.zones import local_date
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.free_now import NOTICE, is_soon, soon_starts
from flashmeet.schedule.rules.quotas import Period, any_used_up, has_room, pending_quota

DAY = timedelta(days=1)
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Start:
    """A bookable start; a booking from here must end by `free_until` (both aware UTC)."""

    starts_at: datetime
    free_until: datetime
    soon: bool = False
    """Bookable until `free_now.NOTICE` before, whatever the mentor's notice."""

    def fits(self, minutes: int) -> bool:
        return self.starts_at + timedelta(minutes=minutes) <= self.free_until


@dataclass(frozen=True, slots=True)
class Slot:
    """A start with its duration, as shown."""

    mentor_id: int
    mentor_name: str
    starts_at: datetime
    ends_at: datetime

    @property
    def hour(self) -> Interval:
        return Interval(self.starts_at, self.ends_at)


def openings(
    schedule: Schedule,
    *,
    span: Interval,
    taken: Sequence[Interval] = (),
    used: Mapping[Period, int] | None = None,
) -> list[Start]:
    """Returns every start in `span`, in order, from which the shortest duration can be booked.

    `taken` is the mentor's claimed time, buffers included; `used` counts bookings per quota period. Notice and horizon
    are not applied: they depend on the clock and are compared when slots are read. A mentor who is asked first has no
    start while the maximum number of hours awaits their answer, but for those about which they are not asked.
    """
    full = schedule.policy.confirm == Confirm.ASK and _asked_enough(used or {})
    counted = used if used and any_used_up(schedule.policy, used) else {}  # else no day has to be looked at
    near = () if full else schedule.days(span.widened(DAY, DAY))
    days = [(day, schedule.windows_on(day)) for day in near]
    free = merged(window for _, windows in days for window in windows)
    room = _Room(schedule.policy, free, merged(taken))
    found = {
        start.starts_at: start
        for day, windows in days
        if has_room(schedule.policy, counted, day)
        for window in windows
        for start in room.starts(window, span)
    }
    found |= {
        start.starts_at: start
        for start in (room.start_soon(at, schedule.free_now) for at in soon_starts(schedule))
        if start is not None
        and span.start <= start.starts_at < span.end
        and has_room(schedule.policy, counted, local_date(start.starts_at, schedule.tzid))
    }
    return sorted(found.values())


def _asked_enough(used: Mapping[Period, int]) -> bool:
    quota = pending_quota()
    return used.get(quota.period, 0) >= quota.limit


def _grid(window: Interval, step: timedelta) -> Iterator[datetime]:
    """Yields starts at every `step` of elapsed time from the window's start."""
    at = window.start
    while at < window.end:
        yield at
        at += step


class _Room:
    """Free windows minus claimed time."""

    def __init__(self, policy: Policy, free: Sequence[Interval], occupied: Sequence[Interval]) -> None:
        self._policy, self._free, self._occupied = policy, free, occupied
        self._before, self._after = policy.before, policy.after
        self._free_begins = [each.start for each in free]
        self._begins = [each.start for each in occupied]

    def starts(self, window: Interval, span: Interval) -> Iterator[Start]:
        """Yields the starts in one day's window; a booking may continue into an adjacent window."""
        policy, step = self._policy, timedelta(minutes=self._policy.start_every)
        shortest, longest = policy.shortest, policy.longest
        end = self._free[bisect_right(self._free_begins, window.start) - 1].end
        for at in _grid(window, step):
            if span.start <= at < span.end:
                until = min(end, at + longest, self._next_taken(at))
                if at + shortest <= until:
                    yield Start(at, until)

    def start_soon(self, at: datetime, window: Interval | None) -> Start | None:
        """Returns the start inside the time that may be booked at short notice, unless a claim is in the way."""
        if window is None:
            return None
        until = min(window.end, at + self._policy.longest, self._next_taken(at))
        return Start(at, until, soon=True) if at + self._policy.shortest <= until else None

    def _next_taken(self, at: datetime) -> datetime:
        """Returns the latest end that leaves room before the next claim, or `at` if a claim is in the way."""
        position = bisect_right(self._begins, at)
        if position and self._occupied[position - 1].end > at - self._before:
            return at
        return self._occupied[position].start - self._after if position < len(self._begins) else NEVER


def require_offered(schedule: Schedule, *, starts_at: datetime, minutes: int, now: datetime) -> None:
    """Checks that the mentor offers this hour, whether claimed or not.

    Raises TooLate, BeyondHorizon or NotOffered: the first that applies, in this order.
    """
    policy = schedule.policy
    if minutes in policy.durations and is_soon(schedule, starts_at, minutes):
        if starts_at < now + NOTICE:
            raise TooLate(starts_at=starts_at, notice_minutes=int(NOTICE.total_seconds()) // 60)
        return
    if starts_at < now + policy.notice:
        raise TooLate(starts_at=starts_at, notice_minutes=policy.notice_minutes)
    if starts_at > now + policy.horizon:
        raise BeyondHorizon(starts_at=starts_at, horizon_days=policy.horizon_days)
    if minutes not in policy.durations or not _in_a_window(schedule, starts_at, minutes):
        raise NotOffered(starts_at=starts_at)


def _in_a_window(schedule: Schedule, starts_at: datetime, minutes: int) -> bool:
    hour = Interval(starts_at, starts_at + timedelta(minutes=minutes))
    step = timedelta(minutes=schedule.policy.start_every)
    today = schedule.windows_on(local_date(starts_at, schedule.tzid))
    on_the_grid = any(at == starts_at for window in today for at in _grid(window, step))
    return on_the_grid and lies_in_hours(schedule, hour)


def lies_in_hours(schedule: Schedule, hour: Interval) -> bool:
    """Whether the mentor is free by what they said, at whatever minute it starts."""
    return any(window.holds(hour) for window in schedule.windows(schedule.days(hour)))
