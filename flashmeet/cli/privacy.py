"""`flashmeet privacy`: what is kept about people, and for how long."""

from __future__ import annotations

import click

from flashmeet.cli.installation import now, ready
from flashmeet.core.database.session import Database
from flashmeet.privacy.rules.entries import Takes
from flashmeet.privacy.service.retention import Due, keep_periods, past_their_period


@click.group()
def privacy() -> None:
    """Delete what is past its period, or say what would go."""


@privacy.command()
@click.option("--dry-run", is_flag=True, help="Say what would go and delete nothing.")
def retention(dry_run: bool) -> None:
    """Delete what is past its period, as a worker does every hour.

    The periods are those of the privacy page. Large tables go in steps, each in a transaction of its own.
    """
    with ready() as installation:
        with installation.database.reading() as db:
            found = past_their_period(db, now=now())
        for each in found:
            click.echo(_line(each))
        if not found:
            click.echo("Nothing is past its period.")
        elif dry_run:
            click.echo("Nothing was deleted: this was a dry run.")
        else:
            click.echo(f"{_keep(installation.database)} done.")


def _keep(database: Database) -> int:
    total = 0
    while True:
        with database.writing() as db:
            gone = keep_periods(db, now=now())
        total += gone
        if not gone:
            return total


def _line(due: Due) -> str:
    what = "rows to delete" if due.takes is Takes.ROWS else "rows to empty of words"
    return f"{due.table}: {due.rows} {what}, kept for {due.after.days} days"
