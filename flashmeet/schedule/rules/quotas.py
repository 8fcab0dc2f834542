"""Limits on bookings per day, week or month, and on open requests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from flashmeet.core.settings.policies import Policy


class QuotaRule(StrEnum):
    """Whose bookings are counted, and over what."""

    MENTOR_DAY = "mentor_day"
    MENTOR_WEEK = "mentor_week"
    MENTOR_MONTH = "mentor_month"
    MENTEE_WEEK = "mentee_week"
    OPEN_REQUESTS = "mentee_open"  # whatever the day
    PENDING_HOURS = "mentor_pending"  # whatever the day


MENTOR_RULES = (QuotaRule.MENTOR_DAY, QuotaRule.MENTOR_WEEK, QuotaRule.MENTOR_MONTH)
"""Those that a mentor's policy sets."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """One day (`2026-12-09`), ISO week (`2026-W50`) or month (`2026-12`) under one rule."""

    rule: QuotaRule
    name: str


@dataclass(frozen=True, slots=True, order=True)
class Quota:
    """At most `limit` bookings in `period`."""

    period: Period
    limit: int


def week_name(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def month_name(day: date) -> str:
    return f"{day:%Y-%m}"


def mentor_quotas(policy: Policy, day: date) -> list[Quota]:
    """Returns the limits that a booking on `day` (in the mentor's zone) counts towards."""
    limits = (
        (Period(QuotaRule.MENTOR_DAY, day.isoformat()), policy.per_day),
        (Period(QuotaRule.MENTOR_WEEK, week_name(day)), policy.per_week),
        (Period(QuotaRule.MENTOR_MONTH, month_name(day)), policy.per_month),
    )
    return [Quota(period, limit) for period, limit in limits if limit is not None]


def has_room(policy: Policy, used: Mapping[Period, int], day: date) -> bool:
    """Whether another hour on that day stays within the mentor's limits; `used` counts those there are."""
    return not used or all(used.get(each.period, 0) < each.limit for each in mentor_quotas(policy, day))


def any_used_up(policy: Policy, used: Mapping[Period, int]) -> bool:
    """Whether some day may be without room."""
    limits = {
        QuotaRule.MENTOR_DAY: policy.per_day,
        QuotaRule.MENTOR_WEEK: policy.per_week,
        QuotaRule.MENTOR_MONTH: policy.per_month,
    }
    return any((limit := limits.get(period.rule)) is not None and count >= limit for period, count in used.items())


def mentee_quotas(per_week: int | None, day: date) -> list[Quota]:
    """Returns the limits that a booking on `day` (in the mentee's zone) counts towards."""
    return [] if per_week is None else [Quota(Period(QuotaRule.MENTEE_WEEK, week_name(day)), per_week)]


def open_quota() -> Quota:
    """Returns the limit on a mentee's open requests."""
    return Quota(Period(QuotaRule.OPEN_REQUESTS, "now"), MOST_OPEN)


def pending_quota() -> Quota:
    """Returns the limit on hours that await one mentor's answer."""
    return Quota(Period(QuotaRule.PENDING_HOURS, "now"), MOST_PENDING)


MOST_TIMES, MOST_OPEN, MOST_PENDING, MOST_COLLEAGUES = 3, 2, 4, 3
"""Maximum times per request, open requests per mentee, hours awaiting one mentor, and colleagues a mentor may name."""


WINDOW = timedelta(days=28)
"""How far the board looks ahead for open hours, and back for requests."""
