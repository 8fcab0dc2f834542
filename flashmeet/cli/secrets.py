"""`flashmeet secrets`: what members entrusted to us."""

from __future__ import annotations

import click
from sqlalchemy import select

from flashmeet.cli.installation import Refused, ready
from flashmeet.core.vault import vault_of
from flashmeet.schedule.models import CalendarAccount


@click.group()
def secrets() -> None:
    """Look after members' calendar credentials."""


@secrets.command()
def rotate() -> None:
    """Shut every credential with the first key of FLASHMEET_CREDENTIALS_KEY.

    Put the new key first, keep the old one behind a comma, run this, then take the old one away.
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
