"""Mails about calendars: one a day about each, and it says all that is amiss when it leaves."""

from __future__ import annotations

import contextlib
import itertools
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from flashmeet.calendars.service.accounts import Switches, choose, disconnect
from flashmeet.calendars.service.health import health_of
from flashmeet.calendars.service.sync_runs import fail_run
from flashmeet.core.errors import CalendarUnavailable, Refusal
from flashmeet.core.provider_faults import AuthFailed, Missing, Unreachable
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import why_not
from flashmeet.messages.outbox.todays_facts import tell_todays_facts
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.schedule.rules.calendars import HIDDEN_AFTER
from tests.calendars.events import HOUR, NINE, ics
from tests.calendars.hands import answer, delete_there, move_there
from tests.calendars.house import House
from tests.calendars.test_ics_reading import published

A_DAY = timedelta(days=1)
FINE = ("DTSTART:20261209T090000Z", "DURATION:PT1H")
BROKEN = ("BEGIN:VEVENT", "UID:b", "SUMMARY:Dentist", "DTSTART:20261332T99", "END:VEVENT")


def post(home: House) -> list[OutboxMessage]:
    """Sends what is due about calendars, as the worker does; returns what left."""
    due = select(OutboxMessage).where(
        OutboxMessage.state == OutboxState.WAITING,
        OutboxMessage.due_at <= home.at,
        OutboxMessage.kind.startswith("calendar_"),
        OutboxMessage.channel == "mail",
    )
    with home.database.writing() as db:
        rows = db.scalars(due.order_by(OutboxMessage.id)).all()
        needless = why_not(db, rows, now=home.at)
        left = [each for each in rows if each.id not in needless]
        tell_todays_facts(db, left)
        for each in rows:
            each.state = OutboxState.SENT if each in left else OutboxState.DROPPED
            each.settled_at = home.at
    return left


def test_a_calendar_that_flaps_is_told_of_once_a_day(home: House) -> None:
    told: list[datetime] = []
    with published(ics(*FINE)) as address:
        address.connect(home)
        home.look()
        faces = ("no calendar", ics(*FINE), ics(*FINE, around=BROKEN), ics())
        for _, face in zip(range(36), itertools.cycle(faces), strict=False):
            address.text = face
            home.at += timedelta(minutes=90)
            with contextlib.suppress(Refusal):
                home.book(NINE)
            home.look()
            told += [home.at for _ in post(home)]
    assert len(told) in (2, 3)
    assert all(later - earlier >= A_DAY for earlier, later in itertools.pairwise(told))


def test_one_mail_says_all_that_is_amiss_when_it_leaves(home: House) -> None:
    with published(ics(*FINE, around=BROKEN)) as address:
        address.connect(home)
        home.look()
        [first] = post(home)
        assert (first.payload["fault"], first.payload["titles"]) == ("", ["Dentist"])
        address.text = ics()
        home.at += timedelta(minutes=10)
        home.look()
        assert post(home) == []
        home.at += A_DAY
        [second] = post(home)
        assert (second.payload["fault"], second.payload["titles"]) == ("nothing_there", ["Dentist"])


@pytest.mark.parametrize("mended", ["read again", "disconnected"])
def test_what_is_well_again_before_the_mail_leaves_is_not_told(home: House, mended: str) -> None:
    with published("no calendar") as address:
        address.connect(home)
        home.look()
        with pytest.raises(CalendarUnavailable):
            home.book(NINE + HOUR)
        assert home.mails("calendar_trouble") == [("calendar_trouble", home.ids["Alice"])]
        if mended == "read again":
            address.text = ics(*FINE)
            home.at += timedelta(minutes=5)
            home.look()
        else:
            with home.database.writing() as db:
                disconnect(db, home.who(db, "Alice"), home.account().id, now=home.at)
        assert post(home) == []
        if mended == "read again":  # what was not told does not count
            address.text = "no calendar"
            home.at += timedelta(minutes=5)
            with pytest.raises(CalendarUnavailable):
                home.book(NINE + HOUR)
            assert len(post(home)) == 1


