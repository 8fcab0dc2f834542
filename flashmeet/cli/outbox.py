"""`flashmeet outbox`: messages that a restore kept back."""

from __future__ import annotations

import click

from flashmeet.cli.backup.archive_file import drop_parked, release_parked
from flashmeet.cli.installation import now, ready, record
from flashmeet.identity.acts import Act


@click.group()
def outbox() -> None:
    """Send or drop the messages that a restore kept back."""


@outbox.command()
def release() -> None:
    """Send them. A reminder whose hour has passed is dropped by the worker all the same."""
    with ready() as installation, installation.database.writing() as db:
        count = release_parked(db)
        record(db, Act.MESSAGES_RELEASED, about=count)
    click.echo(f"{count} messages are on their way.")


@outbox.command()
def drop() -> None:
    """Drop them, so that they are never sent."""
    with ready() as installation, installation.database.writing() as db:
        count = drop_parked(db, now=now())
        record(db, Act.MESSAGES_DROPPED, about=count)
    click.echo(f"{count} messages are dropped.")
