"""Zones are named by places that people know; a technical name is never shown as one."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from flashmeet.core.zones import local_time, names
from flashmeet.i18n import times
from flashmeet.i18n.times import is_place, place, when, zone_groups

SHOWN = {
    "Etc/GMT+6": "UTC−6",
    "Etc/GMT-14": "UTC+14",
    "Etc/UTC": "UTC",
    "UTC": "UTC",
    "Zulu": "UTC",
    "GMT0": "UTC",
    "EST": "UTC−5",
    "EST5EDT": "New York",
    "W-SU": "Moscow",
    "America/Argentina/ComodRivadavia": "Catamarca",
    "Australia/ACT": "Sydney",
    "US/East-Indiana": "Indianapolis",
    "NZ": "Auckland",
    "Antarctica/McMurdo": "McMurdo",
    "Antarctica/DumontDUrville": "Dumont-d’Urville",
    "America/New_York": "New York",
    "Asia/Tel_Aviv": "Tel Aviv",
}


@pytest.mark.parametrize(("tzid", "words"), SHOWN.items())
def test_a_zone_is_shown_as_people_know_it(tzid: str, words: str) -> None:
    assert place(tzid, "en") == words


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_no_technical_name_is_shown_as_a_place(locale: str) -> None:
    for tzid in names():
        shown = place(tzid, locale)
        if not is_place(tzid):
            assert re.fullmatch(r"UTC([−+]\d+)?", shown) or not re.search(r"[a-z][A-Z]|\d|^[A-Z-]+$", shown), tzid


def test_a_zone_that_is_an_offset_is_shown_with_the_offset_of_its_clock() -> None:
    at = datetime(2026, 12, 1, 17, tzinfo=UTC)
    for tzid in (each for each in names() if each.startswith("Etc/")):
        offset = local_time(at, tzid).offset
        assert place(tzid, "fr") == ("UTC" if offset == "UTC+0" else offset)
    assert when(at, "Etc/GMT+6", "fr").endswith("11:00 (UTC−6)")


def test_people_choose_among_places(locale: str = "fr") -> None:
    listed = {tzid for places in zone_groups(locale).values() for tzid, _ in places}
    assert {tzid for tzid in listed if not is_place(tzid)} == {"UTC"}


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_every_process_lists_the_same_zones(monkeypatch: pytest.MonkeyPatch, locale: str) -> None:
    """The names come from a set, whose order differs from process to process."""
    listed = []
    for backwards in (False, True):
        monkeypatch.setattr(times, "names", lambda backwards=backwards: sorted(names(), reverse=backwards))
        listed.append(zone_groups.__wrapped__(locale))
    assert listed[0] == listed[1]
    assert "America/Buenos_Aires" in {tzid for places in listed[0].values() for tzid, _ in places}


@pytest.mark.parametrize("locale", ["en", "fr"])
def test_no_zone_is_listed_twice_under_one_name(locale: str) -> None:
    shown = [words for places in zone_groups(locale).values() for _, words in places]
    assert sorted({words for words in shown if shown.count(words) > 1}) == []
