"""Timetables as schools publish them: each is read for what it means, or refused with where the right address is."""

from __future__ import annotations

import gzip
import socket
from datetime import UTC, date, datetime

import pytest

from flashmeet.calendars.rules.sources import Access
from flashmeet.calendars.rules.typed_addresses import typed_address
from flashmeet.calendars.sources.busy_reader import readings
from flashmeet.calendars.sources.ics import ONLY, IcsAddress, digest_of
from flashmeet.calendars.wording import connecting_words, reading_words
from flashmeet.core.egress.client import Egress
from flashmeet.core.intervals import merged
from flashmeet.core.provider_faults import CalendarFault, Unreadable, WebPage
from flashmeet.schedule.rules.calendars import CalendarKind
from flashmeet.schedule.rules.timetables import Timetable, Vendor, timetable_at, timetable_in
from tests.calendars.corpus import paris
from tests.calendars.events import WINDOW
from tests.calendars.wires import saying, serving

ADE, HYPERPLANNING = "-//ADE/version 6.0", "-//INDEX-EDUCATION//NONSGML HYPERPLANNING//FR"
TUESDAY = ("DTSTART:20261208T090000Z", "DTEND:20261208T110000Z")
NINE_TO_ELEVEN = [(datetime(2026, 12, 8, 9, tzinfo=UTC), datetime(2026, 12, 8, 11, tzinfo=UTC))]


def school(*lines: str, product: str = ADE, head: tuple[str, ...] = (), end: str = "\r\n") -> bytes:
    whole = ("BEGIN:VCALENDAR", f"PRODID:{product}", "VERSION:2.0", *head, *lines, "END:VCALENDAR", "")
    return end.join(whole).encode()


def lesson(*lines: str, uid: str = "ADE60526573756c74-0-0") -> tuple[str, ...]:
    told = (f"UID:{uid}",) if uid else ()
    return ("BEGIN:VEVENT", "DTSTAMP:20261129T183400Z", *told, *(lines or TUESDAY), "END:VEVENT")


def titled(title: str, *more: str) -> tuple[str, ...]:
    return lesson(*TUESDAY, f"SUMMARY:{title}", *more)


