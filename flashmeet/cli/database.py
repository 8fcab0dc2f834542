"""`flashmeet db`: the schema."""

from __future__ import annotations

import click

from flashmeet.cli.installation import Refused, opened
from flashmeet.core.database import migrate


@click.group()
def db() -> None:
    """Bring the database up to date."""


@db.command()
def upgrade() -> None:
    """Bring the database to the schema of this version.

    Safe to run again, and on several machines at once: one does it, the others wait.
    """
    with opened() as installation:
        before = migrate.current(installation.database)
        try:
            migrate.upgrade(installation.database)
        except migrate.UnknownRevision:
            raise Refused(
                f"the database has schema {before}, which this flashmeet does not know: "
                "install the version that it was made with."
            ) from None
        after = migrate.current(installation.database)
    click.echo(f"The database is at schema {after}" + (", as before." if before == after else "."))
