"""What a mentor's calendar says is kept, and where it says nothing nobody is booked."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from sqlalchemy import select

from flashmeet.calendars.service.sync_runs import fail_run
from flashmeet.calendars.sources.caldav import CalDav
from flashmeet.core.errors import CalendarUnavailable, SlotTaken
from flashmeet.core.provider_faults import AuthFailed, RateLimited
from flashmeet.core.settings.service import decide
from flashmeet.schedule.models import BusyTime, CalendarItem, MemberCalendar
from flashmeet.schedule.rules.calendars import HIDDEN_AFTER
from flashmeet.schedule.service.calendar_freshness import stale_calendars
from flashmeet.schedule.service.own_calendars import own_busy_times
from tests.calendars.events import HOUR, NINE, at, ics
from tests.calendars.house import House
from tests.fakes.radicale import USER


def test_an_hour_that_the_calendar_takes_is_neither_listed_nor_booked(home: House) -> None:
    home.server.put("dentist", at(NINE + HOUR / 2, minutes=15), calendar="home")
    home.connect()
    home.look()
    assert [home.listed(NINE + HOUR * step / 4) for step in (-2, -1, 0, 2, 3)] == [True, False, False, False, True]
    for start in (NINE, NINE - HOUR / 4, NINE + HOUR / 2):
        with pytest.raises(SlotTaken):
            home.book(start)
    assert home.book(NINE + 3 * HOUR / 4)


def test_an_hour_is_free_again_once_the_event_is_deleted_or_moved_or_free(home: House) -> None:
    path = home.server.put("dentist", at(NINE))
    home.connect()
    home.look()
    assert not home.listed()
    home.server.put("dentist", at(NINE + 3 * HOUR))
    home.look()
    assert (home.listed(), home.listed(NINE + 3 * HOUR)) == (True, False)
    home.server.ask("DELETE", path)
    home.look()
    assert home.listed(NINE + 3 * HOUR)


def test_a_booking_sees_what_was_written_into_the_calendar_a_moment_ago(home: House) -> None:
    home.connect()
    home.look()
    home.at += timedelta(minutes=2)
    home.server.put("dentist", at(NINE))
    assert home.listed()
    with pytest.raises(SlotTaken):
        home.book()
    assert not home.listed()


def test_the_clash_that_is_the_last_of_two_hundred_and_sixty_events_refuses_the_booking(home: House) -> None:
    folder = home.server.folder / "collections" / "collection-root" / USER / "work"
    for number in range(259):
        day = NINE + timedelta(days=number % 30, hours=9)
        (folder / f"a{number}.ics").write_bytes(at(day, uid=str(number)).encode())
    (folder / "z.ics").write_bytes(at(NINE, uid="z").encode())
    home.connect()
    home.look()
    with pytest.raises(SlotTaken):
        home.book()


def test_a_calendar_that_was_just_read_is_not_asked_again(home: House) -> None:
    home.connect()
    home.look()
    home.server.stop()
    assert home.book()


def test_a_server_that_is_away_refuses_the_booking_and_the_mentor_is_told_once(home: House) -> None:
    home.connect()
    home.look()
    home.at += timedelta(minutes=2)
    home.server.stop()
    for _ in range(2):
        with pytest.raises(CalendarUnavailable):
            home.book()
    assert home.mails("calendar_trouble") == [("calendar_trouble", home.ids["Alice"])]
    home.server.start()
    home.look()
    assert home.book()
    home.at += timedelta(minutes=2)
    home.server.stop()
    with pytest.raises(CalendarUnavailable):
        home.book(NINE + HOUR)
    assert len(home.mails("calendar_trouble")) == 1  # at most one a day


def test_a_server_that_says_nothing_refuses_the_booking_within_the_deadline(home: House) -> None:
    home.connect()
    home.look()
    home.at += timedelta(minutes=2)
    begun = time.monotonic()
    with home.server.asleep(), pytest.raises(CalendarUnavailable):
        home.book()
    assert 2 < time.monotonic() - begun < 12


def test_a_wrong_password_refuses_the_booking_hides_the_hours_and_asks_the_mentor_to_connect_again(home: House) -> None:
    home.connect(password="wrong")
    with pytest.raises(CalendarUnavailable):
        home.book()
    assert (home.account().fault, home.listed()) == ("reconnect", False)
    assert home.mails("calendar_trouble") == [("calendar_trouble", home.ids["Alice"])]
    home.connect()
    home.look()
    assert home.listed()
    assert home.book()


def test_once_an_account_has_refused_us_none_of_its_calendars_is_asked_before_a_booking(home: House) -> None:
    home.connect()
    home.look()
    home.at += timedelta(minutes=2)
    with home.database.writing() as db:
        refused, other = db.scalars(select(MemberCalendar.id).order_by(MemberCalendar.id))
        assert stale_calendars(db, home.ids["Alice"], now=home.at) == [refused, other]
        fail_run(db, refused, AuthFailed(), now=home.at)
        assert stale_calendars(db, home.ids["Alice"], now=home.at) == []


def test_an_event_that_goes_from_a_calendar_that_two_share_frees_the_time_of_both(home: House) -> None:
    path = home.server.put("together", at(NINE))
    for who in ("Alice", "Bob"):
        home.connect(who=who, names=("work",))
    home.look()

    def busy() -> list[bool]:
        with home.database.reading() as db:
            return [bool(own_busy_times(db, home.ids[who], now=home.at)) for who in ("Alice", "Bob")]

    assert busy() == [True, True]
    home.server.ask("DELETE", path)
    home.look()
    assert busy() == [False, False]


def test_a_calendar_that_nobody_has_read_yet_refuses_the_booking(home: House) -> None:
    home.server.stop()
    home.connect()
    with pytest.raises(CalendarUnavailable):
        home.book()


def test_a_stale_calendar_refuses_where_nobody_looked_at_it_first(home: House) -> None:
    home.connect()
    home.look()
    home.at += timedelta(minutes=2)
    with pytest.raises(CalendarUnavailable):
        home.book(recheck=False)


def test_what_was_there_before_is_refused_first(home: House) -> None:
    home.connect()
    home.look()
    home.book()
    home.at += timedelta(minutes=2)
    home.server.stop()
    with pytest.raises(SlotTaken):
        home.book(mentee="Odile")


def test_hours_are_hidden_once_a_calendar_was_not_readable_for_an_hour_and_shown_when_it_is(home: House) -> None:
    home.connect()
    home.look()
    home.server.stop()
    home.look()
    assert home.listed()
    home.at += HIDDEN_AFTER
    home.look()
    assert not home.listed()
    home.server.start()
    home.look()
    assert home.listed()


def test_an_administrator_may_choose_that_unread_calendars_stop_nobody(home: House) -> None:
    with home.database.writing() as db:
        decide(db, "calendar_fails", "open")
    home.connect(password="wrong")
    assert home.book()


def test_moving_obeys_the_same_and_its_own_event_is_not_in_its_way(home: House) -> None:
    home.connect()
    home.look()
    booking_id = home.book()
    home.write()
    home.look()
    home.move(booking_id, NINE + HOUR / 2)
    home.server.put("dentist", at(NINE + 4 * HOUR))
    home.at += timedelta(minutes=2)
    with pytest.raises(SlotTaken):
        home.move(booking_id, NINE + 4 * HOUR)


def test_all_day_is_the_mentor_s_day(home: House) -> None:
    home.server.put("day", ics("DTSTART;VALUE=DATE:20261209", "DTEND;VALUE=DATE:20261210"))
    home.connect()
    home.look()
    assert [home.listed(NINE + timedelta(days=day)) for day in (-1, 0, 1)] == [True, False, True]


def test_a_calendar_that_is_not_checked_takes_no_time(home: House) -> None:
    from flashmeet.calendars.service.accounts import Switches, choose

    home.server.put("dentist", at(NINE))
    home.connect()
    home.look()
    work = home.calendars()[0].id
    for checks in (False, True):
        with home.database.writing() as db:
            choose(db, home.who(db, "Alice"), work, Switches(checks=checks, writes=True), now=home.at)
        assert home.listed() is not checks


def test_disconnecting_frees_the_time_and_forgets_the_secret(home: House) -> None:
    from flashmeet.calendars.service.accounts import disconnect

    home.server.put("dentist", at(NINE))
    account_id = home.connect()
    home.look()
    with home.database.writing() as db:
        disconnect(db, home.who(db, "Alice"), account_id, now=home.at)
    assert (home.listed(), home.calendars()) == (True, [])


def test_the_worker_looks_at_what_is_due_and_one_dead_calendar_holds_up_no_other(home: House) -> None:
    home.at -= timedelta(days=30)
    home.connect(names=("nowhere", "work"))
    home.server.put("dentist", at(NINE))
    assert home.syncing.once() == 0.0
    nowhere, work = home.calendars()
    assert (nowhere.fault, nowhere.failures, work.fault, work.read_at is None) == ("missing", 1, "", False)
    assert home.syncing.once() > 0.0
    assert not home.listed()


def test_days_follow_their_member_into_another_zone_at_the_next_look(home: House) -> None:
    home.server.put("day", ics("DTSTART;VALUE=DATE:20261209"))
    home.connect()
    home.look()
    with home.database.writing() as db:
        home.who(db, "Alice").tzid = "Asia/Tokyo"
    home.at += timedelta(minutes=5)
    home.look()
    with home.database.reading() as db:
        [taken] = db.scalars(select(BusyTime)).all()
        assert taken.starts_at == NINE.replace(day=8, hour=15)


def test_a_series_made_of_our_event_takes_the_time_of_its_other_occurrences(home: House) -> None:
    home.connect()
    home.look()
    booking_id = home.book()
    home.write()
    home.look()
    for path, text in home.server.events().items():
        series = text.replace("END:VEVENT", "RRULE:FREQ=WEEKLY;COUNT=3\r\nEND:VEVENT")
        assert home.server.ask("PUT", path, series, **{"Content-Type": "text/calendar"}).ok
    home.at += timedelta(minutes=5)
    home.look()
    with home.database.reading() as db:
        taken = db.scalars(select(BusyTime.starts_at).order_by(BusyTime.starts_at)).all()
        assert list(taken) == [NINE + timedelta(weeks=1), NINE + timedelta(weeks=2)]
    assert (home.booking(booking_id).starts_at, home.questions()) == (NINE, [])
    assert not home.listed(NINE + timedelta(weeks=1))


def test_what_its_owner_adds_to_our_event_takes_its_time(home: House) -> None:
    home.connect()
    home.look()
    booking_id = home.book()
    home.write()
    home.look()
    [path] = home.server.events()
    longer = home.server.events()[path].replace("DTEND:20261209T100000Z", "DTEND:20261209T113000Z")
    assert home.server.ask("PUT", path, "\r\n".join(longer.splitlines()), **{"Content-Type": "text/calendar"}).ok
    home.at += timedelta(minutes=5)
    home.look()
    with home.database.reading() as db:
        taken = [(each.starts_at, each.ends_at) for each in db.scalars(select(BusyTime))]
    assert taken == [(NINE + HOUR, NINE + 2.5 * HOUR)]
    assert (home.booking(booking_id).starts_at, home.questions()) == (NINE, [])


def test_an_answer_that_nobody_expected_is_a_fault_of_the_calendar_and_its_mentor_is_told(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.connect(names=("work",))
    home.look()

    def odd(*_: object, **__: object) -> object:
        raise KeyError("id")

    with monkeypatch.context() as patch:
        patch.setattr(CalDav, "sync", odd)
        home.at += timedelta(minutes=2)
        with pytest.raises(CalendarUnavailable):
            home.book()
        home.look()
        home.at += HIDDEN_AFTER
        home.look()
        [row] = home.calendars()
        assert (row.fault, row.failures, home.listed()) == ("unreadable", 3, False)
    assert home.mails("calendar_trouble") == [("calendar_trouble", home.ids["Alice"])]
    home.look()
    assert (home.calendars()[0].fault, home.listed()) == ("", True)


def test_a_provider_that_asks_us_to_stay_away_for_a_day_is_asked_again_within_the_hour(home: House) -> None:
    home.connect(names=("work",))
    home.look()
    [row] = home.calendars()
    with home.database.writing() as db:
        fail_run(db, row.id, RateLimited(timedelta(days=1)), now=home.at)
    assert home.calendars()[0].next_try_at == home.at + HIDDEN_AFTER


def test_an_event_read_otherwise_than_before_is_unread_no_more_though_its_version_is_the_same(home: House) -> None:
    home.server.put("dentist", at(NINE))
    home.connect(names=("work",))
    home.look()
    with home.database.writing() as db:
        db.scalars(select(CalendarItem)).one().unread = "Dentist"
    home.at += timedelta(days=1)
    home.look()
    with home.database.reading() as db:
        assert db.scalars(select(CalendarItem)).one().unread is None
