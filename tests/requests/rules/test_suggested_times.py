"""Times to tap: from the published week, where the asker is awake and free; nothing of the mentor's own calendars."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from flashmeet.core.intervals import Interval
from flashmeet.core.zones import local_time
from flashmeet.requests.rules.requests import SOONEST
from flashmeet.requests.rules.suggested_times import AHEAD, MOST, suggested_times
from flashmeet.requests.rules.surroundings import Surroundings, surroundings
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from tests.people import NOW

PARIS, TORONTO = "Europe/Paris", "America/Toronto"
HOUR = timedelta(hours=1)
ZONES = st.sampled_from([PARIS, TORONTO, "Asia/Kolkata", "Pacific/Auckland"])
RULES = st.lists(
    st.builds(
        lambda day, start: WeeklyRule(day, Span(start * 15, start * 15 + 60)), st.integers(0, 6), st.integers(0, 92)
    ),
    max_size=8,
)


def test_without_published_hours_they_are_lunch_and_after_work_on_weekdays() -> None:
    found = suggested_times((), tzid=PARIS, asker_tzid=PARIS, taken=(), minutes=60, now=NOW)
    walls = [local_time(each, PARIS).at for each in found]
    assert {(each.hour, each.minute) for each in walls} == {(12, 30), (18, 0)} and len(walls) == MOST
    assert all(each.weekday() < 5 for each in walls)


def test_they_follow_the_week_that_the_mentor_publishes() -> None:
    rules = [WeeklyRule(1, Span(9 * 60, 11 * 60)), WeeklyRule(3, Span(17 * 60, 19 * 60))]
    found = suggested_times(rules, tzid=PARIS, asker_tzid=PARIS, taken=(), minutes=60, now=NOW)
    assert {(each.weekday(), each.hour) for each in (local_time(at, PARIS).at for at in found)} == {(1, 9), (3, 17)}


@given(rules=RULES, tzid=ZONES, asker_tzid=ZONES, busy=st.lists(st.integers(0, 400), max_size=20))
def test_none_is_too_soon_taken_in_the_askers_night_or_told_twice(
    rules: list[WeeklyRule], tzid: str, asker_tzid: str, busy: list[int]
) -> None:
    taken = [Interval(NOW + each * HOUR, NOW + (each + 2) * HOUR) for each in busy]
    found = suggested_times(rules, tzid=tzid, asker_tzid=asker_tzid, taken=taken, minutes=60, now=NOW)
    assert found == sorted(set(found)) and len(found) <= MOST
    for at in found:
        assert NOW + SOONEST <= at <= NOW + timedelta(days=AHEAD + 2)
        assert not any(Interval(at, at + HOUR).overlaps(each) for each in taken)
        assert 7 <= local_time(at, asker_tzid).at.hour <= 21


def test_around_a_time_stands_what_ends_last_before_it_and_begins_next_that_day() -> None:
    at = NOW.replace(day=9, hour=12)
    hour = Interval(at, at + HOUR)
    taken = [
        Interval(at - 5 * HOUR, at - 3 * HOUR),
        Interval(at - 2 * HOUR, at - HOUR),
        Interval(at + 3 * HOUR, at + 4 * HOUR),
        Interval(at + 24 * HOUR, at + 25 * HOUR),
    ]
    assert surroundings(hour, taken, tzid=PARIS) == Surroundings(None, at - HOUR, at + 3 * HOUR)
    over = Interval(at + HOUR / 2, at + 2 * HOUR)
    assert surroundings(hour, [over], tzid=PARIS).clash == over
    assert surroundings(hour, [], tzid=PARIS) == Surroundings()
