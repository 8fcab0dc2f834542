"""A worker with nothing to do asks next to nothing, and still sees at once what becomes due."""

from __future__ import annotations

import threading
from datetime import timedelta

from flashmeet.core.database.session import Database, clock
from flashmeet.messages.outbox.lease import LEASE, lease_due
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.requests.rules.messages import ENCOURAGEMENT
from flashmeet.worker import IDLE_SECONDS, WATCHED_SECONDS, Sender, Watch, Worker
from tests.databases import statements_of
from tests.messages.outbox.test_worker import Script
from tests.people import member

CHANNELS = tuple(ChannelName)


def test_nothing_that_is_due_is_written_for(database: Database) -> None:
    watch = Watch(database, CHANNELS, lasts=60.0)
    senders = [Sender(database, Script(name), threading.Event(), watch) for name in CHANNELS]
    statements = statements_of(database)
    assert {sender.once() for sender in senders} == {IDLE_SECONDS}
    assert len([each for each in statements if "FROM outbox" in each]) == 1
    assert not [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE"))]


def test_periodic_tasks_that_are_not_due_cost_one_read(database: Database) -> None:
    worker = Worker(database, {})
    worker.once()
    worker._looked_at.clear()
    statements = statements_of(database)
    worker.once()
    assert len([each for each in statements if "FROM duty_run" in each]) == 1
    assert not [each for each in statements if each.startswith(("INSERT", "UPDATE", "DELETE", "BEGIN IMMEDIATE"))]


def test_what_is_due_in_a_channel_is_found_there_and_nowhere_else(database: Database) -> None:
    assert not Watch(database, CHANNELS).finds(ChannelName.MAIL)
    with database.writing() as db:
        now = clock(db)
        bob = member(db, "Bob")
        for name, due in ((ChannelName.MAIL, now), (ChannelName.SMS, now + timedelta(hours=1))):
            send(
                db,
                subject=f"encouragement:{name}",
                version=0,
                recipient_id=bob.id,
                channel=name,
                message=ENCOURAGEMENT.saying({"theme": {"fr": "Droit"}, "slug": "droit", "people": []}),
                now=now,
                due_at=due,
            )
    assert [name for name in CHANNELS if Watch(database, CHANNELS).finds(name)] == [ChannelName.MAIL]
    with database.writing() as db:
        assert len(lease_due(db, ChannelName.MAIL, now=clock(db), limit=10)) == 1
    assert not Watch(database, CHANNELS).finds(ChannelName.MAIL)
    assert timedelta(seconds=IDLE_SECONDS + WATCHED_SECONDS) < LEASE


def test_a_row_is_seen_within_a_second() -> None:
    assert IDLE_SECONDS + WATCHED_SECONDS < 1