READ: dict[str, tuple[bytes, list[tuple[datetime, datetime]]]] = {
    "without TRANSP, a class takes its time": (school(*titled("TD Droit")), NINE_TO_ELEVEN),
    "no UID at all, twice": (school(*lesson(uid=""), *lesson(uid="")), NINE_TO_ELEVEN),
    "the same class once for each group": (school(*lesson(uid="a"), *lesson(uid="b")), NINE_TO_ELEVEN),
    "the same UID on two classes": (
        school(*lesson(), *lesson("DTSTART:20261209T090000Z", "DTEND:20261209T110000Z")),
        [*NINE_TO_ELEVEN, (datetime(2026, 12, 9, 9, tzinfo=UTC), datetime(2026, 12, 9, 11, tzinfo=UTC))],
    ),
    "without an end, a class takes two hours": (school(*lesson(TUESDAY[0])), NINE_TO_ELEVEN),
    "floating times are the member's": (
        school(*lesson("DTSTART:20261208T100000", "DTEND:20261208T120000"), product=HYPERPLANNING),
        NINE_TO_ELEVEN,
    ),
    "a zone that is named and not described": (
        school(*lesson("DTSTART;TZID=Europe/Paris:20261208T100000", "DTEND;TZID=Europe/Paris:20261208T120000")),
        NINE_TO_ELEVEN,
    ),
    "a zone described without summer time, in summer: whichever is meant": (
        school(
            *lesson("DTSTART;TZID=Europe/Paris:20270608T100000", "DTEND;TZID=Europe/Paris:20270608T120000"),
            head=(
                *("BEGIN:VTIMEZONE", "TZID:Europe/Paris", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
                *("TZOFFSETFROM:+0100", "TZOFFSETTO:+0100", "END:STANDARD", "END:VTIMEZONE"),
            ),
        ),
        [(datetime(2027, 6, 8, 8, tzinfo=UTC), datetime(2027, 6, 8, 11, tzinfo=UTC))],
    ),
    "a zone by Windows' name, described": (
        school(
            *lesson(
                "DTSTART;TZID=Romance Standard Time:20261208T100000", "DTEND;TZID=Romance Standard Time:20261208T120000"
            ),
            head=paris("Romance Standard Time"),
            product=HYPERPLANNING,
        ),
        NINE_TO_ELEVEN,
    ),
    "ADE: called off in the title": (school(*titled("ANNULÉ TD Droit")), []),
    "ADE: called off, in brackets": (school(*titled("TD Droit (annulé)")), []),
    "ADE: called off, after a dash": (school(*titled("CM Économie - ANNULE - Amphi 2")), []),
    "Hyperplanning: called off": (school(*titled("Cours annulé : Anglais"), product=HYPERPLANNING), []),
    "Hyperplanning: called off by category": (school(*titled("Anglais", "CATEGORIES:Cours annulé")), []),
    "called off by its status": (school(*titled("Anglais", "STATUS:CANCELLED")), []),
    "a class about annulments takes place": (school(*titled("Mariages annulés et divorce")), NINE_TO_ELEVEN),
    "a class about annulling takes place": (school(*titled("Annulation des contrats")), NINE_TO_ELEVEN),
    "one that is not called off takes place": (school(*titled("TD maintenu (CM annulé)")), NINE_TO_ELEVEN),
    "a mark at the beginning of the file": (b"\xef\xbb\xbf" + school(*lesson()), NINE_TO_ELEVEN),
    "Latin-1": (school(*titled("Économie")).decode().encode("latin-1"), NINE_TO_ELEVEN),
    "bare line feeds": (school(*lesson(), end="\n"), NINE_TO_ELEVEN),
    "carriage returns alone": (school(*lesson(), end="\r"), NINE_TO_ELEVEN),
    "blank lines between": (school(*lesson(), end="\r\n\r\n"), NINE_TO_ELEVEN),
    "a description broken without a fold": (
        school(*titled("TD", "DESCRIPTION:Groupe 2\r\nM. EXEMPLE\r\n(Exporté le:29/11/2026 18:34)")),
        NINE_TO_ELEVEN,
    ),
    "a word of the server before the file": (
        b"Content-Type: text/calendar\r\n\r\n" + school(*lesson()),
        NINE_TO_ELEVEN,
    ),
    "a whole day": (
        school(*lesson("DTSTART;VALUE=DATE:20261208", "DTEND;VALUE=DATE:20261209", "SUMMARY:Partiels")),
        [(datetime(2026, 12, 7, 23, tzinfo=UTC), datetime(2026, 12, 8, 23, tzinfo=UTC))],
    ),
    "past weeks alone take nothing": (school(*lesson("DTSTART:20260908T090000Z", "DTEND:20260908T110000Z")), []),
}


@pytest.mark.parametrize("name", READ)
def test_each_timetable_is_read_for_what_it_means(name: str) -> None:
    data, expected = READ[name]
    found = readings(data, window=WINDOW, tzid="Europe/Paris")
    assert [(each.start, each.end) for each in merged(each for one in found for each in one.busy)] == expected


def test_elsewhere_a_title_frees_nothing_and_a_moment_stays_a_moment() -> None:
    own = school(*titled("Annulé TD"), product="-//example.net//EN")
    [found] = readings(own, window=WINDOW, tzid="Europe/Paris")
    [moment] = readings(school(*lesson(TUESDAY[0]), product="-//example.net//EN"), window=WINDOW, tzid="Europe/Paris")
    assert ([(each.start, each.end) for each in found.busy], moment.busy) == (NINE_TO_ELEVEN, ())


PAGES = [
    b"<!DOCTYPE html><html><body>Connexion</body></html>",
    b"\xef\xbb\xbf\n<html><head><title>CAS</title></head></html>",
    b"<?xml version='1.0'?><!-- ADE --><html/>",
]


@pytest.mark.parametrize("body", PAGES)
def test_a_page_with_the_status_of_success_is_told_from_a_calendar(body: bytes) -> None:
    with pytest.raises(WebPage):
        readings(body, window=WINDOW, tzid="Europe/Paris")


@pytest.mark.parametrize("body", [b"", b"Le projet est invalide", school(*lesson())[:-40]])
def test_what_is_no_calendar_or_half_of_one_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        readings(body, window=WINDOW, tzid="Europe/Paris")
    assert refused.type is Unreadable


ADE_URL = "https://ade.example.org/jsp/custom/modules/plannings/anonymous_cal.jsp"
HP_URL = "https://hp.example.org/hp/Telechargements/ical/Edt_EXEMPLE.ics?version=2026.0.1.0&idICal=0A1B&param=643d5b"


def fetched(body: bytes, *, cursor: str = "", path: str = "/edt.ics", **headers: str) -> tuple[object, str]:
    def talk(wire: socket.socket) -> None:
        saying(body=body, **headers)(wire)

    with serving(talk) as (port, _):
        access = Access(kind=CalendarKind.ICS, tzid="Europe/Paris", secrets={"url": f"http://127.0.0.1:{port}{path}"})
        source = IcsAddress(access, Egress(["127.0.0.1:*"]), seconds=10)
        try:
            result = source.sync(ONLY, cursor=cursor, window=WINDOW, known={})
        except CalendarFault as fault:
            return fault.code, ""
    return [(each.start, each.end) for one in result.changed for each in one.busy], result.cursor


@pytest.mark.parametrize("told", [True, False])
def test_a_packed_file_is_unpacked_whether_or_not_the_server_says_so(told: bool) -> None:
    headers = {"Content_Encoding": "gzip"} if told else {}
    assert fetched(gzip.compress(school(*lesson())), **headers)[0] == NINE_TO_ELEVEN


def test_a_file_that_unpacks_to_too_much_is_refused() -> None:
    assert fetched(gzip.compress(b" " * 6_000_000))[0] == "unreadable"


def test_the_address_alone_tells_a_timetable() -> None:
    other = school(
        *titled("Annulé TD"), *lesson("DTSTART:20261209T090000Z", "DTEND:20261209T100000Z", uid="b"), product="-//x//"
    )
    path = "/jsp/custom/modules/plannings/anonymous_cal.jsp?resources=12&projectId=3&calType=ical&nbWeeks=4"
    found, _ = fetched(other, path=path)
    assert found == [(datetime(2026, 12, 9, 9, tzinfo=UTC), datetime(2026, 12, 9, 10, tzinfo=UTC))]


def test_other_uids_stamps_and_the_minute_of_the_export_are_no_change() -> None:
    first = school(*titled("TD", "DESCRIPTION:Groupe 2\\n(Exporté le:29/11/2026 \r\n 18:34)"))
    again = (
        first.replace(b"ADE60526573756c74-0-0", b"20261130-99")
        .replace(b"18:34", b"18:39")
        .replace(b"183400Z", b"183900Z")
    )
    moved = again.replace(b"DTSTART:20261208T0900", b"DTSTART:20261208T0800")
    assert (digest_of(first) == digest_of(again), digest_of(again) == digest_of(moved)) == (True, False)


def test_which_events_belong_together_is_a_change() -> None:
    one, two = (b"UID:a\r\nDTSTART:1\r\nUID:%s\r\nDTSTART:2\r\n" % uid for uid in (b"a", b"b"))
    assert digest_of(one) != digest_of(two)


@pytest.mark.parametrize(
    ("url", "timetable"),
    [
        (f"{ADE_URL}?resources=1,2&projectId=3&calType=ical&nbWeeks=4", Timetable(Vendor.ADE, 4)),
        (
            f"{ADE_URL}?data=8241fc38&firstDate=2026-08-31&lastDate=2027-07-04",
            Timetable(Vendor.ADE, None, date(2027, 7, 4)),
        ),
        (f"{ADE_URL}?data=8241fc38&lastDate=2027-02-31", Timetable(Vendor.ADE)),
        ("https://edt.example.org/jsp/custom/modules/plannings/a1B2c3.shu", Timetable(Vendor.ADE)),
        (HP_URL, Timetable(Vendor.HYPERPLANNING)),
        ("https://calendar.google.com/calendar/ical/x/basic.ics", None),
        ("https://example.org/cal.jsp", None),
        ("https://[", None),
    ],
)
def test_a_school_s_timetable_is_known_by_its_address(url: str, timetable: Timetable | None) -> None:
    assert timetable_at(url) == timetable
    assert timetable is None or timetable_in(timetable.settings) == timetable


def test_an_address_of_four_weeks_reaches_the_sunday_of_the_fourth() -> None:
    sunday = date(2026, 12, 20)
    assert Timetable(Vendor.ADE, 4).reaches(date(2026, 11, 29)) == sunday
    assert Timetable(Vendor.ADE, 4, date(2026, 12, 1)).reaches(date(2026, 11, 29)) == date(2026, 12, 1)
    told = [Timetable(Vendor.ADE, 4), Timetable(Vendor.ADE, None, date(2027, 7, 4)), Timetable(Vendor.HYPERPLANNING)]
    assert [each.is_narrow(date(2026, 11, 29)) for each in told] == [True, False, False]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("webcal://ade.example.org/x.ics", "https://ade.example.org/x.ics"),
        ("  <https://ade.example.org/x.ics>. ", "https://ade.example.org/x.ics"),
        ("Mon emploi du temps : https://ade.example.org/x.ics Merci", "https://ade.example.org/x.ics"),
        ("« https://ade.example.org/x.ics »", "https://ade.example.org/x.ics"),
        (f"{ADE_URL}?resources=12&\nprojectId=3", f"{ADE_URL}?resources=12&projectId=3"),
        (f"{ADE_URL}?resources=12 &projectId=3\u00a0&nbWeeks=4", f"{ADE_URL}?resources=12&projectId=3&nbWeeks=4"),
        ("ade.example.org/x .ics", "ade.example.org/x.ics"),
        ("WEBCALS://ade.example.org/x.ics", "https://ade.example.org/x.ics"),
        ("", ""),
    ],
)
def test_an_address_is_taken_out_of_what_was_pasted(typed: str, address: str) -> None:
    assert typed_address(typed) == address


