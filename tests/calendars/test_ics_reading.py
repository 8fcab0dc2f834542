"""Calendars at an address: what they cost, what we do where they say too little, and whose they are."""

from __future__ import annotations

import itertools
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import select

from flashmeet.calendars.rules.sources import Access, RemoteCalendar
from flashmeet.calendars.service.accounts import NewAccount, Switches, address_key, believe_empty, choose, connect
from flashmeet.calendars.service.health import health_of
from flashmeet.calendars.sources import reading_process
from flashmeet.calendars.sources.ics import ONLY, IcsAddress
from flashmeet.calendars.sources.reading_process import Question, read_apart
from flashmeet.core import child_process
from flashmeet.core.egress.client import Egress
from flashmeet.core.errors import CalendarUnavailable, SlotTaken
from flashmeet.core.intervals import Interval
from flashmeet.core.provider_faults import NothingThere, TooCostly, Unreadable
from flashmeet.core.zones import data_version
from flashmeet.messages.models import OutboxMessage
from flashmeet.periodic_tasks import TASKS
from flashmeet.schedule.models import BusyTime, MemberCalendar
from flashmeet.schedule.queries.calendars import write_busy
from flashmeet.schedule.rules.calendars import CalendarKind
from flashmeet.schedule.service.own_calendars import own_busy_times, own_hour
from tests.calendars.events import HOUR, NINE, WINDOW, at, ics
from tests.calendars.house import House
from tests.calendars.test_ical_events import customized
from tests.calendars.wires import saying, serving


@dataclass
class Address:
    """A web server with one calendar, which may change; `stamped`: each answer has another DTSTAMP."""

    port: int = 0
    text: str = ""
    stamped: bool = False
    wait: threading.Event | None = None
    asked: Iterator[int] = field(default_factory=itertools.count)
    downloads: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/karim.ics"

    def talk(self, wire: socket.socket) -> None:
        self.downloads += 1
        if self.wait is not None:
            self.wait.wait(10)
        stamp = f"DTSTAMP:20261101T{next(self.asked):06}Z" if self.stamped else "DTSTAMP:20261101T000000Z"
        saying(body=self.text.replace("DTSTAMP:20261101T000000Z", stamp).encode())(wire)

    def source(self, tzid: str = "Europe/Paris", *, may_be_empty: bool = False) -> IcsAddress:
        access = Access(kind=CalendarKind.ICS, tzid=tzid, secrets={"url": self.url}, may_be_empty=may_be_empty)
        return IcsAddress(access, Egress(["127.0.0.1:*"]), seconds=10)

    def connect(self, home: House, *, name: str = "karim", **settings: str) -> int:
        new = NewAccount(
            kind=CalendarKind.ICS,
            label="127.0.0.1 · ICS",
            settings={"address": address_key(self.url + name), **settings},
            secret=home.ways.vault.shut({"url": self.url}),
            found=[RemoteCalendar(remote_id=ONLY, name="127.0.0.1", writable=False)],
        )
        with home.database.writing() as db:
            return connect(db, home.who(db, "Alice"), new, now=home.at).id


@contextmanager
def published(text: str, *, stamped: bool = False) -> Iterator[Address]:
    address = Address(text=text, stamped=stamped)
    with serving(address.talk) as (port, _):
        address.port = port
        yield address


def test_the_same_calendar_is_not_read_twice_however_often_it_is_stamped_anew() -> None:
    with published(at(NINE), stamped=True) as address:
        first = address.source().sync(ONLY, cursor="", window=WINDOW, known={})
        again = address.source().sync(ONLY, cursor=first.cursor, window=WINDOW, known={})
        address.text = at(NINE + HOUR)
        changed = address.source().sync(ONLY, cursor=again.cursor, window=WINDOW, known={})
        elsewhere = address.source("Asia/Tokyo").sync(ONLY, cursor=changed.cursor, window=WINDOW, known={})
    assert [each.full for each in (first, again, changed, elsewhere)] == [True, False, True, True]
    assert again.changed == ()


