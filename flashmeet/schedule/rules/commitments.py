"""A mentor's first minute: a commitment in a few choices, and its rules, limits and leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from flashmeet.core.errors import BadInput, Missing, OutOfRange
from flashmeet.core.intervals import Interval
from flashmeet.core.settings.policies import Policy
from flashmeet.schedule.rules.availability import LeavePeriod, Schedule, Span, WeeklyRule
from flashmeet.schedule.rules.slots import Start, openings

HOURS_A_MONTH = (1, 2, 4, 8)
WEEKS_A_MONTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """“2 hours a month, never two on one day, Tuesdays and Thursdays from 18:00 to 20:00, not in August.”

    `after` and `before` are minutes of the day; `months_off` are numbers of months, January is 1.
    """

    hours_a_month: int
    one_a_day: bool
    weekdays: frozenset[int]
    after: int
    before: int
    months_off: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        """Raises Missing, OutOfRange, EndBeforeStart, OffTheQuarter."""
        if not 1 <= self.hours_a_month <= 200:
            raise OutOfRange("hours_a_month", low=1, high=200)
        if not self.weekdays:
            raise Missing("weekdays")
        if not self.weekdays <= set(range(7)):
            raise OutOfRange("weekdays", low=0, high=6)
        if not self.months_off <= set(range(1, 13)) or len(self.months_off) > 11:
            raise OutOfRange("months_off", low=0, high=11)
        try:
            Span(self.after, self.before)
        except BadInput as error:
            facts = {name: fact for name, fact in error.facts.items() if name != "field"}
            raise type(error)("after" if error.field == "start" else "before", **facts) from error

    @property
    def rules(self) -> tuple[WeeklyRule, ...]:
        span = Span(self.after, self.before)
        return tuple(WeeklyRule(day, span) for day in sorted(self.weekdays))

    def policy(self, start: Policy) -> Policy:
        """Returns the network's policy with these limits; a week allows at least a fair share of the month."""
        per_week = start.per_week and max(start.per_week, -(-self.hours_a_month // WEEKS_A_MONTH))
        return replace(
            start, per_month=self.hours_a_month, per_week=per_week, per_day=1 if self.one_a_day else per_week
        )

    def leaves(self, today: date) -> tuple[LeavePeriod, ...]:
        """Returns the next occurrence of each month off, from today on if it has begun; adjacent months are joined."""
        months = [first for first in _coming_months(today) if first.month in self.months_off]
        periods: list[LeavePeriod] = []
        for first in months:
            last = _next_month(first) - timedelta(days=1)
            if periods and periods[-1].last + timedelta(days=1) == first:
                periods[-1] = LeavePeriod(periods[-1].first, last)
            else:
                periods.append(LeavePeriod(max(first, today), last))
        return tuple(periods)

    def schedule(self, tzid: str, start: Policy, *, today: date) -> Schedule:
        return Schedule(tzid, self.policy(start), self.rules, leaves=self.leaves(today))


def _coming_months(today: date) -> Iterable[date]:
    first = today.replace(day=1)
    for _ in range(12):
        yield first
        first = _next_month(first)


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def hours_offered(schedule: Schedule, *, now: datetime) -> list[Start]:
    """Returns the starts that could be booked now, if no time were claimed."""
    policy = schedule.policy
    return openings(schedule, span=Interval(now + policy.notice, now + policy.horizon))
