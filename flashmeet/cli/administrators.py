"""`flashmeet admin`: who may administer the network, as far as the operator decides it."""

from __future__ import annotations

import click

from flashmeet.cli.installation import Installation, Refused, now, ready
from flashmeet.core.errors import AccentedEmail, BadEmail, NotFound
from flashmeet.people.service.administrators import MadeAdministrator, make_administrator, reset_administrator


@click.group()
def admin() -> None:
    """Make an administrator, or let one in again."""


@admin.command()
@click.argument("email")
@click.option("--name", default="", help="First name and last name of a new member.")
def add(email: str, name: str) -> None:
    """Make EMAIL an administrator, and print a link that signs in once.

    Whoever has the address keeps their other roles; where nobody has it, a member is made. The link works for ten
    minutes.
    """
    with ready() as installation:
        made = add_administrator(installation, email, name)
        click.echo(installation.links.one_time(made.token))
    click.echo(f"{email} {_became(made)}. Open the link within ten minutes; it signs in once.", err=True)


def add_administrator(installation: Installation, email: str, name: str) -> MadeAdministrator:
    """Makes an administrator in a unit of work of its own. Raises Refused for an address that is none."""
    try:
        with installation.database.writing() as db:
            return make_administrator(db, email, name=name, now=now())
    except AccentedEmail:
        raise Refused(
            "few mail servers deliver to letters such as é before the @. Name another address. Nothing was changed."
        ) from None
    except BadEmail:
        raise Refused("write the address as name@example.org. Nothing was changed.") from None


def _became(made: MadeAdministrator) -> str:
    if made.created:
        return "is a new administrator"
    return "is an administrator now" if made.promoted else "was an administrator already"


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
            raise Refused(
                f"no administrator has the address {email}. Nothing was changed. "
                "`flashmeet admin add` makes somebody an administrator."
            ) from None
        click.echo(installation.links.one_time(token))
    click.echo("Open it within ten minutes; it signs in once. All other sessions and tokens have ended.", err=True)
