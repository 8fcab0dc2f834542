"""`flashmeet admin`: access for an administrator who is locked out."""

from __future__ import annotations

import click

from flashmeet.cli.installation import Refused, now, ready
from flashmeet.core.errors import NotFound
from flashmeet.people.service.mentors import reset_administrator


@click.group()
def admin() -> None:
    """Let an administrator in again."""


@admin.command()
@click.argument("email")
def reset(email: str) -> None:
    """End every login and token of the administrator EMAIL, remove their second factors, and print a link that signs in
    once.

    The link works for ten minutes.
    """
    with ready() as installation:
        try:
            with installation.database.writing() as db:
                token = reset_administrator(db, email, now=now())
        except NotFound:
            raise Refused(f"no administrator has the address {email}. Nothing was changed.") from None
        click.echo(installation.links.one_time(token))
    click.echo("Open it within ten minutes; it signs in once. All other sessions and tokens have ended.", err=True)
