"""`flashmeet backup` and `flashmeet restore`."""

from __future__ import annotations

from pathlib import Path

import click

from flashmeet.cli.backup.archive_file import Manifest, NoBackup, NoSchema, NotEmpty, back_up, read_manifest
from flashmeet.cli.backup.archive_file import restore as restore_backup
from flashmeet.cli.installation import Refused, now, opened, record
from flashmeet.core.database import migrate
from flashmeet.core.database.migrate import UnknownRevision
from flashmeet.core.database.session import Database
from flashmeet.identity.acts import Act


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write the whole database to one file.

    FILE holds the database as it is at this instant; the service keeps running meanwhile.

    It is a zip of JSON lines, the same for SQLite and PostgreSQL. It contains personal data: keep it safe, and keep
    FLASHMEET_SECRET_KEY apart from it.
    """
    with opened() as installation:
        try:
            manifest = back_up(installation.database, file, now=now())
            _record(installation.database, Act.BACKED_UP)
        except NoSchema:
            raise Refused("there is nothing to back up: the database has no tables.") from None
        except OSError as error:
            raise Refused(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"{_counted(manifest)} are in {file}.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Fill an empty database from a backup.

    SQLite and PostgreSQL read each other's backups.

    Messages that were due before now are kept back, because they may have been sent after the backup was made:
    `flashmeet outbox release` sends them, `flashmeet outbox drop` does not.
    """
    with opened() as installation:
        try:
            manifest, parked = restore_backup(installation.database, file, now=now())
            _record(installation.database, Act.RESTORED, about=manifest.made_at)
        except NoBackup:
            raise Refused(f"{file} is no whole backup of flashmeet. Nothing was written.") from None
        except NotEmpty:
            schema = read_manifest(file).schema
            raise Refused(
                "this database is not empty. Nothing was written. Name a new one in FLASHMEET_DATABASE_URL, without "
                f"tables (the backup brings its own, schema {schema})."
            ) from None
        except UnknownRevision:
            raise Refused(
                f"the backup has schema {read_manifest(file).schema}, which this flashmeet does not know: "
                "install the version that it was made with."
            ) from None
    click.echo(f"{_counted(manifest)} are back, from {manifest.made_at[:16].replace('T', ' ')} UTC.")
    if parked:
        click.echo(f"{parked} messages are kept back: see `flashmeet outbox --help`.")


def _record(database: Database, act: Act, *, about: str = "") -> None:
    """Adds a line to the record, unless the schema is another version's."""
    if migrate.at_head(database):
        with database.writing() as db:
            record(db, act, about=about)


def _counted(manifest: Manifest) -> str:
    return f"{sum(manifest.rows.values())} rows in {len(manifest.rows)} tables"