def big(events: int) -> str:
    """Of an ordinary busy person: long descriptions, a series here and there, ended ones among them."""
    lines: list[str] = []
    for number in range(events):
        start = NINE + timedelta(hours=11) + timedelta(days=number % 700 - 600)
        rule = ("RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL=20200101T000000Z",) if number % 50 == 0 else ()
        times = (f"DTSTART:{start:%Y%m%dT%H%M%SZ}", "DURATION:PT30M", *rule)
        lines += ["BEGIN:VEVENT", f"UID:{number}", "DTSTAMP:20261101T000000Z", *times]
        lines += ["SUMMARY:Meeting", "DESCRIPTION:" + "Lorem ipsum " * 22, "END:VEVENT"]
    return ics(f"DTSTART:{NINE:%Y%m%dT%H%M%SZ}", "DURATION:PT1H", around=tuple(lines))


def test_an_ordinary_big_calendar_is_read_and_refuses_no_hour_but_those_it_takes(home: House) -> None:
    with published(big(10_000), stamped=True) as address:
        assert 3_500_000 < len(address.text) < 5_000_000
        address.connect(home)
        home.look()
        home.at += timedelta(minutes=2)
        assert home.book(NINE + 2 * HOUR)
        with pytest.raises(SlotTaken):
            home.book(NINE)
        assert home.calendars()[0].fault == ""


BOMBS = {
    "a list of dates": ics("DTSTART:20261209T090000Z", "RDATE:" + ",".join(["20261209T090000Z"] * 250_000)),
    "components in components": ics(around=("BEGIN:VEVENT",) * 40 + ("END:VEVENT",) * 40),
    "too many components": ics(around=("BEGIN:VEVENT", "END:VEVENT") * 61_000),
    "series without end": ics(
        around=("BEGIN:VEVENT", "DTSTART:19000101T000000Z", "DURATION:PT1M", "RRULE:FREQ=HOURLY", "END:VEVENT") * 400
    ),
    "rules that never come true": ics(
        around=(
            "BEGIN:VEVENT",
            "DTSTART:10000101T000000Z",
            "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
            "END:VEVENT",
        )
        * 9_000
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_costs_too_much_is_given_up_within_its_limits(name: str) -> None:
    with pytest.raises(TooCostly):
        found = read_apart([BOMBS[name].encode()], Question(window=WINDOW, tzid="UTC"))
        raise next(each for each in found if isinstance(each, Unreadable))


def test_a_reading_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_process, "WALL_SECONDS", 0.001)
    with pytest.raises(TooCostly):
        read_apart([at(NINE).encode()], Question(window=WINDOW, tzid="UTC"))


def test_a_calendar_that_costs_too_much_is_left_alone_for_a_while_and_its_member_is_told_once(home: House) -> None:
    with published(BOMBS["components in components"]) as address:
        address.connect(home)
        home.look()
        [row] = home.calendars()
        assert (row.fault, row.next_try_at - home.at) == ("unreadable", timedelta(hours=1))
        downloads = address.downloads
        for _ in range(3):
            with pytest.raises(CalendarUnavailable):
                home.book()
        assert address.downloads == downloads
    assert home.mails("calendar_trouble") == [("calendar_trouble", home.ids["Alice"])]


def test_who_books_while_somebody_looks_waits_for_what_they_find(home: House) -> None:
    with published(at(NINE)) as address:
        address.connect(home)
        address.wait = threading.Event()
        threads = [
            threading.Thread(target=home.syncing.recheck, args=(home.ids["Alice"],), kwargs={"now": home.at})
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        threading.Event().wait(0.5)
        address.wait.set()
        for thread in threads:
            thread.join()
        assert address.downloads == 1
        assert home.book(NINE + HOUR, recheck=False)


def unread_in(home: House) -> list[str]:
    with home.database.reading() as db:
        [account] = health_of(db, home.who(db, "Alice"), now=home.at)
        return [title for each in account.calendars for title in each.unread]


def test_an_event_that_cannot_be_read_is_named_to_its_member_once(home: House) -> None:
    broken = ("BEGIN:VEVENT", "UID:b", "SUMMARY:Dentist", "DTSTART:20261332T99", "END:VEVENT")
    with published(ics("DTSTART:20261209T090000Z", "DURATION:PT1H", around=broken)) as address:
        address.connect(home)
        for minutes in (0, 5):
            home.at += timedelta(minutes=minutes)
            home.look()
        assert unread_in(home) == ["Dentist"]
        with home.database.reading() as db:
            rows = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "calendar_trouble")).all()
            assert [(each.recipient_id, each.payload["titles"]) for each in rows] == [(home.ids["Alice"], ["Dentist"])]
        assert home.book(NINE + HOUR)
        address.text = ics("DTSTART:20261209T090000Z", "DURATION:PT1H")
        home.at += timedelta(minutes=5)
        home.look()
        assert unread_in(home) == []


