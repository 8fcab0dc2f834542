"""Reading what other programs write."""

from __future__ import annotations

import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from flashmeet.calendars.sources.content_lines import parse_components
from flashmeet.calendars.sources.file_zones import MOST_OBSERVANCES, MOST_ONSETS, defined_zone
from flashmeet.calendars.sources.ics import readings
from flashmeet.core.intervals import Interval
from flashmeet.core.provider_faults import Unreadable
from tests.calendars.corpus import CORPUS, span, zone_of
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


def customized(offset: str, day: int = 9) -> str:
    """Ten to twelve on the wall of a zone that each file defines for itself, under the one name that Outlook gives."""
    name = "Customized Time Zone"
    times = (f"DTSTART;TZID={name}:202612{day:02}T100000", f"DTEND;TZID={name}:202612{day:02}T120000")
    return ics(*times, around=zone_of(name, offset))


@for_each("order", list(itertools.permutations(("+0800", "+0100", "-0500"))))
def test_what_one_file_calls_a_zone_is_nothing_to_the_next(order: tuple[str, ...]) -> None:
    hours = {"+0800": ("02:00", "04:00"), "+0100": ("09:00", "11:00"), "-0500": ("15:00", "17:00")}
    for offset in order:
        assert busy(customized(offset)) == [span(9, *hours[offset])]
    assert busy(customized("+0800").replace("VTIMEZONE", "X-OTHER")) == [span(9, "09:00", "11:00")]  # the member's own


def test_files_that_are_read_side_by_side_know_nothing_of_each_other() -> None:
    hours = {"+0800": ("02:00", "04:00"), "+0100": ("09:00", "11:00")}
    with ThreadPoolExecutor(4) as pool:
        asked = [offset for _ in range(50) for offset in hours]
        found = list(pool.map(lambda offset: busy(customized(offset)), asked))
    assert found == [[span(9, *hours[offset])] for offset in asked]


def unread(text: str) -> list[str | None]:
    return [each.unread for each in readings(text.encode(), window=WINDOW, tzid="Europe/Paris")]


@for_each(
    ("lines", "taken"),
    [
        (("DTSTART:20261332T99", "DURATION:PT1H"), []),
        (("DTSTART;TZID=Europe/Paris:tomorrow",), []),
        (("DTEND:20261209T100000Z",), []),
        (("DTSTART:20261209T100000Z", "DTEND:garbage"), [span(9, "10:00", "23:00")]),
        (("DTSTART:20261209T100000Z", "DURATION:garbage"), [span(9, "10:00", "00:00", last=10)]),
        (("DTSTART:20261209T100000Z", "DURATION:PT1H", "RRULE:FREQ=FORTNIGHTLY"), None),
        (("DTSTART:20261209T100000Z", "DURATION:PT1H", "RRULE:"), None),
        (("DTSTART:20261209T100000Z", "DURATION:PT1H", "RDATE:20261216T100000Z,garbage"), None),
        (("DTSTART:20261209T100000Z", "DURATION:PT1H", "RRULE:FREQ=SECONDLY"), None),
        (("DTSTART;TZID=Nowhere/Land:20261209T110000", "DURATION:PT1H"), [span(9, "10:00", "11:00")]),
    ],
)
def test_what_cannot_be_read_keeps_its_time_and_is_named(
    lines: tuple[str, ...], taken: list[tuple[datetime, datetime]] | None
) -> None:
    from_then_on = [(span(9, "10:00", "10:00")[0], WINDOW.end)]
    found = busy(ics(*lines, r"SUMMARY:Dentist\, at last"))
    if lines[-1] != "DTEND:garbage":
        assert found == (from_then_on if taken is None else taken)
    else:
        assert found[0][0] == span(9, "10:00", "10:00")[0]
        assert found[0][1] > found[0][0] + timedelta(hours=1)
    assert unread(ics(*lines, r"SUMMARY:Dentist\, at last")) == ["Dentist, at last"]


