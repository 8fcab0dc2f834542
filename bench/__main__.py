"""`make bench`: figures for people, as ratios to what the same machine does in the same minute."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path

import click
import structlog

from bench import outbox, reminders
from flashmeet.core.database.session import Database
from tests.databases import make_tables, postgres_server

GOAL_ROWS, GOAL_WORKERS = 20_000, 1.3


@click.command()
@click.option("--rows", default=80_000, show_default=True)
@click.option("--batch", default=500, show_default=True)
@click.option("--rounds", default=3, show_default=True, help="The best of so many counts: others use the machine too.")
@click.option("--due", default=reminders.REMINDERS, show_default=True, help="Reminders that fall due at once.")
def main(rows: int, batch: int, rounds: int, due: int) -> None:
    """Prints rows a second, and ratios."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    figures: dict[str, float] = {}

    def note(name: str, rate: float) -> None:
        figures[name] = max(figures.get(name, 0.0), rate)

    with postgres_server() as url:
        database = Database(url, connections=4)
        make_tables(database)
        for _ in range(rounds):
            outbox.measure(database, url, rows=rows, batch=batch, note=note)
        with tempfile.TemporaryDirectory() as folder:
            reminders.measure(database, url, Path(folder), reminders=due)
        database.dispose()
    for name, rate in figures.items():
        click.echo(f"{name:36} {rate:10,.0f} rows/s")
    reached = figures["lease and settle: two writes a row"]
    workers = figures["2 worker processes, three writes"] / figures["1 worker processes, three writes"]
    click.echo(f"lease and settle : plain, two writes {reached / figures['plain: two writes a row']:10.2f}")
    click.echo(f"lease and settle : goal              {reached / GOAL_ROWS:10.2f} of {GOAL_ROWS:,} rows/s")
    click.echo(f"two workers : one                    {workers:10.2f} (goal {GOAL_WORKERS})")
    click.echo(f"load average at the end              {os.getloadavg()[0]:10.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