@pytest.mark.parametrize(
    "text",
    [
        ics(),
        ics(around=("BEGIN:VTODO", "DUE:20261209T090000Z", "END:VTODO")),
        ics("DTSTART:20261209T090000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT"),
    ],
)
def test_a_file_in_which_nothing_takes_time_is_asked_about(text: str) -> None:
    with published(text) as address:
        with pytest.raises(NothingThere):
            address.source().sync(ONLY, cursor="", window=WINDOW, known={})
        assert address.source(may_be_empty=True).sync(ONLY, cursor="", window=WINDOW, known={}).full


def test_a_calendar_that_is_suddenly_empty_is_not_believed_until_its_member_says_so(home: House) -> None:
    with published(at(NINE)) as address:
        account_id = address.connect(home)
        home.look()
        address.text = ics()
        home.at += timedelta(minutes=5)
        home.look()
        assert (home.listed(), home.calendars()[0].fault) == (False, "nothing_there")
        with home.database.writing() as db:
            believe_empty(db, home.who(db, "Alice"), account_id, now=home.at)
        home.look()
        assert (home.listed(), home.calendars()[0].fault, home.calendars()[0].may_be_empty) == (True, "", True)


def test_who_said_once_that_a_calendar_is_empty_is_asked_again_after_something_took_time(home: House) -> None:
    with published(at(NINE)) as address:
        account_id = address.connect(home)
        home.look()
        for asked in (True, False, True):
            address.text = ics()
            home.at += timedelta(minutes=5)
            home.look()
            assert (home.calendars()[0].fault == "nothing_there", home.listed()) == (asked, not asked)
            if not asked:
                address.text = at(NINE)
                home.at += timedelta(minutes=5)
                home.look()
                assert (home.calendars()[0].fault, home.listed()) == ("", False)
                continue
            with home.database.writing() as db:
                believe_empty(db, home.who(db, "Alice"), account_id, now=home.at)
            home.look()
            assert home.listed()


def test_an_empty_file_books_nobody_until_its_member_has_said_so_and_hides_every_hour_after_an_hour(
    home: House,
) -> None:
    with published(at(NINE)) as address:
        account_id = address.connect(home)
        home.look()
        address.text = ics()
        home.at += timedelta(minutes=5)
        with pytest.raises(CalendarUnavailable):
            home.book(NINE + HOUR)
        home.at += timedelta(minutes=61)
        home.look()
        assert not home.listed(NINE + HOUR)
        with home.database.writing() as db:
            believe_empty(db, home.who(db, "Alice"), account_id, now=home.at)
        home.look()
        assert home.listed(NINE + HOUR)
        assert home.book(NINE)


def test_an_empty_file_that_is_filled_again_needs_no_answer(home: House) -> None:
    with published(at(NINE)) as address:
        address.connect(home)
        home.look()
        for text in (ics(), at(NINE)):
            address.text = text
            home.at += timedelta(minutes=5)
            home.look()
        assert (home.listed(), home.calendars()[0].fault) == (False, "")
        assert home.book(NINE + HOUR)