@for_each("free", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"])
def test_what_takes_no_time_need_not_be_readable(free: str) -> None:
    assert unread(ics("DTSTART:20261332T99", free)) == [None]


@for_each(
    "name",
    [
        "tzone://Microsoft/Utc", "UTC", "Z", "(UTC) Coordinated Universal Time", "GMT+00:00", "Etc/UTC", "utc", "GMT",
    ],
)  # fmt: skip
def test_universal_time_by_any_of_its_names(name: str) -> None:
    text = ics(f"DTSTART;TZID={name}:20270701T090000", "DURATION:PT1H")
    assert busy(text) == [span(1, "09:00", "10:00", month=7, year=2027)]


@for_each(
    "name",
    [
        "America/New_York", "america/new_york", "Eastern Standard Time", "(UTC-05:00) Eastern Time (US & Canada)",
        "(GMT-05:00) Eastern Time (US & Canada)", "Eastern Standard Time 1", "/mozilla.org/20050126_1/America/New_York",
        "America/New York", "US/Eastern", "EST5EDT", "Eastern Time (US & Canada)", "GMT-0400", "UTC-4",
    ],
)  # fmt: skip
def test_new_york_by_any_of_its_names(name: str) -> None:
    expected = [span(1, "13:00", "14:00", month=7, year=2027)]
    for told in (name, f'"{name}"'):
        assert busy(ics(f"DTSTART;TZID={told}:20270701T090000", "DURATION:PT1H")) == expected
    assert busy(ics("DTSTART:20270701T090000", "DURATION:PT1H", around=(f"X-WR-TIMEZONE:{name}",))) == expected


@for_each("name", ["(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "(UTC+01:00) Bruxelles, Paris"])
def test_a_zone_as_outlook_shows_it_is_that_of_its_cities(name: str) -> None:
    assert busy(ics(f'DTSTART;TZID="{name}":20270701T090000', "DURATION:PT1H")) == [
        span(1, "07:00", "08:00", month=7, year=2027)
    ]


@for_each(
    ("name", "start"),
    [
        ("(UTC-05:00) Est (É.-U. et Canada)", "13:00"),
        ("(UTC-05:00) Heure de l’Est (États-Unis et Canada)", "13:00"),
        ("(UTC-08:00) Pacific Time (US and Canada)", "16:00"),
        ("(UTC-01:00) Açores", "09:00"),
        ("(UTC-05:00) Haiti", "13:00"),
        ("(UTC-03:00) Saint Pierre and Miquelon", "11:00"),
        ("(UTC-11:00) Coordinated Universal Time-11", "20:00"),
    ],
)
def test_a_zone_as_outlook_shows_it_has_the_summer_time_of_its_place(name: str, start: str) -> None:
    [(begins, _)] = busy(ics(f'DTSTART;TZID="{name}":20270701T090000', "DURATION:PT1H"))
    assert f"{begins:%H:%M}" == start


@for_each(
    ("name", "start", "end"),
    [
        ("(UTC+10:30) Lord Howe Island", "22:00", "23:00"),
        ("(UTC+12:45) Chatham Islands", "19:15", "20:15"),
        ("(UTC+01:00) Somewhere that nobody knows", "07:00", "09:00"),  # an offset says nothing of a summer
    ],
)
def test_the_offset_of_a_display_name_is_never_taken_for_the_whole_year(name: str, start: str, end: str) -> None:
    [(begins, ends)] = busy(ics(f'DTSTART;TZID="{name}":20261209T090000', "DURATION:PT1H"))
    assert (f"{begins:%H:%M}", f"{ends:%H:%M}") == (start, end)


def test_a_place_whose_offset_has_changed_since_the_program_was_made_takes_both() -> None:
    [(begins, ends)] = busy(ics("DTSTART;TZID=(UTC-03:00) Greenland:20261209T090000", "DURATION:PT1H"))
    assert (f"{begins:%H:%M}", f"{ends:%H:%M}") == ("11:00", "13:00")


def test_the_spring_change_inside_a_duration_takes_the_longer_of_what_readers_make_of_it() -> None:
    assert busy(ics("DTSTART;TZID=Europe/Paris:20270327T220000", "DURATION:PT8H")) == [
        span(27, "21:00", "05:00", month=3, year=2027, last=28)
    ]


@for_each(
    ("kind", "taken"),
    [("", True), *((f";FBTYPE={kind}", kind != "FREE") for kind in ("BUSY", "BUSY-TENTATIVE", "X-OWN", "FREE"))],
)
def test_a_free_busy_file_is_read(kind: str, taken: bool) -> None:
    told = (f"FREEBUSY{kind}:20261209T090000Z/20261209T100000Z,20261210T090000Z/PT30M,",)
    text = ics(around=("BEGIN:VFREEBUSY", *told, "END:VFREEBUSY"))
    assert busy(text) == ([span(9, "09:00", "10:00"), span(10, "09:00", "09:30")] if taken else [])


@for_each(
    ("text", "takes"),
    [
        (ics(), []),
        (ics(around=("BEGIN:VTODO", "DUE:20261209T090000Z", "END:VTODO")), []),
        (ics("DTSTART:20261209T090000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"), [False]),
        (ics(around=("BEGIN:VFREEBUSY", "DTSTART:20261209T090000Z", "END:VFREEBUSY")), [False]),
        (ics("DTSTART:20201209T090000Z", "DURATION:PT1H"), [True]),
    ],
)
def test_whether_anything_in_a_file_takes_time_is_told(text: str, takes: list[bool]) -> None:
    assert [each.takes_time for each in readings(text.encode(), window=WINDOW, tzid="UTC")] == takes


@for_each("count", [3, 400])
def test_a_rule_of_hours_is_laid_out_and_not_taken_for_always(count: int) -> None:
    text = ics("DTSTART:20261209T090000Z", "DURATION:PT1H", f"RRULE:FREQ=HOURLY;INTERVAL=24;COUNT={count}")
    assert len(busy(text)) == min(count, (WINDOW.end - NINE).days)


def test_every_hour_of_every_day_is_busy_to_the_end_of_the_window() -> None:
    hours = ",".join(map(str, range(24)))
    text = ics("DTSTART:20261209T000000Z", "DURATION:PT1H", f"RRULE:FREQ=DAILY;BYHOUR={hours}")
    assert busy(text)[-1][1] == WINDOW.end
    assert len(busy(text)) == 1


@pytest.mark.parametrize(
    "told", ["DTSTART:20261209T9Z", "DTSTART;TZID=Europe/Paris:20261209Tnoon", "DTSTART:20261209T256161Z"]
)
def test_an_event_of_which_the_day_can_be_read_but_not_the_time_takes_its_day_and_is_named(told: str) -> None:
    [found] = readings(ics(told, "DURATION:PT1H", "SUMMARY:Dentist").encode(), window=WINDOW, tzid="Europe/Paris")
    day = datetime(2026, 12, 8, 23, tzinfo=UTC)  # in Paris, and in UTC: it does not say which
    assert (found.busy, found.unread) == ((Interval(day, day + timedelta(hours=25)),), "Dentist")


def repeated(*change: str, rule: str = "FREQ=WEEKLY") -> str:
    """A series, and its change."""
    series = ("BEGIN:VEVENT", "UID:s", "DTSTART:20261102T090000Z", "DURATION:PT1H", f"RRULE:{rule}", "END:VEVENT")
    changed = ("BEGIN:VEVENT", "UID:s", *change, "DURATION:PT1H", "END:VEVENT")
    return ics(around=(*series, *(changed if change else ())))


@pytest.mark.parametrize("days", [-20, -4, -3, 0, 3, 4, 20])
def test_a_series_that_was_moved_by_days_takes_its_hours_from_the_first_of_the_window_to_the_last(days: int) -> None:
    moved = datetime(2026, 11, 9, 9, tzinfo=UTC) + timedelta(days=days)
    text = repeated("RECURRENCE-ID;RANGE=THISANDFUTURE:20261109T090000Z", f"DTSTART:{moved:%Y%m%dT%H%M%SZ}")
    wanted = [moved + timedelta(weeks=number) for number in range(70)]
    taken = [start for start, _ in busy(text)]
    assert taken == [each for each in wanted if WINDOW.start <= each < WINDOW.end]


def test_an_event_that_does_not_repeat_is_changed_by_nothing_but_itself() -> None:
    one = ("BEGIN:VEVENT", "UID:s", "DTSTART:20261209T090000Z", "DURATION:PT1H", "END:VEVENT")
    other = ("BEGIN:VEVENT", "UID:s", "RECURRENCE-ID:20261209T090000Z", "DTSTART:20261210T090000Z", "DURATION:PT1H")
    assert busy(ics(around=(*one, *other, "END:VEVENT"))) == [span(9, "09:00", "10:00"), span(10, "09:00", "10:00")]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=1", {4, 7, 11, 14, 18}),
        ("FREQ=MONTHLY;BYMONTHDAY=9,9;BYSETPOS=-2", {9}),
        ("FREQ=MONTHLY;BYDAY=1TH,3TH;BYHOUR=9,11;BYSETPOS=-1", {3, 17}),
        ("FREQ=MONTHLY;BYDAY=TU,WE;BYSETPOS=-1", {30}),
    ],
)
def test_where_readers_differ_in_what_is_counted_all_of_it_takes_time(rule: str, days: set[int]) -> None:
    december = {start.day for start, _ in busy(repeated(rule=rule)) if (start.year, start.month) == (2026, 12)}
    assert {each for each in december if each < 20 or each == 30} == days


@pytest.mark.parametrize(
    ("left_out", "keeps"),
    [
        (";VALUE=DATE:20261214", False),
        (":20261214T000000Z", False),
        (":20261214T000000", False),
        (";TZID=Europe/Paris:20261214T000000", True),
        (";TZID=Asia/Tokyo:20261214T000000", True),
    ],
)
def test_a_day_is_left_out_by_a_day_and_by_no_midnight_of_some_place(left_out: str, keeps: bool) -> None:
    text = ics("DTSTART;VALUE=DATE:20261207", "RRULE:FREQ=WEEKLY;COUNT=2", f"EXDATE{left_out}")
    assert (span(13, "23:00", "23:00", last=14) in busy(text)) is keeps


@pytest.mark.parametrize(
    ("told", "sure"),
    [
        ("", True),
        ("TZOFFSETTO:oops", False),
        ("TZOFFSETTO:+1", False),
        ("RRULE:FREQ=WEEKLY;BYDAY=SU", False),
        ("RRULE:FREQ=YEARLY;INTERVAL=0;BYMONTH=10;BYDAY=-1SU", False),
    ],
)
def test_a_zone_of_which_a_part_cannot_be_read_is_no_sure_one_unless_its_name_is_known(told: str, sure: bool) -> None:
    def named(name: str) -> str:
        lines = list(zone_of(name, "+0100", summer="+0200"))
        first = next((at for at, line in enumerate(lines) if told and line.startswith(told.partition(":")[0])), None)
        if first is not None:
            lines[first] = told
        return ics(f"DTSTART;TZID={name}:20261209T100000", "DURATION:PT1H", "SUMMARY:Dentist", around=tuple(lines))

    for name, unread in (("Mine", None if sure else "Dentist"), ("Europe/Paris", None)):
        [reading] = readings(named(name).encode(), window=WINDOW, tzid="Europe/Paris")
        assert reading.unread == unread
        assert reading.busy


def test_a_zone_that_changes_every_second_is_laid_out_to_a_bound() -> None:
    seconds = ",".join(map(str, range(60)))
    rule = f"RRULE:FREQ=YEARLY;BYHOUR=0,1,2;BYMINUTE={seconds};BYSECOND={seconds};BYMONTH=1,2,3,4,5,6,7"
    lines = [rule if line.startswith("RRULE") else line for line in zone_of("Mine", "+0100", summer="+0200")]
    [calendar] = parse_components(ics(around=tuple(lines)).encode())
    [found] = [defined_zone(each) for each in calendar.walk("VTIMEZONE")]
    assert found is not None and len(found.onsets) <= 2 * (MOST_ONSETS + 1)


@pytest.mark.parametrize(
    ("start", "until"),
    [
        ("DTSTART;VALUE=DATE:20261207", "20261214T000000Z"),
        ("DTSTART;VALUE=DATE:20261207", "20261214T050000Z"),
        ("DTSTART:20261207T180000", "20261214T180000Z"),
        ("DTSTART:20261207T180000", "20261214T230000Z"),
    ],
)
def test_the_last_day_of_a_series_without_a_zone_is_kept_by_either_reading_of_its_end(start: str, until: str) -> None:
    series = ics(start, f"RRULE:FREQ=WEEKLY;UNTIL={until}", *(() if "DATE:" in start else ("DURATION:PT1H",)))
    [reading] = readings(series.encode(), window=WINDOW, tzid="America/New_York")
    assert [each.start.day for each in reading.busy] == [7, 14]


def test_a_change_to_an_occurrence_before_all_time_costs_no_other_event() -> None:
    change = ("BEGIN:VEVENT", "UID:net", "RECURRENCE-ID:00010101T000000", "DTSTART:20261209T090000Z", "DURATION:PT1H")
    assert busy(ics(around=(*change, "END:VEVENT"))) == [(NINE, NINE + timedelta(hours=1))]


def test_characters_that_no_database_keeps_are_left_out() -> None:
    text = ics("DTSTART:20261332T99", "SUMMARY:Den\0tist", uid="a\0b@example.net")
    [reading] = readings(text.encode(), window=WINDOW, tzid="Europe/Paris")
    assert (reading.uid, reading.unread) == ("ab@example.net", "Dentist")


def test_a_zone_of_which_not_all_is_laid_out_is_no_sure_one() -> None:
    ends = [
        line for line in zone_of("Mine", "+0100", summer="+0200") if not line.startswith(("BEGIN:V", "END:V", "TZID"))
    ]
    zone = ("BEGIN:VTIMEZONE", "TZID:Mine", *ends * (MOST_OBSERVANCES // 2 + 1), "END:VTIMEZONE")
    text = ics("DTSTART;TZID=Mine:20261209T100000", "DURATION:PT1H", "SUMMARY:Dentist", around=zone)
    [reading] = readings(text.encode(), window=WINDOW, tzid="Europe/Paris")
    assert (reading.unread, bool(reading.busy)) == ("Dentist", True)
