"""Limits by day, week and month: the last one is still given, the next is not, and a new period begins anew."""

from __future__ import annotations

from datetime import date

from flashmeet.core.settings.policies import Policy
from flashmeet.schedule.rules.quotas import (
    Period,
    Quota,
    QuotaRule,
    any_used_up,
    has_room,
    mentee_quotas,
    mentor_quotas,
    month_name,
    week_name,
)
from tests.loops import for_each

DAY = date(2026, 12, 9)
LIMITED = Policy(per_day=2, per_week=3, per_month=5)
TODAY, THIS_WEEK, THIS_MONTH = (each.period for each in mentor_quotas(LIMITED, DAY))


def test_a_booking_counts_towards_its_day_its_week_and_its_month() -> None:
    assert mentor_quotas(LIMITED, DAY) == [
        Quota(Period(QuotaRule.MENTOR_DAY, "2026-12-09"), 2),
        Quota(Period(QuotaRule.MENTOR_WEEK, "2026-W50"), 3),
        Quota(Period(QuotaRule.MENTOR_MONTH, "2026-12"), 5),
    ]
    assert mentor_quotas(Policy(per_day=None, per_week=None, per_month=None), DAY) == []


def test_weeks_are_those_of_iso_8601_at_the_turn_of_a_year() -> None:
    assert [week_name(date(2027, 1, day)) for day in (3, 4)] == ["2026-W53", "2027-W01"]
    assert month_name(date(2027, 1, 3)) == "2027-01"


@for_each(
    ("used", "room"),
    [
        ({}, True),
        ({TODAY: 1, THIS_WEEK: 2, THIS_MONTH: 4}, True),
        ({TODAY: 2}, False),
        ({THIS_WEEK: 3}, False),
        ({THIS_MONTH: 5}, False),
        ({Period(QuotaRule.MENTOR_DAY, "2026-12-10"): 2}, True),
        ({Period(QuotaRule.MENTOR_WEEK, "2026-W51"): 3}, True),
        ({Period(QuotaRule.MENTEE_WEEK, "2026-W50"): 9}, True),
    ],
)
def test_there_is_room_until_one_of_the_limits_is_reached(used: dict[Period, int], room: bool) -> None:
    assert has_room(LIMITED, used, DAY) is room
    assert room or any_used_up(LIMITED, used)


def test_a_mentee_has_a_limit_by_week_where_the_network_sets_one() -> None:
    assert mentee_quotas(2, DAY) == [Quota(Period(QuotaRule.MENTEE_WEEK, "2026-W50"), 2)]
    assert mentee_quotas(None, DAY) == []
