"""A worker with nothing to do asks next to nothing, and still sees at once what becomes due."""

from __future__ import annotations

import threading
import time as real_time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from flashmeet.core.database import bell as bells
from flashmeet.core.database.bell import SOON_SECONDS, Bell
from flashmeet.core.database.engine import Database
from flashmeet.core.database.session import clock
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import LEASE, Leased, lease_due, release
from flashmeet.messages.outbox.periodic_tasks import PeriodicTask
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.requests.rules.messages import ENCOURAGEMENT
from flashmeet.worker import loop as worker_loop
from flashmeet.worker import sender, watch
from flashmeet.worker.loop import LOOK_EVERY_SECONDS, Worker
from flashmeet.worker.sender import Sender
from flashmeet.worker.watch import IDLE_SECONDS, WATCHED_SECONDS, Watch
from tests.databases import statements_of
from tests.messages.outbox.test_worker import Script
from tests.people import member

on_postgres = pytest.mark.parametrize("database", ["postgresql"], indirect=True)
CHANNELS = tuple(ChannelName)
PATIENCE = 60
"""Seconds after which a test gives up; no test succeeds or fails by how long something takes."""
AN_HOUR = timedelta(hours=1)
END_LISTENERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'
"""


@dataclass(slots=True)
class Time:
    """A monotonic clock that stands until it is moved."""

    at: float = 0.0

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    stands = Time()
    for module in (worker_loop, sender, watch):
        monkeypatch.setattr(module, "time", stands)
    return stands


def heard(database: Database) -> Bell:
    """A bell that hears everything and at which nobody rings."""
    bell = Bell(database, threading.Event())
    bell.heard = True
    return bell


@pytest.fixture
def bell(database: Database) -> Iterator[Bell]:
    """One that listens."""
    with listening(database) as bell:
        yield bell


@contextmanager
def listening(database: Database) -> Iterator[Bell]:
    stop = threading.Event()
    bell = Bell(database, stop)
    thread = threading.Thread(target=bell.listen)
    thread.start()
    bell.wait(PATIENCE, beyond=0)
    try:
        yield bell
    finally:
        stop.set()
        thread.join()


def message(database: Database, *, due_in: timedelta = timedelta(0), channel: ChannelName = ChannelName.MAIL) -> None:
    with database.writing() as db:
        now = clock(db)
        bob = member(db, f"Bob{now.timestamp()}")
        send(
            db,
            subject=f"encouragement:{bob.id}",
            version=0,
            recipient_id=bob.id,
            channel=channel,
            message=ENCOURAGEMENT.saying({"theme": {"fr": "Droit"}, "slug": "droit", "people": []}),
            now=now,
            due_at=now + due_in,
        )


def test_an_idle_minute_costs_a_look_each_half(database: Database, time: Time) -> None:
    message(database, due_in=AN_HOUR)
    watch = Watch(database, CHANNELS, lasts=WATCHED_SECONDS, bell=heard(database))
    senders = [Sender(database, Script(name), threading.Event(), watch) for name in CHANNELS]
    statements, wakes = statements_of(database), 0
    while time.at < 60:
        time.at += min(sender.once() for sender in senders)
        wakes += 1
    assert (wakes, len([each for each in statements if "FROM outbox" in each])) == (2, 4)
    assert not [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE"))]


def test_a_minute_without_a_task_to_do_costs_a_read_every_ten_seconds(database: Database, time: Time) -> None:
    nothing: Callable[[object, datetime], None] = lambda _db, _now: None  # noqa: E731  # tasks are handed over like this
    tasks = tuple(PeriodicTask(f"task{number}", AN_HOUR, nothing) for number in range(30))
    loop = Worker(database, {}, tasks=tasks)
    time.at += loop._do_tasks()
    statements = statements_of(database)
    while time.at < 61:
        time.at += loop._do_tasks()
    assert len([each for each in statements if "FROM duty_run" in each]) == 60 / LOOK_EVERY_SECONDS
    assert not [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE"))]


def test_a_worker_that_hears_no_bell_looks_twice_a_second(database: Database, time: Time) -> None:
    bell = heard(database)
    bell.heard = False
    watch = Watch(database, CHANNELS, lasts=WATCHED_SECONDS, bell=bell)
    sender = Sender(database, Script(), threading.Event(), watch)
    statements = statements_of(database)
    while time.at < 10:
        time.at += sender.once()
    assert len([each for each in statements if "FROM outbox" in each]) == 10 / IDLE_SECONDS
    assert IDLE_SECONDS + WATCHED_SECONDS < 1


def test_a_worker_sleeps_until_the_next_row_is_due_and_no_longer(database: Database, time: Time) -> None:
    watch = Watch(database, CHANNELS, bell=heard(database))
    assert not watch.finds(ChannelName.MAIL)
    assert watch.rest() == SOON_SECONDS
    message(database, due_in=timedelta(seconds=20), channel=ChannelName.SMS)
    time.at += SOON_SECONDS
    assert not watch.finds(ChannelName.MAIL)
    assert 0 < watch.rest() <= 20


def test_a_worker_sleeps_no_longer_than_anothers_lease(database: Database, time: Time) -> None:
    """The other may have died."""
    watch = Watch(database, CHANNELS, bell=heard(database))
    message(database)
    leased(database, ends_in=timedelta(seconds=20))
    assert not watch.finds(ChannelName.MAIL)
    assert 0 < watch.rest() <= 20


def leased(database: Database, *, ends_in: timedelta) -> list[Leased]:
    with database.writing() as db:
        now = clock(db)
        taken = lease_due(db, ChannelName.MAIL, now=now, limit=10)
        db.execute(update(OutboxMessage).values(lease_until=now + ends_in))
        return taken


def test_a_ring_is_looked_at_and_only_once(database: Database, time: Time) -> None:
    bell = heard(database)
    watch = Watch(database, CHANNELS, bell=bell)
    assert not watch.finds(ChannelName.MAIL)
    message(database)
    assert not watch.finds(ChannelName.MAIL)
    bell.rings += 1
    assert watch.finds(ChannelName.MAIL)


def test_the_bell_rings_when_something_due_is_committed(database: Database, bell: Bell) -> None:
    before = bell.rings
    assert bell.heard
    message(database)
    bell.wait(PATIENCE, beyond=before)
    assert bell.rings > before


def test_the_bell_rings_when_a_lease_is_given_back(database: Database, bell: Bell) -> None:
    message(database)
    taken = leased(database, ends_in=LEASE)
    real_time.sleep(2 * bells.LOOKS_EVERY)  # what rang until now has rung
    before = bell.rings
    with database.writing() as db:
        release(db, taken)
    bell.wait(PATIENCE, beyond=before)
    assert bell.rings > before


@on_postgres
def test_nothing_rings_for_what_is_due_in_an_hour_or_was_rolled_back(database: Database) -> None:
    with listening(database) as bell:
        before = bell.rings
        message(database, due_in=AN_HOUR)
        with pytest.raises(ZeroDivisionError), database.writing() as db:
            _ring_in_vain(db)
        message(database)
        bell.wait(PATIENCE, beyond=before)
        assert bell.rings == before + 1


def _ring_in_vain(db: Session) -> None:
    db.execute(text("SELECT pg_notify(:channel, '')"), {"channel": bells.CHANNEL})
    raise ZeroDivisionError


@on_postgres
def test_a_bell_that_is_lost_says_so_and_listens_anew(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bells, "AFTER_A_LOSS_SECONDS", 0.01)
    with listening(database) as bell:
        before = bell.rings
        with database.writing() as db:
            assert len(db.execute(text(END_LISTENERS)).all()) == 1
        bell.wait(PATIENCE, beyond=before + 1)  # lost, and found again
        assert bell.rings == before + 2
        assert bell.heard


def test_a_worker_that_could_sleep_for_an_hour_sends_what_comes_and_what_becomes_due(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "SOON_SECONDS", AN_HOUR.total_seconds())
    for module in (worker_loop, sender, watch):
        monkeypatch.setattr(module, "IDLE_SECONDS", AN_HOUR.total_seconds())
    channel = Script()
    loop = Worker(database, {ChannelName.MAIL: channel}, tasks=())
    runs = threading.Thread(target=loop.run)
    runs.start()
    try:
        for number, due_in in enumerate((timedelta(0), timedelta(seconds=2), timedelta(0)), start=1):
            message(database, due_in=due_in)
            until = real_time.monotonic() + PATIENCE
            while len(channel.sent) < number and real_time.monotonic() < until:
                real_time.sleep(0.02)
            assert len(channel.sent) == number
    finally:
        loop.stop.set()
        runs.join()


def test_what_is_due_in_a_channel_is_found_there_and_nowhere_else(database: Database) -> None:
    assert not Watch(database, CHANNELS).finds(ChannelName.MAIL)
    message(database)
    message(database, due_in=AN_HOUR, channel=ChannelName.SMS)
    assert [name for name in CHANNELS if Watch(database, CHANNELS).finds(name)] == [ChannelName.MAIL]
    assert len(leased(database, ends_in=LEASE)) == 1
    assert not Watch(database, CHANNELS).finds(ChannelName.MAIL)
    assert timedelta(seconds=IDLE_SECONDS + WATCHED_SECONDS) < LEASE
