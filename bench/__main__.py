"""`make bench`: what the service costs, each figure beside a limit that the same run measures.

`BENCH=full` takes 100,000 mentors for 28 days and a year of bookings, and compares with 10,000 mentors.
`BENCH=growth` compares 100,000 with 10,000 mentors, and measures nothing else.
`BENCH_DATABASE=sqlite` measures on SQLite. Everything it starts listens on 127.0.0.1 and ends with it.
"""

from __future__ import annotations

import logging
import os
import platform
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import click
import structlog

from bench import booking, crowds, growth, history, idle, outbox, pages, reminders, service, tasks
from bench.figures import Table
from bench.stage import Stage, stage
from flashmeet.core.database.engine import Database
from flashmeet.seed.network import Plan
from tests import leftovers
from tests.databases import make_tables, postgres_server
from tests.served import free_port


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How much is measured."""

    mentors: int
    days: int = 28
    rounds: int = 3
    seconds: float = 1.5
    bookings: int = 100
    hours: int = 60
    idle: float = 10.0
    people_on_one_slot: int = crowds.ON_ONE_SLOT
    clients_at_once: int = crowds.AT_ONCE
    outbox_rows: int = 16_000
    reminders: int = 0
    alone: bool = True
    """Whether the network is measured by itself."""
    smaller: int = 0
    """A network of so many mentors is asked in turn with it, for comparison."""
    pairs: int = 20
    years: int = 0


QUICK = Form(mentors=2_000)
FULL = Form(
    mentors=100_000,
    rounds=5,
    seconds=4,
    bookings=300,
    hours=200,
    idle=30,
    outbox_rows=80_000,
    reminders=10_000,
    smaller=10_000,
    years=1,
)
GROWTH = Form(mentors=100_000, alone=False, outbox_rows=0, smaller=10_000)
"""The comparison alone, without the year."""
TINY = Form(
    mentors=60,
    rounds=1,
    seconds=0.1,
    bookings=6,
    hours=7,
    idle=0.2,
    people_on_one_slot=10,
    clients_at_once=10,
    outbox_rows=0,
    smaller=30,
    pairs=2,
)
"""Shows that the bench runs; its figures mean nothing."""
FORMS = {"quick": QUICK, "full": FULL, "growth": GROWTH, "tiny": TINY}


@click.command()
@click.option("--form", type=click.Choice(list(FORMS)), envvar="BENCH", default="quick", show_default=True)
@click.option(
    "--database", "engine", type=click.Choice(["postgresql", "sqlite"]), envvar="BENCH_DATABASE", default="postgresql"
)
def main(form: str, engine: str) -> None:
    """Prints the table of figures, and what the outbox reaches."""
    leftovers.watch()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    chosen = FORMS[form]
    click.echo(f"# {form} on {engine}: {about_here()}\n")
    begun = time.monotonic()
    table = Table()
    try:
        measure_networks(table, chosen, sqlite=engine == "sqlite")
    finally:  # what was measured is told, whatever happened after it
        click.echo(table.markdown())
        for note in table.notes:
            click.echo(f"\n{note}")
    if chosen.outbox_rows and engine == "postgresql":
        click.echo()
        measure_outbox(chosen)
    click.echo(f"\n{(time.monotonic() - begun) / 60:.1f} minutes; load average {os.getloadavg()[0]:.1f} at the end")


def about_here() -> str:
    """Returns date, processor and cores; never the machine's name."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.machine(),
    )
    load = os.getloadavg()[0]
    return f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {model}, load average {load:.1f} at the start"


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def say(what: str) -> None:
    click.echo(f"{datetime.now(UTC):%H:%M:%S} {what}", err=True)


def measure_networks(table: Table, form: Form, *, sqlite: bool) -> None:
    """Measures everything on networks of its own; ends what it started."""
    with tempfile.TemporaryDirectory() as temporary, ExitStack() as open_networks:
        folder = Path(temporary)

        def seeded(mentors: int, name: str) -> Stage:
            say(f"seeding {mentors:,} mentors")
            plan = Plan(mentors=mentors, days=form.days, seed=1)
            return open_networks.enter_context(stage(folder / name, plan, sqlite=sqlite, port=free_port()))

        network = seeded(form.mentors, "network")
        put_seeding(table, network)
        if form.years:
            say("writing a year of bookings")
            history.write(network)
        if form.alone:
            measure(table, network, form, folder)
        if form.smaller:
            smaller = seeded(form.smaller, "smaller")
            say("the same in both networks, in turn")
            growth.measure(table, smaller, network, folder, rounds=form.pairs)


def measure(table: Table, network: Stage, form: Form, folder: Path) -> None:
    hours = network.wanted_hours()
    with service.hello(folder) as hello, service.web(folder, network.environment, network.port) as web:
        say("requests beside the bare page")
        running = pages.courses(network, hours, bookings=form.bookings)
        pages.measure(table, network, hello, running, rounds=form.rounds, seconds=form.seconds, say=say)
        say("many at once")
        crowds.one_slot(table, network, next(hours), people=form.people_on_one_slot)
        crowds.all_at_once(table, network, ["/", "/api/v1/slots?limit=20"], clients=form.clients_at_once)
        say("the administrator's pages")
        idle.administrator(table, network)
        say("the idle worker")
        with service.worker(folder, network.environment) as worker:
            idle.worker(table, worker, seconds=form.idle)
            idle.memory(table, web, worker)
    say("the booking use case")
    booking.use_case(table, network, list(islice(hours, form.hours)))
    booking.statements(table, network, hours)
    say("periodic tasks")
    tasks.measure(table, network)


def put_seeding(table: Table, network: Stage) -> None:
    seeding = network.seeding
    table.put(
        "seeding 100,000 mentors and 10,000 hours",
        seeding.minutes_for_the_goal,
        f"{seeding.plan.mentors:,} mentors in {seeding.people:.0f} s, {seeding.in_bulk:,} hours in bulk in "
        f"{seeding.bulk:.0f} s, {seeding.one_by_one} one by one in {seeding.single:.0f} s",
    )


def measure_outbox(form: Form) -> None:
    """Prints what leasing and settling reach beside plain UPDATEs of the same rows."""
    say("the outbox")
    figures: dict[str, float] = {}

    def note(name: str, rate: float) -> None:
        figures[name] = max(figures.get(name, 0.0), rate)

    with postgres_server() as url:
        database = Database(url, connections=4)
        make_tables(database)
        outbox.measure(database, url, rows=form.outbox_rows, batch=500, note=note)
        if form.reminders:
            with tempfile.TemporaryDirectory() as folder:
                reminders.measure(database, url, Path(folder), reminders=form.reminders)
        database.dispose()
    for name, rate in figures.items():
        click.echo(f"{name:36} {rate:10,.0f} rows/s")
    reached = figures["lease and settle: two writes a row"]
    workers = figures["2 worker processes, three writes"] / figures["1 worker processes, three writes"]
    click.echo(f"lease and settle : plain, two writes {reached / figures['plain: two writes a row']:10.2f}")
    click.echo(f"lease and settle : goal              {reached / GOAL_ROWS:10.2f} of {GOAL_ROWS:,} rows/s")
    click.echo(f"two workers : one                    {workers:10.2f} (goal {GOAL_WORKERS})")


GOAL_ROWS, GOAL_WORKERS = 20_000, 1.3

if __name__ == "__main__":
    main()
