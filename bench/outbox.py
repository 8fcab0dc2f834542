"""`make bench`, first part: leasing and settling due rows on PostgreSQL, beside plain UPDATEs of the same rows."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from typing import cast

from sqlalchemy import Table, text

from flashmeet.core.database.bulk import insert_all
from flashmeet.core.database.engine import Database
from flashmeet.core.database.session import clock
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.channel_state import allowance, spend
from flashmeet.messages.outbox.lease import Leased, lease_due
from flashmeet.messages.outbox.settle import settle
from flashmeet.messages.rules.channels import ChannelName, Outcome, Outgoing, Retry, Sent
from flashmeet.worker.loop import Worker
from tests.people import member

MOST_A_SECOND = 1e9
BEGIN = text("UPDATE outbox SET state = 'sending' WHERE id = ANY(:ids)")
"""Of `begin_sending` only what it writes: what it reads and builds of a message belongs to the message."""


def fill(database: Database, count: int, *, people: int = 1) -> None:
    """So many mails, due at one moment, in a table of nothing else."""
    now = datetime.now(UTC)
    with database.writing() as db:
        db.execute(text("TRUNCATE outbox, member CASCADE"))
        bobs = [member(db, f"Bob{number}").id for number in range(people)]
        rows = [
            {
                "subject": f"news:{number}",
                "version": 0,
                "recipient_id": bobs[number % people],
                "channel": "mail",
                "kind": "reminder_hour",
                "payload": {},
                "state": "waiting",
                "urgency": 1,
                "due_at": now - timedelta(seconds=1),
                "not_after": now + timedelta(hours=1),
                "message_key": f"{number:032x}",
                "created_at": now,
            }
            for number in range(count)
        ]
        insert_all(db, cast(Table, OutboxMessage.__table__), rows)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE outbox"))
        connection.execute(text("CHECKPOINT"))


@dataclass(slots=True)
class Spent:
    """Seconds of the parts of a worker's round."""

    lease: float = 0.0
    begin: float = 0.0
    settle: float = 0.0


def lease_and_settle(database: Database, batch: int) -> Spent:
    """What a worker writes, with a provider that takes no time: leased, *sending*, sent; a transaction each a batch."""
    spent = Spent()
    while True:
        marks = [time.perf_counter()]
        with database.writing() as db:
            now = clock(db)
            allowed = allowance(db, ChannelName.MAIL, per_second=MOST_A_SECOND, most=batch, now=now)
            leased = lease_due(db, ChannelName.MAIL, now=now, limit=allowed.messages)
            spend(db, ChannelName.MAIL, len(leased), per_second=MOST_A_SECOND, now=now)
        marks.append(time.perf_counter())
        spent.lease += marks[1] - marks[0]
        if not leased:
            return spent
        with database.writing() as db:
            db.execute(BEGIN, {"ids": [each.id for each in leased]})
        marks.append(time.perf_counter())
        with database.writing() as db:
            told: list[tuple[Leased, Outcome]] = [(each, Sent()) for each in leased]
            assert len(settle(db, told, now=clock(db))) == len(leased)
        spent.begin += marks[2] - marks[1]
        spent.settle += time.perf_counter() - marks[2]


def plain_updates(database: Database, batch: int) -> Spent:
    """The limit: the same columns of the same rows, in batches, by statements that know the ids beforehand."""
    with database.reading() as db:
        ids = list(db.scalars(text("SELECT id FROM outbox ORDER BY due_at, id")))
    spent, parts = Spent(), ("lease", "begin", "settle")
    changes = ("lease_until = now(), attempt = attempt + 1", "state = 'sending'", "state = 'sent', settled_at = now()")
    for first in range(0, len(ids), batch):
        for part, values in zip(parts, changes, strict=True):
            begun = time.perf_counter()
            with database.writing() as db:
                wanted = {"ids": ids[first : first + batch]}
                db.execute(text(f"UPDATE outbox SET {values} WHERE id = ANY(:ids)"), wanted)  # noqa: S608
            setattr(spent, part, getattr(spent, part) + time.perf_counter() - begun)
    return spent


class Instant:
    """A provider that takes no time, at which everything is found again."""

    name, batch, per_second = ChannelName.MAIL, 20, MOST_A_SECOND

    def __init__(self, *, found_again: bool) -> None:
        self._answer = Sent(found_again=found_again)

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        for message in messages:
            yield message.id, self._answer

    def look_up(self, message: Outgoing) -> Outcome:
        return Retry("again")


def whole_worker(database: Database, *, found_again: bool) -> float:
    """Seconds until the real loop has sent everything: a last look at each row included."""
    begun = time.perf_counter()
    Worker(database, {ChannelName.MAIL: Instant(found_again=found_again)}, tasks=()).drain()
    return time.perf_counter() - begun


def _one_of_several(url: str, batch: int, ready: Barrier, done: Barrier) -> None:
    database = Database(url, connections=4)
    with database.reading() as db:
        clock(db)
    ready.wait()
    lease_and_settle(database, batch)
    done.wait()
    database.dispose()


def together(url: str, count: int, batch: int) -> float:
    """Seconds of several worker processes that begin at one moment, until the last has nothing left."""
    context = multiprocessing.get_context("spawn")
    ready, done = context.Barrier(count + 1), context.Barrier(count + 1)
    processes = [context.Process(target=_one_of_several, args=(url, batch, ready, done)) for _ in range(count)]
    for process in processes:
        process.start()
    ready.wait()
    begun = time.perf_counter()
    done.wait()
    took = time.perf_counter() - begun
    for process in processes:
        process.join()
        assert process.exitcode == 0
    return took


def measure(database: Database, url: str, *, rows: int, batch: int, note: Callable[[str, float], None]) -> None:
    """One count of everything, in rows a second."""
    fill(database, rows)
    plain = plain_updates(database, batch)
    note("plain: two writes a row", rows / (plain.lease + plain.settle))
    fill(database, rows)
    ours = lease_and_settle(database, batch)
    note("lease and settle: two writes a row", rows / (ours.lease + ours.settle))
    note("  lease", rows / ours.lease)
    note("  settle", rows / ours.settle)
    note("plain: three writes a row", rows / (plain.lease + plain.begin + plain.settle))
    note("lease, sending, settle: three", rows / (ours.lease + ours.begin + ours.settle))
    for count in (1, 2):
        fill(database, rows)
        note(f"{count} worker processes, three writes", rows / together(url, count, batch))
    for found_again, what in ((True, "in batches"), (False, "one by one")):
        fill(database, rows // 20)
        note(f"whole worker, answers {what}", rows / 20 / whole_worker(database, found_again=found_again))
