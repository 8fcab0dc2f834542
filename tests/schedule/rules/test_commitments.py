"""What a mentor promises in the first minute becomes exactly that: rules, limits, leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from flashmeet.core.errors import BadInput
from flashmeet.core.settings.policies import Policy
from flashmeet.core.zones import local_time
from flashmeet.schedule.rules.availability import LeavePeriod, Span, WeeklyRule
from flashmeet.schedule.rules.commitments import Commitment, hours_offered

TODAY = date(2026, 12, 1)
SAID: dict[str, Any] = {
    "hours_a_month": 2,
    "one_a_day": True,
    "weekdays": frozenset({1, 3}),
    "after": 18 * 60,
    "before": 20 * 60,
    "months_off": frozenset({8}),
}
KARIM = Commitment(**SAID)


def test_two_hours_a_month_never_two_on_one_day_not_before_six_not_in_august() -> None:
    schedule = KARIM.schedule("Europe/Paris", Policy(), today=TODAY)
    assert schedule.rules == (WeeklyRule(1, Span(1080, 1200)), WeeklyRule(3, Span(1080, 1200)))
    assert (schedule.policy.per_month, schedule.policy.per_week, schedule.policy.per_day) == (2, 1, 1)
    assert schedule.leaves == (LeavePeriod(date(2027, 8, 1), date(2027, 8, 31)),)


def test_the_hours_that_result_keep_the_promise() -> None:
    schedule = KARIM.schedule("Europe/Paris", Policy(), today=TODAY)
    walls = [
        local_time(each.starts_at, "Europe/Paris").at
        for each in hours_offered(schedule, now=datetime(2026, 12, 1, 9, tzinfo=UTC))
    ]
    assert {(at.weekday(), at.hour) for at in walls} == {(1, 18), (1, 19), (3, 18), (3, 19)}
    summer = [
        {each.starts_at.month for each in hours_offered(schedule, now=datetime(2027, month, 20, 9, tzinfo=UTC))}
        for month in (7, 8)
    ]
    assert summer == [{7}, {9}]


@pytest.mark.parametrize(("hours", "week"), [(1, 1), (2, 1), (4, 1), (8, 2)])
def test_a_week_allows_a_fair_share_of_the_month(hours: int, week: int) -> None:
    assert replace(KARIM, hours_a_month=hours).policy(Policy()).per_week == week


def test_without_a_limit_a_week_stays_without_one() -> None:
    said = replace(KARIM, one_a_day=False).policy(Policy(per_week=None))
    assert (said.per_day, said.per_week, said.per_month) == (None, None, 2)


def test_months_that_touch_are_one_leave_and_a_month_that_has_begun_counts_from_today() -> None:
    said = replace(KARIM, months_off=frozenset({12, 1, 7, 8}))
    assert said.leaves(date(2026, 12, 10)) == (
        LeavePeriod(date(2026, 12, 10), date(2027, 1, 31)),
        LeavePeriod(date(2027, 7, 1), date(2027, 8, 31)),
    )


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"hours_a_month": 0}, "hours_a_month"),
        ({"hours_a_month": 201}, "hours_a_month"),
        ({"weekdays": frozenset()}, "weekdays"),
        ({"weekdays": frozenset({7})}, "weekdays"),
        ({"months_off": frozenset({0})}, "months_off"),
        ({"months_off": frozenset({13})}, "months_off"),
        ({"months_off": frozenset(range(1, 13))}, "months_off"),
        ({"after": 1200, "before": 1080}, "before"),
        ({"after": 1085}, "after"),
        ({"before": 1195}, "before"),
    ],
)
def test_what_cannot_be_promised_is_refused_beside_its_field(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(BadInput) as refusal:
        Commitment(**{**SAID, **wrong})
    assert refusal.value.field == field


@pytest.mark.parametrize(
    "most",
    [
        {"hours_a_month": 1},
        {"hours_a_month": 200},
        {"weekdays": frozenset(range(7))},
        {"months_off": frozenset(range(1, 12))},
        {"months_off": frozenset()},
    ],
)
def test_what_is_just_possible_can_be_promised(most: dict[str, Any]) -> None:
    name, value = next(iter(most.items()))
    assert getattr(Commitment(**{**SAID, **most}), name) == value


def test_several_hours_on_one_day_are_as_many_as_the_week_allows() -> None:
    assert replace(KARIM, one_a_day=False, hours_a_month=8).policy(Policy(per_week=1)).per_day == 2