def test_a_server_that_lists_nothing_of_much_is_asked_about_too(home: House) -> None:
    paths = [home.server.put(f"e{number}", at(NINE + timedelta(days=number), uid=f"e{number}")) for number in range(12)]
    account_id = home.connect()
    home.look()
    for path in paths:
        home.server.ask("DELETE", path)
    home.at += timedelta(minutes=5)
    home.look()
    assert (home.listed(), home.calendars()[0].fault) == (False, "nothing_there")
    with home.database.writing() as db:
        believe_empty(db, home.who(db, "Alice"), account_id, now=home.at)
    home.look()
    assert (home.listed(), [each.fault for each in home.calendars()]) == (True, ["", ""])


def test_a_calendar_of_which_only_something_free_is_new_is_read_like_any_other(home: House) -> None:
    for number in range(12):
        home.server.put(f"e{number}", at(NINE + timedelta(days=number), uid=f"e{number}"))
    home.connect()
    home.look()
    home.server.put("free", ics(f"DTSTART:{NINE:%Y%m%dT%H%M%SZ}", "DURATION:PT1H", "TRANSP:TRANSPARENT", uid="free"))
    home.at += timedelta(minutes=5)
    home.look()
    assert [each.fault for each in home.calendars()] == ["", ""]


def test_of_the_calendars_of_an_account_only_those_asked_about_are_said_to_be_empty(home: House) -> None:
    account_id = home.connect()
    with home.database.writing() as db:
        asked, other = db.scalars(select(MemberCalendar).order_by(MemberCalendar.id))
        asked.fault = NothingThere.code
        believe_empty(db, home.who(db, "Alice"), account_id, now=home.at)
        assert (asked.may_be_empty, other.may_be_empty) == (True, False)


def test_two_addresses_at_one_host_are_two_calendars(home: House) -> None:
    with published(at(NINE)) as one, published(at(NINE + HOUR)) as two:
        assert len({one.connect(home), two.connect(home), one.connect(home)}) == 2
        home.look()
        for start in (NINE, NINE + HOUR):
            with pytest.raises(SlotTaken):
                home.book(start)


@pytest.mark.parametrize("order", [("+0800", "+0100"), ("+0100", "+0800")])
def test_one_member_s_zone_decides_nothing_in_another_calendar(home: House, order: tuple[str, str]) -> None:
    hours = {"+0800": NINE - 7 * HOUR, "+0100": NINE}
    for offset in order:
        with published(customized(offset)) as address:
            address.connect(home, name=offset)
            home.look()
    with home.database.reading() as db:
        found = set(db.execute(select(BusyTime.starts_at, BusyTime.ends_at)).all())
    assert found == {(hours[offset], hours[offset] + 2 * HOUR) for offset in order}


def test_the_child_is_given_no_secret_of_ours() -> None:
    assert not any("FLASHMEET" in name or "SECRET" in name for name in child_process.KEPT)


def test_many_files_are_read_in_one_go_each_by_itself() -> None:
    files = [at(NINE).encode(), b"<html>", customized("+0800").encode(), customized("+0100").encode()]
    found = read_apart(files, Question(window=WINDOW, tzid="UTC"))
    spans = [None if isinstance(each, Unreadable) else [one.busy for one in each] for each in found]
    assert spans == [
        [(Interval(NINE, NINE + HOUR),)],
        None,
        [(Interval(NINE - 7 * HOUR, NINE - 5 * HOUR),)],
        [(Interval(NINE, NINE + 2 * HOUR),)],
    ]


def test_a_calendar_that_is_added_at_the_provider_later_is_read_within_a_day(home: House) -> None:
    home.connect(names=("work",))
    home.look()
    home.server.put("dentist", at(NINE), calendar="home")
    assert (len(home.calendars()), home.listed()) == (1, True)
    home.at += timedelta(days=1)
    for _ in range(2):
        home.look()
    assert [(each.remote_id, each.checks) for each in home.calendars()] == [
        (home.server.calendar(name), True) for name in ("work", "home")
    ]
    assert not home.listed()


