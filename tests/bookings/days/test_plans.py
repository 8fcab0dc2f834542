"""How long a day is, where its breaks lie, and what counts of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flashmeet.bookings.rules.days import LONGEST, SHORTEST, DayPlan, checked_ahead, checked_days, checked_where
from flashmeet.core.errors import BadDate, BadInput, BreakOutside, Missing, OutOfRange
from flashmeet.schedule.rules.availability import Span
from flashmeet.schedule.rules.booked_hour import Mode

SPANS = (
    st.tuples(st.integers(0, 96), st.integers(0, 96))
    .filter(lambda ends: ends[0] < ends[1])
    .map(lambda ends: Span(15 * ends[0], 15 * ends[1]))
)
BREAKS = st.lists(SPANS, max_size=3).map(tuple)
DATES = st.dates(date(2026, 1, 1), date(2028, 12, 31))
ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "UTC"])


def minutes(span: Span) -> int:
    return span.end - span.start


@given(first=DATES, tzid=ZONES, span=SPANS, breaks=BREAKS, days=st.integers(1, 5))
def test_a_plan_is_taken_exactly_when_its_breaks_leave_something_of_a_day(
    first: date, tzid: str, span: Span, breaks: tuple[Span, ...], days: int
) -> None:
    apart = all(a.end <= b.start or b.end <= a.start for i, a in enumerate(breaks) for b in breaks[:i])
    inside = all(span.start <= each.start and each.end <= span.end for each in breaks)
    fits = SHORTEST <= minutes(span) <= LONGEST and apart and inside and sum(map(minutes, breaks)) < minutes(span)
    try:
        plan = DayPlan(first=first, tzid=tzid, span=span, breaks=breaks, days=days)
    except (OutOfRange, BreakOutside):
        assert not fits
        return
    assert fits
    assert plan.worked == days * timedelta(minutes=minutes(span) - sum(map(minutes, breaks)))
    assert timedelta() < plan.worked
    assert plan.interval.start < plan.interval.end
    assert len(plan.dates) == days
    assert all(plan.interval.start <= each.start < each.end for each in plan.first_breaks)


@given(first=DATES, span=SPANS, days=st.integers(1, 5))
def test_where_no_clock_changes_the_whole_is_the_days_with_the_nights_between(
    first: date, span: Span, days: int
) -> None:
    assume(SHORTEST <= minutes(span) <= LONGEST)
    whole = DayPlan(first=first, tzid="Asia/Tokyo", span=span, days=days).interval
    assert whole.end - whole.start == timedelta(days=days - 1, minutes=minutes(span))


def test_a_day_is_told_on_the_wall_whatever_the_season() -> None:
    span = Span.parse("09:00", "17:00")
    winter, summer = (
        DayPlan(first=first, tzid="Europe/Paris", span=span).interval
        for first in (date(2026, 12, 10), date(2027, 7, 1))
    )
    assert winter.start == datetime(2026, 12, 10, 8, tzinfo=UTC)
    assert summer.start == datetime(2027, 7, 1, 7, tzinfo=UTC)


def test_where_is_video_or_a_place_that_is_named() -> None:
    assert checked_where("video", "thrown away") == (Mode.VIDEO, "")
    assert checked_where("on_site", "  Lyon\n2e ") == (Mode.ON_SITE, "Lyon 2e")
    with pytest.raises(Missing):
        checked_where("on_site", " ")
    with pytest.raises(BadInput):
        checked_where("phone", "")


def test_more_than_a_day_is_up_to_the_administrator() -> None:
    assert checked_days(1, longest=1) == 1
    for days, longest in ((2, 1), (0, 1), (6, 5)):
        with pytest.raises(OutOfRange):
            checked_days(days, longest=longest)


def test_a_day_has_three_breaks_at_most() -> None:
    span, breaks = Span.parse("09:00", "18:00"), [Span(60 * hour, 60 * hour + 15) for hour in (10, 12, 14, 16)]
    assert len(DayPlan(first=date(2026, 12, 10), tzid="UTC", span=span, breaks=tuple(breaks[:3])).first_breaks) == 3
    with pytest.raises(BreakOutside):
        DayPlan(first=date(2026, 12, 10), tzid="UTC", span=span, breaks=tuple(breaks))


@pytest.mark.parametrize("first", [date(1999, 12, 31), date(2200, 1, 1)])
def test_a_day_lies_in_a_time_that_people_plan_for(first: date) -> None:
    with pytest.raises(BadDate):
        DayPlan(first=first, tzid="UTC", span=Span.parse("09:00", "17:00"))


def test_a_day_is_offered_three_days_ahead_and_not_too_far() -> None:
    now, farthest, second = datetime(2026, 12, 1, 9, tzinfo=UTC), timedelta(days=365), timedelta(seconds=1)
    for begins in (now + timedelta(hours=72), now + farthest):
        checked_ahead(begins, "UTC", now=now, farthest=farthest)
    for begins in (now + timedelta(hours=72) - second, now + farthest + second):
        with pytest.raises(OutOfRange):
            checked_ahead(begins, "UTC", now=now, farthest=farthest)