def test_a_calendar_that_stays_unreadable_is_told_of_once(home: House) -> None:
    with published("no calendar") as address:
        address.connect(home)
        told = 0
        for _ in range(5):
            home.look()
            told += len(post(home))
            home.at += A_DAY
    assert told == 1


def test_an_account_of_which_one_calendar_stays_unreadable_is_told_of_once_though_the_other_is_read(
    home: House,
) -> None:
    home.connect()
    home.look()
    lost, other = (each.id for each in home.calendars())
    told = 0
    for _ in range(5):
        with home.database.writing() as db:
            fail_run(db, lost, Missing(), now=home.at)
        home.syncing.sync(other, seconds=60, now=home.at)
        told += len(post(home))
        home.at += A_DAY
    assert told == 1


def test_an_hour_dragged_to_and_fro_asks_the_other_once_and_the_first_link_answers(home: House) -> None:
    home.connect()
    home.look()
    home.book()
    home.write()
    home.look()
    asked = []
    for hours in (3, 0, 3, 0, 3):
        move_there(home, hours)
        home.at += timedelta(minutes=5)
        home.look()
        asked += [each.payload["question_nonce"] for each in post(home)]
    [question] = home.questions()
    assert (asked, question.answered_at) == ([question.nonce], None)
    answer(home, "accept")


def test_a_wish_that_was_withdrawn_before_its_mail_left_is_not_mailed(home: House) -> None:
    home.connect()
    home.look()
    home.book()
    home.write()
    home.look()
    for hours in (3, 0):
        move_there(home, hours)
        home.at += timedelta(minutes=5)
        home.look()
    assert post(home) == []


def test_many_wishes_within_an_hour_wait_and_the_last_one_is_mailed(home: House) -> None:
    home.connect()
    home.look()
    home.book()
    home.write()
    home.look()
    left = 0
    for hours in (1, 2, 3, 4, 5, 6, 7):
        move_there(home, hours)
        home.at += timedelta(minutes=1)
        home.look()
        left += len(post(home))
    assert left == 4
    home.at += timedelta(minutes=10)
    [last] = post(home)
    assert last.payload["proposed_at"] == (NINE + 7 * HOUR).isoformat()


def test_an_hour_deleted_twice_on_one_day_is_asked_about_by_one_mail(home: House) -> None:
    home.connect()
    home.look()
    home.book()
    home.write()
    home.look()
    mails = 0
    for _ in range(2):
        delete_there(home)
        home.at += timedelta(minutes=5)
        home.look()
        mails += len(post(home))
        [question] = home.questions()
        assert question.answered_at is None
        answer(home, "keep")
        home.write()
        home.look()
    assert mails == 1


def test_a_calendar_that_is_used_no_more_keeps_no_later_fault_from_being_told(home: House) -> None:
    home.connect(names=("nowhere", "work"))
    for _ in range(2):
        home.look_in_turn()
        home.at += HIDDEN_AFTER
    assert len(post(home)) == 1
    with home.database.writing() as db:
        nowhere = home.calendars()[0].id
        choose(db, home.who(db, "Alice"), nowhere, Switches(checks=False, writes=False), now=home.at)
        [told] = health_of(db, home.who(db, "Alice"), now=home.at)
        assert [each.fault for each in told.calendars] == ["", ""]
    home.look_in_turn()
    home.at += 2 * A_DAY
    home.server.stop()
    for _ in range(2):
        home.look_in_turn()
        home.at += HIDDEN_AFTER
    assert len(post(home)) == 1


def test_who_was_told_that_a_calendar_is_away_is_told_once_more_when_only_they_can_repair_it(home: House) -> None:
    home.connect(names=("work",))
    home.look()
    [calendar] = home.calendars()
    told: list[object] = []
    for fault in (Unreachable(), Unreachable(), Missing(), Unreachable(), Missing(), AuthFailed(), Unreachable()):
        with home.database.writing() as db:
            fail_run(db, calendar.id, fault, now=home.at)
        home.at += A_DAY
        told += [each.payload["fault"] for each in post(home)]
    assert told == ["unreachable", "missing"]