def test_a_calendar_that_is_added_later_is_found_where_the_account_s_first_one_is_not_used(home: House) -> None:
    home.connect(names=("nowhere", "work"))
    with home.database.writing() as db:
        first = home.calendars()[0].id
        choose(db, home.who(db, "Alice"), first, Switches(checks=False, writes=False), now=home.at)
    for _ in range(2):
        home.look_in_turn()
        home.at += timedelta(days=1)
    assert [each.remote_id for each in home.calendars()][2:] == [home.server.calendar("home")]


def test_what_was_read_by_older_zone_data_is_read_again_in_full_at_once(home: House) -> None:
    follow = next(task for task in TASKS if task.name == "follow_zone_data")
    with published(at(NINE)) as address:
        address.connect(home)
        home.look()
        with home.database.writing() as db:
            row = db.scalars(select(MemberCalendar)).one()
            row.zone_data = "2025.1 0123456789abcdef"
        home.at += timedelta(minutes=1)
        for due in (True, False):
            with home.database.writing() as db:
                follow.act(db, home.at)
            assert [each.next_try_at <= home.at for each in home.calendars()] == [due]
            home.look()
        assert [(each.zone_data, each.read_in_full_at) for each in home.calendars()] == [(data_version(), home.at)]


def test_a_timetable_whose_classes_are_over_is_believed_and_one_that_lost_its_classes_is_not(home: House) -> None:
    with published(at(NINE)) as address:
        address.connect(home, vendor="ade")
        home.look()
        address.text = ics()
        home.at += timedelta(minutes=6)
        home.look()
        [lost] = home.calendars()
        assert (lost.fault, home.listed()) == ("nothing_there", False)
        home.at = NINE + 2 * HOUR
        home.look()
        [over] = home.calendars()
    with home.database.reading() as db:
        [told] = health_of(db, home.who(db, "Alice"), now=home.at)
    assert (over.fault, told.ran_out, told.renewable) == ("", True, True)


def test_classes_that_get_new_uids_every_time_change_no_opening(home: House) -> None:
    with published(at(NINE)) as address:
        address.connect(home, vendor="ade")
        home.look()
        address.text = at(NINE, uid="another").replace("SUMMARY:Dentist", "SUMMARY:Dentist 2")
        with home.database.writing() as db:
            [row] = db.scalars(select(MemberCalendar)).all()
            touched = write_busy(db, row, [("another", NINE, NINE + HOUR)], of={"foreign@example.net", "another"})
    assert touched == []


def test_of_an_hour_after_the_last_day_of_a_timetable_nothing_is_known(home: House) -> None:
    with published(at(NINE)) as address:
        address.connect(home, vendor="ade", last=f"{NINE:%Y-%m-%d}")
        home.look()
    hours = [Interval(NINE + wait, NINE + wait + HOUR) for wait in (HOUR, timedelta(days=1))]
    with home.database.reading() as db:
        told = [own_hour(db, home.ids["Alice"], hour, now=home.at) for hour in hours]
    assert [each.told for each in told] == ["free", "unknown"]
    assert [each.reaches for each in told] == [None, NINE.date()]


def test_what_is_old_hides_hours_from_its_member_for_a_fortnight_and_no_longer(home: House) -> None:
    with published(at(NINE)) as address:
        address.connect(home, vendor="ade")
        home.look()
    hour, who = Interval(NINE, NINE + HOUR), home.ids["Alice"]
    with home.database.writing() as db:
        [row] = db.scalars(select(MemberCalendar)).all()
        row.failing_since, row.fault = NINE - timedelta(days=14), "missing"
    with home.database.reading() as db:
        before, after = (own_hour(db, who, hour, now=NINE + wait) for wait in (-HOUR, HOUR / 60))
        busy = [bool(own_busy_times(db, who, now=at)) for at in (NINE - HOUR, NINE + HOUR / 60)]
    assert (before.told, after.told, busy) == ("busy", "unknown", [True, False])
    assert (before.counts_until, after.counts_until) == (NINE, None)
