"""How a time is written: the zone is always named, and what the wall shows twice is told apart."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

import flashmeet
from flashmeet.core.files import folder
from flashmeet.i18n.times import clock, day, from_to, place, same_local_time, span, when

CODE = Path(flashmeet.__file__).parent
AT = datetime(2026, 12, 9, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tzid", "locale", "written"),
    [
        ("Europe/Paris", "fr", "mer. 9 déc., 18:00 (Paris)"),
        ("Europe/Paris", "en", "Wed 9 Dec, 18:00 (Paris)"),
        ("Asia/Tokyo", "en", "Thu 10 Dec, 02:00 (Tokyo)"),
        ("Indian/Reunion", "fr", "mer. 9 déc., 21:00 (La Réunion)"),
        ("America/Vancouver", "en", "Wed 9 Dec, 10:00 (Vancouver)"),
    ],
)
def test_a_time_names_its_day_and_its_zone(tzid: str, locale: str, written: str) -> None:
    assert when(AT, tzid, locale) == written


def test_the_first_of_a_french_month_is_the_first() -> None:
    first = datetime(2027, 7, 1, 10, tzinfo=UTC)
    assert day(first, "Europe/Paris", "fr", long=True) == "jeudi 1er juillet"
    assert day(first.replace(day=11), "Europe/Paris", "fr") == "dim. 11 juil."


def test_the_hour_told_twice_is_told_apart_by_its_offset() -> None:
    hours = [datetime(2027, 10, 31, hour, tzinfo=UTC) for hour in (0, 1, 2)]
    assert [clock(at, "Europe/Paris") for at in hours] == ["02:00 UTC+2", "02:00 UTC+1", "03:00"]


def test_a_span_names_its_zone_once() -> None:
    assert from_to(AT, AT.replace(hour=18), "Europe/Paris", "fr") == "mer. 9 déc., 18:00–\u206019:00 (Paris)"


def test_no_line_ends_within_a_span() -> None:
    assert span("18:00", "19:00") == "18:00–\u206019:00"  # a line may end behind a dash, unless a word joiner follows
    assert span("02:00 UTC+2", "02:00 UTC+1") == "02:00 UTC+2\u00a0– 02:00 UTC+1"
    days = from_to(AT, AT.replace(day=11), "Europe/Paris", "en")
    assert days == "Wed 9 Dec, 18:00\u00a0– Fri 11 Dec, 18:00 (Paris)"


def test_no_span_is_written_by_hand() -> None:
    by_hand = re.compile(r"[^%]\}\s*–\s*\{[^%]")
    places = [*folder("templates").rglob("*.html"), *folder("templates").rglob("*.txt"), *CODE.rglob("*.py")]
    found = [path.name for path in places if by_hand.search(path.read_text())]
    assert found == ["times.py"]


def test_two_walls_that_show_the_same_need_one_name() -> None:
    assert same_local_time(AT, "Europe/Paris", "Europe/Brussels")
    assert not same_local_time(AT, "Europe/Paris", "America/Toronto")


def test_a_zone_is_named_by_its_city_in_the_readers_language() -> None:
    assert [place("Europe/London", locale) for locale in ("fr", "en")] == ["Londres", "London"]
    assert place("UTC", "fr") == "UTC"
