"""`flashmeet secrets`: what is encrypted in the database."""

from __future__ import annotations

import click
from sqlalchemy import select

from flashmeet.cli.installation import Refused, ready, record
from flashmeet.core.vault import vault_of
from flashmeet.identity.acts import Act
from flashmeet.schedule.models import CalendarAccount
from flashmeet.security.models import AuthenticatorApp


@click.group()
def secrets() -> None:
    """Manage what is encrypted in the database: members' calendar credentials, and the secrets of their apps."""


@secrets.command()
def rotate() -> None:
    """Encrypt every credential and every secret of an authenticator app with the first key.

    That is the first key of FLASHMEET_CREDENTIALS_KEY, or else of FLASHMEET_SECRET_KEY. Put the new key first, with the
    old one after a comma, restart, run this, then remove the old one.
    """
    with ready() as installation:
        vault, lost, done = vault_of(installation.config), 0, 0
        with installation.database.writing() as db:
            query = select(CalendarAccount).order_by(CalendarAccount.id).with_for_update(of=CalendarAccount)
            apps = select(AuthenticatorApp).order_by(AuthenticatorApp.member_id).with_for_update()
            for account in (*db.scalars(query), *db.scalars(apps)):
                try:
                    account.secret = vault.rotate(account.secret)
                    done += 1
                except ValueError:
                    lost += 1
            record(db, Act.CREDENTIALS_ROTATED, about=done)
    click.echo(f"{done} credentials are shut with the first key.")
    if lost:
        raise Refused(f"{lost} were shut with a key that is not named: their members are asked to connect again.")
