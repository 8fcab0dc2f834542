"""What a mentor may say about when they are free."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from flashmeet.core.errors import BadDate, BadInput, BadTime, EndBeforeStart, OffTheQuarter, OutOfRange
from flashmeet.core.intervals import clock_minutes, clock_text
from flashmeet.core.settings.policies import Policy
from flashmeet.schedule.rules.availability import DayOverride, LeavePeriod, Schedule, Span, WeeklyRule


@pytest.mark.parametrize(("text", "minutes"), [("00:00", 0), ("09:15", 555), ("23:45", 1425), ("24:00", 1440)])
def test_a_clock_time_is_read_and_written_alike(text: str, minutes: int) -> None:
    assert (clock_minutes(text), clock_text(minutes)) == (minutes, text)


def test_a_clock_time_is_read_in_any_script() -> None:
    assert clock_minutes("١٢:١٥") == 735


@pytest.mark.parametrize("text", ["", "9:00", "24:15", "12:60", "12h00", "١٢:٦٠", "²2:00", "12:00 "])
def test_what_is_no_clock_time_is_refused(text: str) -> None:
    with pytest.raises(BadTime):
        clock_minutes(text)


@pytest.mark.parametrize(
    ("start", "end", "refusal"),
    [
        ("18:00", "18:00", EndBeforeStart),
        ("18:00", "09:00", EndBeforeStart),
        ("18:10", "19:00", OffTheQuarter),
        ("18:00", "19:10", OffTheQuarter),
    ],
)
def test_a_span_runs_forward_from_quarter_to_quarter(start: str, end: str, refusal: type[BadInput]) -> None:
    with pytest.raises(refusal):
        Span.parse(start, end)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"durations": ()}, OutOfRange),
        ({"durations": (50,)}, OffTheQuarter),
        ({"start_every": 45}, OutOfRange),
        ({"buffer_after": 10}, OffTheQuarter),
        ({"notice_minutes": -1}, OutOfRange),
        ({"horizon_days": 401}, OutOfRange),
        ({"per_week": 0}, OutOfRange),
    ],
)
def test_a_policy_that_cannot_be_kept_is_refused(said: dict[str, object], refusal: type[BadInput]) -> None:
    with pytest.raises(refusal):
        Policy(**said)  # type: ignore[arg-type]  # the wrong values are the point


def test_a_span_may_be_the_whole_day_and_no_more() -> None:
    assert Span.parse("00:00", "24:00") == Span(0, 1440)
    for start, end in ((0, 1455), (-15, 60)):
        with pytest.raises(OutOfRange):
            Span(start, end)


def test_a_week_has_seven_days() -> None:
    assert [WeeklyRule(day, Span(0, 60)).weekday for day in range(7)] == [0, 1, 2, 3, 4, 5, 6]
    for day in (-1, 7):
        with pytest.raises(OutOfRange):
            WeeklyRule(day, Span(0, 60))


def test_leave_may_be_one_day_and_does_not_end_before_it_begins() -> None:
    assert LeavePeriod(date(2000, 1, 1), date(2000, 1, 1)).last == date(2000, 1, 1)
    assert LeavePeriod(date(2026, 12, 1), date(2199, 12, 31)).last == date(2199, 12, 31)
    with pytest.raises(EndBeforeStart):
        LeavePeriod(date(2026, 12, 2), date(2026, 12, 1))


@pytest.mark.parametrize("days", [(date.min, date(2026, 12, 1)), (date(2026, 12, 1), date.max)])
def test_leave_lies_in_a_time_that_people_plan_for(days: tuple[date, date]) -> None:
    with pytest.raises(BadDate):
        LeavePeriod(*days)


@pytest.mark.parametrize(
    ("tzid", "day", "said", "minutes"),
    [
        ("Europe/Paris", date(2026, 10, 25), ("01:00", "02:30"), 150),
        ("Europe/Paris", date(2026, 10, 25), ("02:30", "03:00"), 90),
        ("America/Havana", date(2025, 11, 2), ("00:00", "00:30"), 90),
        ("America/Havana", date(2025, 11, 1), ("22:00", "24:00"), 120),
    ],
)
def test_of_a_time_that_comes_twice_the_first_begins_and_the_second_ends_but_a_day_ends_where_the_next_begins(
    tzid: str, day: date, said: tuple[str, str], minutes: int
) -> None:
    (window,) = Schedule(tzid, Policy(), overrides=(DayOverride(day, Span.parse(*said)),)).windows_on(day)
    assert window.end - window.start == timedelta(minutes=minutes)
