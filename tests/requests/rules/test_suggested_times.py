"""Times to tap: from the published week, where the asker is awake and free; nothing of the mentor's own calendars."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from flashmeet.core.intervals import Interval
from flashmeet.core.zones import instant, local_time
from flashmeet.requests.rules.requests import SOONEST
from flashmeet.requests.rules.suggested_times import AHEAD, MOST, suggested_times
from flashmeet.requests.rules.surroundings import Surroundings, surroundings
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from tests.people import NOW

PARIS, TORONTO = "Europe/Paris", "America/Toronto"
HOUR = timedelta(hours=1)


def paris(day: int, hours: int, minutes: int = 0) -> datetime:
    return instant(date(2026, 12, day), hours * 60 + minutes, PARIS)


def weekly(weekday: int, hours: int, minutes: int = 0) -> WeeklyRule:
    """An hour that the mentor publishes; Monday is 0."""
    begins = hours * 60 + minutes
    return WeeklyRule(weekday, Span(begins, begins + 60))


THURSDAY = paris(3, 9)
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


def told(
    rules: Iterable[WeeklyRule] = (),
    *,
    taken: Sequence[Interval] = (),
    now: datetime = THURSDAY,
    asker_tzid: str = PARIS,
    minutes: int = 60,
) -> list[str]:
    """What is suggested of a mentor in Paris, on their wall: `Fri 04 12:30`."""
    found = suggested_times(rules, tzid=PARIS, asker_tzid=asker_tzid, taken=taken, minutes=minutes, now=now)
    return [f"{local_time(each, PARIS).at:%a %d %H:%M}" for each in found]


def test_they_begin_tomorrow_pass_over_the_weekend_and_are_two_a_day() -> None:
    assert told() == ["Fri 04 12:30", "Fri 04 18:00", "Mon 07 12:30", "Mon 07 18:00", "Tue 08 12:30", "Tue 08 18:00"]


def test_they_lie_within_two_weeks() -> None:
    assert told([weekly(3, 18)]) == ["Thu 10 18:00", "Thu 17 18:00"]
    assert told([weekly(4, 18)]) == ["Fri 04 18:00", "Fri 11 18:00"]


def test_of_a_part_of_the_day_the_first_is_suggested_and_of_a_day_the_first_two_parts() -> None:
    week = [weekly(4, 11), weekly(4, 8), weekly(4, 12), weekly(4, 18)]
    assert told(week)[:3] == ["Fri 04 08:00", "Fri 04 12:00", "Fri 11 08:00"]


def test_what_the_asker_has_already_is_left_out_and_what_only_touches_it_is_not() -> None:
    lunch = paris(4, 12, 30)
    assert told(taken=[Interval(lunch + 0.9 * HOUR, lunch + 3 * HOUR)])[0] == "Fri 04 18:00"
    assert told(taken=[Interval(lunch + HOUR, lunch + 3 * HOUR)])[0] == "Fri 04 12:30"
    assert told(taken=[Interval(lunch + HOUR, lunch + 3 * HOUR)], minutes=75)[0] == "Fri 04 18:00"


def test_none_lies_within_two_hours() -> None:
    late = paris(3, 23, 30)  # half past five in Toronto
    assert told([weekly(4, 1)], now=late, asker_tzid=TORONTO)[0] == "Fri 11 01:00"
    assert told([weekly(4, 1, 30)], now=late, asker_tzid=TORONTO)[0] == "Fri 04 01:30"


def test_they_begin_from_seven_and_end_by_ten_in_the_evening_of_the_askers_day() -> None:
    assert told([weekly(4, 13)], asker_tzid=TORONTO)[0] == "Fri 04 13:00"  # seven there
    assert told([weekly(4, 12, 45)], asker_tzid=TORONTO) == []
    assert told([weekly(4, 21)])[0] == "Fri 04 21:00"
    assert told([weekly(4, 21)], minutes=75) == []
    assert told([weekly(4, 21, 15)]) == []


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
        assert time(7) <= local_time(at, asker_tzid).at.time() <= time(21)


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
    assert surroundings(over, [hour], tzid=PARIS).clash == hour
    assert surroundings(hour, [], tzid=PARIS) == Surroundings()


def test_what_touches_a_time_stands_around_it_and_other_days_do_not() -> None:
    hour = Interval(paris(9, 12), paris(9, 13))
    touching = [Interval(paris(9, 11), paris(9, 12)), Interval(paris(9, 13), paris(9, 14))]
    assert surroundings(hour, touching, tzid=PARIS) == Surroundings(None, paris(9, 12), paris(9, 13))
    others = [Interval(paris(8, 22), paris(9, 0)), Interval(paris(10, 0), paris(10, 1))]
    assert surroundings(hour, others, tzid=PARIS) == Surroundings()
    later = [Interval(paris(9, 20), paris(9, 21)), Interval(paris(9, 23), paris(10, 1))]
    assert surroundings(hour, later, tzid=PARIS) == Surroundings(None, None, paris(9, 20))
    assert surroundings(hour, later[1:], tzid=PARIS) == Surroundings(None, None, paris(9, 23))
