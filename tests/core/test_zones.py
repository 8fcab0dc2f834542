"""Instants and walls: acceptance A4–A6, with the pinned zone data."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashmeet.core.errors import UnknownZone
from flashmeet.core.zones import DAY_MINUTES, day_span, instant, local_date, local_time, names, wall_span, zone

ZONES = st.sampled_from(
    ["Europe/Paris", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Havana"]
)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("tzid", "at", "shown"),
    [
        ("America/Toronto", datetime(2026, 12, 9, 17, tzinfo=UTC), "Wed 2026-12-09 12:00"),
        ("Indian/Reunion", datetime(2026, 12, 9, 17, tzinfo=UTC), "Wed 2026-12-09 21:00"),
        ("Asia/Tokyo", datetime(2026, 12, 9, 17, tzinfo=UTC), "Thu 2026-12-10 02:00"),
        ("America/Vancouver", datetime(2026, 12, 2, 1, tzinfo=UTC), "Tue 2026-12-01 18:00"),
    ],
)
def test_a_wall_shows_what_the_pinned_zone_data_says(tzid: str, at: datetime, shown: str) -> None:
    assert f"{local_time(at, tzid).at:%a %Y-%m-%d %H:%M}" == shown


def test_a_wall_time_in_a_gap_is_the_first_instant_after_it() -> None:
    after = datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert [instant(date(2027, 3, 28), minute, "Europe/Paris") for minute in (120, 135, 179, 180)] == [after] * 4


def test_a_wall_time_told_twice_starts_at_the_first_and_ends_at_the_second() -> None:
    day = date(2027, 10, 31)
    assert instant(day, 120, "Europe/Paris") == datetime(2027, 10, 31, 0, tzinfo=UTC)
    assert instant(day, 120, "Europe/Paris", last=True) == datetime(2027, 10, 31, 1, tzinfo=UTC)


def test_two_equal_wall_times_are_told_apart_by_their_offset() -> None:
    first, second = (local_time(datetime(2027, 10, 31, hour, tzinfo=UTC), "Europe/Paris") for hour in (0, 1))
    assert (first.ambiguous, first.offset, second.ambiguous, second.offset) == (True, "UTC+2", True, "UTC+1")
    assert not local_time(datetime(2027, 10, 31, 2, tzinfo=UTC), "Europe/Paris").ambiguous


def test_an_offset_with_minutes_is_spelled_out() -> None:
    assert local_time(datetime(2026, 12, 1, tzinfo=UTC), "Asia/Kathmandu").offset == "UTC+5:45"
    assert local_time(datetime(2026, 12, 1, tzinfo=UTC), "America/St_Johns").offset == "UTC−3:30"


@pytest.mark.parametrize("tzid", ["", "Mars/Olympus", "../etc/passwd", "europe/paris", "Europe/Paris\n"])
def test_an_unknown_zone_is_refused(tzid: str) -> None:
    with pytest.raises(UnknownZone):
        zone(tzid)


def test_every_offered_zone_opens() -> None:
    assert len([zone(name) for name in names()]) > 400


@given(ZONES, DAYS, st.integers(0, 1439))
def test_an_instant_read_back_is_the_wall_it_came_from_or_the_end_of_a_gap(tzid: str, day: date, minute: int) -> None:
    at = instant(day, minute, tzid)
    shown = local_time(at, tzid).at
    wanted = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=minute)
    assert shown.replace(tzinfo=UTC) >= wanted
    if shown.replace(tzinfo=UTC) != wanted:
        just_before = local_time(at - timedelta(seconds=1), tzid).at.replace(tzinfo=UTC)
        assert just_before < wanted


@given(ZONES, DAYS)
def test_a_day_is_told_as_that_day_from_its_first_to_its_last_second(tzid: str, day: date) -> None:
    begin, end = day_span(day, tzid)
    assert timedelta(hours=23) <= end - begin <= timedelta(hours=25)
    assert (local_date(begin, tzid), local_date(end - timedelta(seconds=1), tzid)) == (day, day)
    assert local_date(end, tzid) == day + timedelta(days=1)


QUARTERS = st.integers(0, 7 * 96)


@given(tzid=st.sampled_from(["Europe/Paris", "America/Santiago", "Australia/Lord_Howe"]), quarter=QUARTERS)
@pytest.mark.parametrize(
    "week", [date(2027, 3, 25), date(2027, 4, 1), date(2027, 9, 2), date(2027, 9, 30), date(2027, 10, 28)]
)
def test_the_wall_times_of_an_hour_hold_all_of_it_also_where_the_clock_changes(
    week: date, tzid: str, quarter: int
) -> None:
    at = instant(week, 0, "UTC") + timedelta(minutes=15 * quarter)
    day, start, end = wall_span(at, timedelta(hours=1), tzid)
    over, minute = divmod(end, DAY_MINUTES)
    assert (day, start % 15) == (local_date(at, tzid), 0)
    assert instant(day, start, tzid) <= at
    assert instant(day + timedelta(days=over), minute, tzid, last=True) >= at + timedelta(hours=1)


def test_an_hour_in_which_the_clock_goes_forward_ends_an_hour_later_on_the_wall() -> None:
    at = datetime(2027, 3, 28, 0, 15, tzinfo=UTC)
    assert wall_span(at, timedelta(hours=1), "Europe/Paris") == (date(2027, 3, 28), 75, 195)
