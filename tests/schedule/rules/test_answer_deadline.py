"""Three working days to answer: weekends and the country's holidays are none, and it never ends before noon."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from flashmeet.core.holidays import is_holiday
from flashmeet.core.zones import local_time
from flashmeet.schedule.rules.booked_hour import answer_deadline

FAR = datetime(2028, 1, 1, tzinfo=UTC)


def due(now: datetime, *, days: int = 3, country: str = "FR") -> str:
    at = answer_deadline(now, starts_at=FAR, tzid="Europe/Paris", days=days, country=country)
    return f"{local_time(at, 'Europe/Paris').at:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("asked", "until"),
    [
        (datetime(2026, 12, 1, 14, 30, tzinfo=UTC), "2026-12-04 15:00"),
        (datetime(2026, 12, 3, 7, tzinfo=UTC), "2026-12-08 12:00"),  # over a weekend; asked at 8:00
        (datetime(2026, 12, 23, 10, tzinfo=UTC), "2026-12-29 12:00"),  # Christmas Day is a Friday
        (datetime(2027, 3, 26, 15, tzinfo=UTC), "2027-04-01 16:00"),  # Easter Monday, and the clocks change
        (datetime(2027, 5, 5, 10, tzinfo=UTC), "2027-05-11 12:00"),  # Ascension Day; 8 May is a Saturday
    ],
)
def test_so_long_a_mentor_may_answer(asked: datetime, until: str) -> None:
    assert due(asked) == until


def test_the_network_decides_how_many_days_and_where() -> None:
    assert due(datetime(2026, 12, 23, 10, tzinfo=UTC), country="CA") == "2026-12-29 12:00"
    assert due(datetime(2026, 12, 23, 10, tzinfo=UTC), country="JP") == "2026-12-28 12:00"
    assert due(datetime(2026, 12, 1, 14, 30, tzinfo=UTC), days=1) == "2026-12-02 15:00"


def test_french_holidays_are_those_of_the_labour_code() -> None:
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    for year, easter in ((2024, date(2024, 3, 31)), (2026, date(2026, 4, 5)), (2038, date(2038, 4, 25))):
        moving = {easter + timedelta(days=after) for after in (1, 39, 50)}
        days = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]
        assert {day for day in days if is_holiday(day, "FR")} == {date(year, *each) for each in fixed} | moving


@pytest.mark.parametrize(
    ("country", "day"),
    [
        ("US", date(2026, 11, 26)),  # the fourth Thursday of November
        ("US", date(2026, 7, 3)),  # for the 4th, a Saturday
        ("GB", date(2027, 12, 27)),  # for the 25th, a Saturday
        ("RE", date(2026, 12, 20)),
        ("GP", date(2026, 5, 27)),
        ("MA", date(2026, 7, 30)),
        ("JP", date(2026, 5, 6)),
    ],
)
def test_days_of_a_weekday_those_given_in_place_and_those_overseas_are_known(country: str, day: date) -> None:
    assert is_holiday(day, country)
    assert not is_holiday(day, "ZZ")


@pytest.mark.parametrize(
    ("country", "asked", "until"),
    [
        ("FR", datetime(2026, 7, 13, 10, tzinfo=UTC), "2026-07-17 12:00"),
        ("RE", datetime(2026, 7, 13, 10, tzinfo=UTC), "2026-07-17 12:00"),
        ("BE", datetime(2026, 7, 13, 10, tzinfo=UTC), "2026-07-16 12:00"),
        ("BE", datetime(2026, 7, 20, 10, tzinfo=UTC), "2026-07-24 12:00"),
        ("BE", datetime(2027, 3, 26, 10, tzinfo=UTC), "2027-04-01 12:00"),  # Easter Monday
        ("CH", datetime(2027, 3, 26, 10, tzinfo=UTC), "2027-03-31 12:00"),  # not in all cantons
        ("CA", datetime(2027, 3, 25, 10, tzinfo=UTC), "2027-03-31 12:00"),  # Good Friday
        ("LU", datetime(2028, 12, 22, 10, tzinfo=UTC), "2028-12-29 12:00"),  # 25 and 26 December
        ("DE", datetime(2026, 10, 1, 10, tzinfo=UTC), "2026-10-06 12:00"),  # 3 October is a Saturday
    ],
)
def test_a_network_rests_on_the_holidays_of_its_own_country(country: str, asked: datetime, until: str) -> None:
    far = datetime(2030, 1, 1, tzinfo=UTC)
    at = answer_deadline(asked, starts_at=far, tzid="Europe/Paris", country=country)
    assert f"{local_time(at, 'Europe/Paris').at:%Y-%m-%d %H:%M}" == until


def test_every_country_that_is_known_rests_on_its_first_day_of_the_year() -> None:
    for country in ("AT", "BE", "CA", "CH", "DE", "ES", "FR", "GB", "IE", "IT", "LU", "MC", "NL", "PT", "US"):
        assert is_holiday(date(2027, 1, 1), country) and is_holiday(date(2026, 12, 25), country)
        assert not is_holiday(date(2026, 12, 9), country)
