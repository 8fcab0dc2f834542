"""The clocks of requests: nudges by day, offers whose clock stands still at night."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashmeet.core.errors import BeyondHorizon, Missing, OffTheQuarter, OutOfRange, TooLate
from flashmeet.core.zones import local_time
from flashmeet.requests.rules.requests import checked_times, is_for_all, nudge_at, odds, offer_ends
from tests.people import NOW

PARIS = "Europe/Paris"
INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis adds the zone
ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Africa/Casablanca"])


def paris(day: int, hour: int, minute: int = 0) -> datetime:
    """December 2026: UTC+1."""
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


def test_a_nudge_goes_at_half_time_by_day() -> None:
    assert nudge_at(paris(1, 10), paris(3, 12), PARIS) == paris(2, 11)


def test_a_nudge_that_would_wake_somebody_waits_for_nine() -> None:
    assert nudge_at(paris(1, 20), paris(2, 20), PARIS) == paris(2, 9)
    assert nudge_at(paris(1, 14), paris(3, 0), PARIS) == paris(2, 9)  # half-time is 19:00: the day is over


def test_no_nudge_after_the_end() -> None:
    assert nudge_at(paris(1, 20), paris(2, 8), PARIS) is None


@given(asked=INSTANTS, days=st.floats(0.1, 10), tzid=ZONES)
def test_a_nudge_lies_between_nine_and_seven_and_before_the_end(asked: datetime, days: float, tzid: str) -> None:
    due = asked + timedelta(days=days)
    at = nudge_at(asked, due, tzid)
    if at is not None:
        assert asked + (due - asked) / 2 <= at < due
        assert 9 <= local_time(at, tzid).at.hour < 19


@pytest.mark.parametrize(
    ("offered", "ends"),
    [
        (paris(2, 10), paris(2, 12)),
        (paris(2, 20), paris(3, 9)),  # an hour that evening, an hour in the morning
        (paris(2, 22), paris(3, 10)),
        (paris(3, 6), paris(3, 10)),
        (paris(2, 19), paris(2, 21)),
    ],
)
def test_an_offer_lasts_two_hours_and_its_clock_stands_still_from_nine_in_the_evening_to_eight(
    offered: datetime, ends: datetime
) -> None:
    assert offer_ends(offered, paris(9, 18), PARIS) == ends


def test_an_offer_never_outlasts_the_start() -> None:
    assert offer_ends(paris(2, 22), paris(3, 9), PARIS) == paris(3, 9)


@given(offered=INSTANTS, tzid=ZONES)
def test_whoever_is_offered_an_hour_has_two_hours_of_day_for_it(offered: datetime, tzid: str) -> None:
    ends = offer_ends(offered, offered + timedelta(days=9), tzid)
    minutes = (offered + timedelta(minutes=each) for each in range(int((ends - offered).total_seconds() // 60)))
    assert abs(sum(8 <= local_time(each, tzid).at.hour < 21 for each in minutes) - 120) <= 2


def test_an_hour_under_a_day_ahead_is_for_all() -> None:
    assert is_for_all(paris(2, 18, 1), paris(3, 18))
    assert not is_for_all(paris(2, 18), paris(3, 18))


def test_one_to_three_times_by_quarters_ahead_of_now() -> None:
    day = NOW + timedelta(days=1)
    assert checked_times([day, day, NOW + timedelta(hours=2)], now=NOW) == (NOW + timedelta(hours=2), day)
    for times, refusal in (
        ([], Missing),
        ([day + timedelta(days=each) for each in range(4)], OutOfRange),
        ([day + timedelta(minutes=5)], OffTheQuarter),
        ([NOW + timedelta(minutes=105)], TooLate),
        ([NOW + timedelta(days=91)], BeyondHorizon),
    ):
        with pytest.raises(refusal):
            checked_times(times, now=NOW)


def test_odds_are_hidden_under_five_and_say_the_median() -> None:
    hour = timedelta(hours=1)
    assert not odds([(True, hour)] * 4).sayable
    found = odds([(True, hour), (True, 9 * hour), (True, 20 * hour), (False, None), (False, 5 * hour)])
    assert (found.sayable, found.agreed, found.asked, found.median) == (True, 3, 5, 7 * hour)
