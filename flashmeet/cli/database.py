"""`flashmeet db`: the schema."""

from __future__ import annotations

import click

from flashmeet.cli.database_faults import check_encoding
from flashmeet.cli.installation import Refused, newer_schema, opened
from flashmeet.core.database import migrate, schema


@click.group()
def db() -> None:
    """Bring the database up to date."""


@db.command()
def upgrade() -> None:
    """Bring the database to the schema of this version.

    Safe to run again, and on several machines at once: one does it, the others wait.
    """
    with opened() as installation:
        check_encoding(installation.database)
        before = schema.current(installation.database)
        try:
            migrate.upgrade(installation.database)
        except migrate.UnknownRevision:
            raise Refused(newer_schema(before)) from None
        after = schema.current(installation.database)
    click.echo(f"The database is at schema {after}" + (", as before." if before == after else "."))