@pytest.mark.parametrize(("vendor", "menu"), [("ade", "Générer URL"), ("hyperplanning", "Synchroniser")])
def test_a_refusal_says_where_the_right_address_is(vendor: str, menu: str) -> None:
    for locale in ("fr", "en"):
        for fault in ("web_page", "missing", "unreadable", "forbidden", "nothing_there"):
            assert menu in connecting_words(fault, locale, vendor=vendor)
            assert menu in reading_words(fault, locale, vendor=vendor)
        assert menu not in reading_words("unreachable", locale, vendor=vendor)
        assert menu not in reading_words("missing", locale)


@pytest.mark.parametrize(
    ("page", "file"),
    [
        (
            "https://outlook.live.com/owa/calendar/0-0/1-1/cid-1/calendar.html",
            "https://outlook.live.com/owa/calendar/0-0/1-1/cid-1/calendar.ics",
        ),
        (
            "https://outlook.office365.com/owa/calendar/a@example.org/x/calendar.html",
            "https://outlook.office365.com/owa/calendar/a@example.org/x/calendar.ics",
        ),
        (
            '<a href="https://calendar.google.com/calendar/embed?ctz=Europe%2FParis&amp;src=a%40example.org">',
            "https://calendar.google.com/calendar/ical/a%40example.org/public/basic.ics",
        ),
        ("https://example.org/calendar.html", "https://example.org/calendar.html"),
        ("https://[calendar", "https://[calendar"),
    ],
)
def test_the_page_of_a_calendar_stands_for_its_file_where_the_one_tells_the_other(page: str, file: str) -> None:
    assert typed_address(page) == file
