"""`make bench`: leasing and settling 80,000 due rows on PostgreSQL, beside a plain UPDATE of the same rows."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast

import click
from sqlalchemy import Table, text

from flashmeet.outbox.channel import allowance, spend
from flashmeet.outbox.lease import lease_due
from flashmeet.outbox.settle import settle_sent
from flashmeet.store.bulk import insert_all
from flashmeet.store.database import Database, clock
from flashmeet.store.models import OutboxMessage
from tests.databases import make_tables, postgres_server
from tests.people import member

GOAL_ROWS, GOAL_WORKERS = 20_000, 1.3
MOST_A_SECOND = 1e9
BEGIN = text("UPDATE outbox SET state = 'sending' WHERE id = ANY(:ids)")
"""Of `begin_sending` only what it writes: what it reads and builds of a message belongs to the message."""


def fill(database: Database, count: int) -> None:
    """So many mails, due at one moment, in a table of nothing else."""
    now = datetime.now(UTC)
    with database.writing() as session:
        session.execute(text("TRUNCATE outbox, member CASCADE"))
        bob = member(session, "Bob").id
        rows = [
            {
                "subject": f"booking:{number}",
                "version": 0,
                "recipient_id": bob,
                "channel": "mail",
                "kind": "reminder_hour",
                "payload": {"booking_id": number},
                "state": "waiting",
                "urgency": 1,
                "due_at": now - timedelta(seconds=1),
                "not_after": now + timedelta(hours=1),
                "message_key": f"{number:032x}",
                "created_at": now,
            }
            for number in range(count)
        ]
        insert_all(session, cast(Table, OutboxMessage.__table__), rows)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE outbox"))


def lease_and_settle(database: Database, batch: int) -> int:
    """What a worker writes, with a provider that takes no time: leased, *sending*, sent; a transaction each a batch."""
    done = 0
    while True:
        with database.writing() as session:
            now = clock(session)
            allowed = allowance(session, "mail", per_second=MOST_A_SECOND, most=batch, now=now)
            leased = lease_due(session, "mail", now=now, limit=allowed.messages)
            spend(session, "mail", len(leased), per_second=MOST_A_SECOND, now=now)
        if not leased:
            return done
        with database.writing() as session:
            session.execute(BEGIN, {"ids": [each.id for each in leased]})
        with database.writing() as session:
            done += settle_sent(session, leased, now=clock(session))


def plain_update(database: Database, batch: int) -> int:
    """The limit: each row written three times, in batches, by statements that know the ids beforehand."""
    with database.reading() as session:
        ids = list(session.scalars(text("SELECT id FROM outbox ORDER BY id")))
    for first in range(0, len(ids), batch):
        for values in ("lease_until = now(), attempt = attempt + 1", "state = 'sending'", "state = 'sent'"):
            with database.writing() as session:
                wanted = {"ids": ids[first : first + batch]}
                session.execute(text(f"UPDATE outbox SET {values} WHERE id = ANY(:ids)"), wanted)  # noqa: S608
    return len(ids)


def timed(work: Callable[[], int]) -> float:
    """Rows a second."""
    begun = time.perf_counter()
    return work() / (time.perf_counter() - begun)


def _one_of_several(url: str, batch: int, begin: float) -> None:
    database = Database(url, connections=4)
    time.sleep(max(0.0, begin - time.time()))
    lease_and_settle(database, batch)
    database.dispose()


def together(url: str, count: int, batch: int, rows: int) -> float:
    """Rows a second of several worker processes that begin at one moment."""
    begin = time.time() + 3
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_one_of_several, args=(url, batch, begin)) for _ in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    return rows / (time.time() - begin)


@click.command()
@click.option("--rows", default=80_000, show_default=True)
@click.option("--batch", default=500, show_default=True)
@click.option("--rounds", default=3, show_default=True, help="The best of so many counts: others use the machine too.")
def main(rows: int, batch: int, rounds: int) -> None:
    """Prints rows a second, and ratios."""
    figures: dict[str, float] = {}

    def note(name: str, rate: float) -> None:
        figures[name] = max(figures.get(name, 0.0), rate)

    with postgres_server() as url:
        database = Database(url, connections=4)
        make_tables(database)
        for _ in range(rounds):
            fill(database, rows)
            note("plain UPDATE, three a row", timed(lambda: plain_update(database, batch)))
            fill(database, rows)
            note("lease and settle", timed(lambda: lease_and_settle(database, batch)))
            for count in (1, 2):
                fill(database, rows)
                note(f"{count} worker processes", together(url, count, batch, rows))
        database.dispose()
    for name, rate in figures.items():
        click.echo(f"{name:28} {rate:10,.0f} rows/s")
    ratio = figures["lease and settle"] / figures["plain UPDATE, three a row"]
    workers = figures["2 worker processes"] / figures["1 worker processes"]
    click.echo(f"lease and settle : plain UPDATE  {ratio:.2f}")
    click.echo(f"two workers : one               {workers:.2f} (goal {GOAL_WORKERS})")
    click.echo(f"goal {GOAL_ROWS:,} rows/s            {figures['lease and settle'] / GOAL_ROWS:.2f} of it")
    click.echo(f"load average at the end         {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
