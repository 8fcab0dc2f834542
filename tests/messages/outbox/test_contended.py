"""Where PostgreSQL ends a unit of work of the worker because others held the same rows, it is done all the same."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database, is_away, is_contended
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.periodic_tasks import PeriodicTask
from flashmeet.messages.outbox.settle import settle
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.worker.loop import TRIES, Worker
from tests.messages.outbox.test_channel import bob, counts, fill, one_round
from tests.messages.outbox.test_worker import Script
from tests.people import NOW

__all__ = ["bob"]

ENDS = "DO $$ BEGIN RAISE EXCEPTION 'ended' USING ERRCODE = '{}'; END $$"
pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite has one writer at a time


def ended(db: Session, why: str = "deadlock_detected") -> None:
    db.execute(text(ENDS.format(why)))


@pytest.mark.parametrize("why", ["deadlock_detected", "lock_not_available"])
def test_a_database_that_others_stand_in_the_way_of_is_not_away(database: Database, why: str) -> None:
    with pytest.raises(OperationalError) as raised, database.writing() as db:
        ended(db, why)
    assert is_contended(raised.value) and not is_away(raised.value)


def test_a_task_that_others_stood_in_the_way_of_is_done_once_in_the_same_turn(database: Database) -> None:
    tries, begun = iter(range(TRIES)), list[datetime]()

    def act(db: Session, now: datetime) -> None:
        begun.append(now)
        if next(tries) < TRIES - 1:
            ended(db)

    sound = list[datetime]()
    tasks = (
        PeriodicTask("held_up", timedelta(hours=1), act),
        PeriodicTask("sound", timedelta(hours=1), lambda _db, now: sound.append(now)),
    )
    for _ in range(2):
        Worker(database, {}, tasks=tasks)._do_tasks()
    assert (len(begun), len(sound)) == (TRIES, 1)


def test_a_task_that_always_meets_others_keeps_no_task_from_being_done(database: Database) -> None:
    sound = list[datetime]()
    tasks = (
        PeriodicTask("held_up", timedelta(hours=1), lambda db, _now: ended(db)),
        PeriodicTask("sound", timedelta(hours=1), lambda _db, now: sound.append(now)),
    )
    Worker(database, {}, tasks=tasks)._do_tasks()
    assert len(sound) == 1


def test_a_round_that_others_stood_in_the_way_of_does_not_say_that_the_database_is_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = list[str]()
    monkeypatch.setattr("flashmeet.worker.loop.log.warning", lambda what, **_more: said.append(what))
    monkeypatch.setattr("flashmeet.worker.loop.AFTER_A_FAULT_SECONDS", 0.0)
    worker = Worker(database, {}, tasks=(), stop=threading.Event())

    def once() -> float:
        worker.stop.set()
        with database.writing() as db:
            ended(db)
        return 0.0

    worker._go_round(once)
    assert said == ["worker.database_contended"]


def test_what_a_provider_answered_is_written_after_others_stood_in_the_way(
    database: Database, bob: Member, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(database, bob, 1)
    falters = [True, True]

    def settled(db: Session, *args: object, **more: object) -> set[int]:
        if falters:
            falters.pop()
            ended(db)
        return settle(db, *args, **more)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr("flashmeet.worker.sender.settle", settled)
    monkeypatch.setattr("flashmeet.worker.sender.PATIENT_SECONDS", 0.01)
    mail = Script()
    one_round(database, NOW, mail)
    assert (mail.name, len(mail.sent), counts(database)) == (ChannelName.MAIL, 1, {"sent": 1})
