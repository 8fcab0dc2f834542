"""The clocks of a request and its bounds, each to the second: times asked for, the nudge, an offer, waves, odds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashmeet.core.errors import BeyondHorizon, Missing, OffTheQuarter, OutOfRange, TooLate
from flashmeet.core.zones import instant, local_time
from flashmeet.requests.rules.requests import (
    Fit,
    Odds,
    checked_times,
    is_for_all,
    nudge_at,
    odds,
    offer_ends,
    waves_a_week,
)

PARIS = "Europe/Paris"
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone
ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Africa/Casablanca"])
NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)


def paris(day: int, clock: str) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return instant(date(2026, 12, day), hours * 60 + minutes, PARIS)


def test_one_to_three_times_are_asked_for_in_order_and_none_twice() -> None:
    times = [NOW + 4 * HOUR, NOW + 2 * HOUR, NOW + 4 * HOUR, NOW + 3 * HOUR]
    assert checked_times(times, now=NOW) == (NOW + 2 * HOUR, NOW + 3 * HOUR, NOW + 4 * HOUR)
    with pytest.raises(Missing):
        checked_times([], now=NOW)
    with pytest.raises(OutOfRange):
        checked_times([*times, NOW + 5 * HOUR], now=NOW)


def test_a_time_that_is_asked_for_lies_two_hours_to_ninety_days_ahead_on_a_quarter() -> None:
    edges = (NOW + 2 * HOUR, NOW + timedelta(days=90))
    assert checked_times(edges, now=NOW) == edges
    with pytest.raises(TooLate) as soon:
        checked_times([edges[0] - QUARTER], now=NOW)
    assert soon.value.facts["notice_minutes"] == 120
    with pytest.raises(BeyondHorizon):
        checked_times([edges[1] + QUARTER], now=NOW)
    with pytest.raises(OffTheQuarter):
        checked_times([edges[0] + timedelta(minutes=5)], now=NOW)


@pytest.mark.parametrize(
    ("asked", "due", "nudged"),
    [
        ((1, "10:00"), (3, "10:00"), (2, "10:00")),
        ((1, "09:00"), (1, "09:30"), (1, "09:15")),
        ((1, "06:00"), (1, "12:00"), (1, "09:00")),
        ((1, "04:00"), (1, "12:00"), (1, "09:00")),  # half-time is at eight
        ((1, "18:59"), (3, "18:59"), (2, "18:59")),
        ((1, "19:00"), (3, "19:00"), (3, "09:00")),  # from seven in the evening on it waits for the morning
        ((1, "21:00"), (3, "21:00"), (3, "09:00")),
        ((1, "21:00"), (2, "09:00"), None),  # half-time is at night, and nine is too late
        ((1, "21:00"), (2, "09:15"), (2, "09:00")),
        ((1, "14:00"), (3, "00:00"), (2, "09:00")),
    ],
)
def test_a_mentor_is_nudged_at_half_time_from_nine_to_seven_on_their_clock(
    asked: tuple[int, str], due: tuple[int, str], nudged: tuple[int, str] | None
) -> None:
    assert nudge_at(paris(*asked), paris(*due), PARIS) == (paris(*nudged) if nudged else None)


@given(asked=INSTANTS, days=st.floats(0.1, 10), tzid=ZONES)
def test_a_nudge_lies_between_nine_and_seven_and_before_the_end(asked: datetime, days: float, tzid: str) -> None:
    due = asked + timedelta(days=days)
    at = nudge_at(asked, due, tzid)
    if at is not None:
        assert asked + (due - asked) / 2 <= at < due
        assert 9 <= local_time(at, tzid).at.hour < 19


@pytest.mark.parametrize(
    ("offered", "starts", "until"),
    [
        ((1, "10:00"), (5, "10:00"), (1, "12:00")),
        ((1, "19:00"), (5, "10:00"), (1, "21:00")),
        ((1, "20:00"), (5, "10:00"), (2, "09:00")),  # an hour in the evening, and an hour in the morning
        ((1, "21:00"), (5, "10:00"), (2, "10:00")),
        ((1, "23:30"), (5, "10:00"), (2, "10:00")),
        ((2, "07:59"), (5, "10:00"), (2, "10:00")),
        ((2, "08:00"), (5, "10:00"), (2, "10:00")),
        ((1, "10:00"), (1, "11:00"), (1, "11:00")),  # never past the start
        ((1, "23:30"), (2, "08:30"), (2, "08:30")),
    ],
)
def test_an_offered_hour_is_held_for_two_hours_without_the_night(
    offered: tuple[int, str], starts: tuple[int, str], until: tuple[int, str]
) -> None:
    assert offer_ends(paris(*offered), paris(*starts), PARIS) == paris(*until)


@given(offered=INSTANTS, tzid=ZONES)
def test_whoever_is_offered_an_hour_has_two_hours_of_day_for_it(offered: datetime, tzid: str) -> None:
    ends = offer_ends(offered, offered + timedelta(days=9), tzid)
    minutes = (offered + timedelta(minutes=each) for each in range(int((ends - offered).total_seconds() // 60)))
    assert abs(sum(8 <= local_time(each, tzid).at.hour < 21 for each in minutes) - 120) <= 2


def test_an_hour_within_a_day_is_offered_to_all_at_once() -> None:
    assert is_for_all(NOW, NOW + 24 * HOUR - QUARTER)
    assert not is_for_all(NOW, NOW + 24 * HOUR)


def test_where_there_are_few_mentors_each_may_be_asked_twice_a_week() -> None:
    assert [waves_a_week(mentors) for mentors in (1, 5, 6, 40)] == [2, 2, 1, 1]


def test_a_theme_fits_poorly_where_more_than_a_third_of_five_or_more_say_so() -> None:
    assert not Fit(asked=4, unfit=4).is_poor
    assert Fit(asked=5, unfit=2).is_poor
    assert not Fit(asked=6, unfit=2).is_poor
    assert Fit(asked=6, unfit=3).is_poor


def test_odds_are_said_from_five_requests_on_with_the_median_of_what_was_answered() -> None:
    told = odds([(True, 2 * HOUR), (False, 4 * HOUR), (False, None), (True, 9 * HOUR)])
    assert told == Odds(asked=4, agreed=2, median=4 * HOUR)
    assert not told.sayable
    assert Odds(asked=5, agreed=0, median=None).sayable
    assert odds([(False, None)]) == Odds(asked=1, agreed=0, median=None)
