"""Reading what other programs write."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import pytest

from flashmeet.calendars.sources.ics import readings
from flashmeet.core.provider_faults import Unreadable
from tests.calendars.corpus import CORPUS
from tests.calendars.events import NINE, WINDOW, ics
from tests.loops import for_each


def busy(text: str) -> list[tuple[datetime, datetime]]:
    found = readings(text.encode(), window=WINDOW, tzid="Europe/Paris", me="alice@example.org")
    return sorted((each.start, each.end) for reading in found for each in reading.busy)


@for_each("name", CORPUS)
def test_each_program_s_habits_are_read_as_the_time_they_take(name: str) -> None:
    text, expected = CORPUS[name]
    assert busy(text) == expected


@pytest.mark.parametrize(
    "text", ["", "<html></html>", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "BEGIN:VCARD\r\nEND:VCARD"]
)
def test_what_is_no_calendar_is_told_as_such(text: str) -> None:
    with pytest.raises(Unreadable):
        readings(text.encode(), window=WINDOW, tzid="Europe/Paris")


def test_a_series_is_laid_out_within_the_window_and_no_further() -> None:
    [reading] = readings(
        ics("DTSTART:20200101T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY").encode(), window=WINDOW, tzid="UTC"
    )
    assert WINDOW.start <= reading.busy[0].start < WINDOW.start + timedelta(days=1)
    assert len(reading.busy) == (WINDOW.end - WINDOW.start).days


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=HOURLY", "FREQ=DAILY;INTERVAL=0", "FREQ=DAILY;BYMINUTE=1,2,3"])
def test_a_series_that_would_never_end_takes_all_the_time_at_once(rule: str) -> None:
    begun = time.monotonic()
    found = busy(ics(f"DTSTART:{NINE:%Y%m%dT%H%M%SZ}", "DURATION:PT1H", f"RRULE:{rule}"))
    assert found == [(NINE, WINDOW.end)]
    assert time.monotonic() - begun < 10


def test_the_first_time_of_an_event_is_known_whether_or_not_it_takes_any() -> None:
    text = ics("DTSTART:20261209T090000Z", "DTEND:20261209T100000Z", "TRANSP:TRANSPARENT")
    [reading] = readings(text.encode(), window=WINDOW, tzid="UTC")
    assert (reading.busy, reading.starts_at, reading.ends_at) == ((), NINE, NINE + timedelta(hours=1))
