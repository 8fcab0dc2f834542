"""A worker whose calendars are not due asks next to nothing, and sees at once what becomes due."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from flashmeet.calendars.service.accounts import try_again
from flashmeet.calendars.sync import rounds
from flashmeet.calendars.sync.rounds import SyncRound
from flashmeet.calendars.sync.syncing import IDLE_SECONDS
from flashmeet.core.database.bell import SOON_SECONDS, Bell
from flashmeet.core.database.engine import Database
from flashmeet.core.database.session import clock
from flashmeet.schedule.models import MemberCalendar
from flashmeet.worker.loop import Worker
from tests.calendars.house import House
from tests.databases import statements_of
from tests.messages.outbox.test_idle import AN_HOUR, PATIENCE, Time, heard, listening


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    stands = Time()
    monkeypatch.setattr(rounds, "time", stands)
    return stands


@pytest.fixture
def quiet(home: House) -> House:
    """Two calendars, neither due for an hour."""
    home.connect()
    due(home, AN_HOUR)
    return home


def due(home: House, after: timedelta) -> None:
    with home.database.writing() as db:
        at = clock(db) + after
        for row in db.scalars(select(MemberCalendar)):
            row.next_try_at = at


def looks(statements: list[str]) -> int:
    return len([each for each in statements if "FROM calendar" in each])


def test_an_idle_minute_costs_a_look_each_half(quiet: House, database: Database, time: Time) -> None:
    loop, bell = SyncRound(quiet.syncing), heard(database)
    statements, wakes = statements_of(quiet.database), 0
    while time.at < 60:
        time.at += loop.once(bell)
        wakes += 1
    assert (wakes, looks(statements)) == (2, 2)
    assert not [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE"))]


def test_without_calendars_a_minute_costs_the_same(home: House, database: Database, time: Time) -> None:
    loop, bell = SyncRound(home.syncing), heard(database)
    statements = statements_of(home.database)
    while time.at < 60:
        time.at += loop.once(bell)
    assert looks(statements) == 2


def test_it_sleeps_until_the_next_calendar_is_due_and_no_longer(quiet: House, database: Database, time: Time) -> None:
    loop, bell = SyncRound(quiet.syncing), heard(database)
    assert loop.once(bell) == SOON_SECONDS
    due(quiet, timedelta(seconds=20))
    time.at += SOON_SECONDS
    assert 0 < loop.once(bell) <= 20


def test_a_ring_is_looked_at_and_many_rings_are_one_look_every_two_seconds(
    quiet: House, database: Database, time: Time
) -> None:
    loop, bell = SyncRound(quiet.syncing), heard(database)
    loop.once(bell)
    statements = statements_of(quiet.database)
    for _ in range(80):
        bell.rings += 1
        time.at += 0.125
        loop.once(bell)
    assert looks(statements) == 10 / IDLE_SECONDS
    time.at += IDLE_SECONDS
    loop.once(bell)
    time.at += IDLE_SECONDS
    assert loop.once(bell) > IDLE_SECONDS  # every ring has been looked at


def test_where_no_bell_is_heard_it_looks_every_two_seconds(quiet: House, database: Database, time: Time) -> None:
    loop, bell = SyncRound(quiet.syncing), heard(database)
    bell.heard = False
    statements = statements_of(quiet.database)
    while time.at < 10:
        time.at += loop.once(bell)
    assert looks(statements) == 10 / IDLE_SECONDS


def test_the_bell_rings_when_a_calendar_is_connected_or_to_be_read_again(home: House, database: Database) -> None:
    with listening(database) as bell:
        before = bell.rings
        home.at = now(home)
        account_id = home.connect()
        bell.wait(PATIENCE, beyond=before)
        assert bell.rings > before
    due(home, AN_HOUR)
    with listening(database) as bell:
        before = bell.rings
        with home.database.writing() as db:
            try_again(db, home.who(db, "Alice"), account_id, now=clock(db))
        bell.wait(PATIENCE, beyond=before)
        assert bell.rings > before


def now(home: House) -> datetime:
    with home.database.reading() as db:
        return clock(db)


def test_a_worker_that_could_sleep_for_an_hour_reads_what_is_connected_meanwhile(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "SOON_SECONDS", AN_HOUR.total_seconds())
    monkeypatch.setattr(rounds, "IDLE_SECONDS", 0.01)
    read = threading.Event()
    loop = SyncRound(home.syncing)

    def watched(bell: Bell | None) -> float:
        wait = loop.once(bell)
        if wait == 0:
            read.set()
        return wait

    worker = Worker(home.database, {}, tasks=(), woken=(watched,))
    runs = threading.Thread(target=worker.run)
    runs.start()
    try:
        home.at = now(home)
        home.connect()
        assert read.wait(PATIENCE)
    finally:
        worker.stop.set()
        runs.join()
    assert all(each.read_at for each in home.calendars())
