"""`flashmeet token`: bearer tokens of the JSON API."""

from __future__ import annotations

from datetime import timedelta

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.cli.installation import Refused, now, ready, record
from flashmeet.core.mail_addresses import comparable
from flashmeet.identity.acts import Act
from flashmeet.identity.models import Member
from flashmeet.identity.service.tokens import create_token
from flashmeet.security.service.given_access import NAME_CHARACTERS


@click.group()
def token() -> None:
    """Create bearer tokens for the JSON API."""


@token.command()
@click.argument("emails", nargs=-1, required=True, metavar="EMAIL...")
@click.option("--read-only", is_flag=True, help="The tokens read and never write.")
@click.option("--name", default="", metavar="TEXT", help="What the tokens are for, as their members see it.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How long they work.")
def create(emails: tuple[str, ...], read_only: bool, name: str, days: int) -> None:
    """Create one token for each EMAIL and print them, one per line, in that order.

    They are shown only once. If any address is unknown, no token is created.
    """
    said, lasts = " ".join(name.split())[:NAME_CHARACTERS], timedelta(days=days)
    with ready() as installation, installation.database.writing() as db:
        members = _members(db, emails)
        tokens = [
            create_token(db, member, read_only=read_only, name=said, lasts=lasts, now=now()) for member in members
        ]
        for member in members:
            record(db, Act.TOKEN_MADE, to=member.id)
    for each in tokens:
        click.echo(each)


def _members(db: Session, emails: tuple[str, ...]) -> list[Member]:
    wanted = [comparable(email) for email in emails]
    known = {member.email: member for member in db.scalars(select(Member).where(Member.email.in_(set(wanted))))}
    unknown = [email for email in wanted if email not in known]
    if unknown:
        raise Refused(f"nobody here has the address {', '.join(unknown)}. No token was made.")
    return [known[email] for email in wanted]
