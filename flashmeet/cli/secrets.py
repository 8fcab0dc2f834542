"""`flashmeet secrets`: what is encrypted in the database."""

from __future__ import annotations

import click
from sqlalchemy import select

from flashmeet.cli.installation import Refused, ready
from flashmeet.core.vault import vault_of
from flashmeet.schedule.models import CalendarAccount


@click.group()
def secrets() -> None:
    """Manage what is encrypted in the database: members' calendar credentials."""


@secrets.command()
def rotate() -> None:
    """Encrypt every credential with the first key.

    That is the first key of FLASHMEET_CREDENTIALS_KEY, or else of FLASHMEET_SECRET_KEY. Put the new key first, with the
    old one after a comma, restart, run this, then remove the old one.
    """
    with ready() as installation:
        vault, lost, done = vault_of(installation.config), 0, 0
        with installation.database.writing() as db:
            query = select(CalendarAccount).order_by(CalendarAccount.id).with_for_update(of=CalendarAccount)
            for account in db.scalars(query):
                try:
                    account.secret = vault.rotate(account.secret)
                    done += 1
                except ValueError:
                    lost += 1
    click.echo(f"{done} credentials are shut with the first key.")
    if lost:
        raise Refused(f"{lost} were shut with a key that is not named: their members are asked to connect again.")
