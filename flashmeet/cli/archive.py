"""`flashmeet backup` and `flashmeet restore`."""

from __future__ import annotations

from pathlib import Path

import click

from flashmeet.cli.backup.archive_file import (
    Manifest,
    NewFormat,
    NoBackup,
    NoSchema,
    NotEmpty,
    back_up,
    read_manifest,
)
from flashmeet.cli.backup.archive_file import restore as restore_backup
from flashmeet.cli.backup.folder import forget_oldest, forget_rests, new_name, set_aside
from flashmeet.cli.backup.verification import Trial
from flashmeet.cli.installation import Installation, Refused, now, opened, record
from flashmeet.core.backups import note_backup, note_failed_trial
from flashmeet.core.database import schema
from flashmeet.core.database.migrate import UnknownRevision
from flashmeet.core.database.session import Database
from flashmeet.identity.acts import Act


@click.command()
@click.argument("file", type=click.Path())
@click.argument("other", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False)
@click.option(
    "--keep", type=click.IntRange(1, 10_000), help="FILE is a folder: keep its newest backups, delete others."
)
@click.option(
    "--verify", "verifies", is_flag=True, help="Restore the new backup on trial before older ones are deleted."
)
def backup(file: str, other: Path | None, keep: int | None, verifies: bool) -> None:
    """Write the whole database to one file, or restore one on trial (`backup verify FILE`).

    FILE holds the database as it is at this instant; the service keeps running meanwhile. Where FILE is a folder, or
    ends with /, the backup gets a name with the time.

    It is a zip of JSON lines, the same for SQLite and PostgreSQL. It contains personal data: keep it safe, and keep
    FLASHMEET_SECRET_KEY and FLASHMEET_CREDENTIALS_KEY apart from it.

    `flashmeet backup verify FILE` restores FILE into a SQLite that is thrown away, and counts every table. It needs no
    settings.
    """
    if other is not None:
        if file != "verify":
            raise click.UsageError("one FILE only, or `backup verify FILE`")
        click.echo(f"{_counted(_verified(other))} in {other} can be restored.")
        return
    if file == "verify":
        raise click.UsageError("which backup? `backup verify FILE`; a new one of that name is `backup ./verify`")
    folder = _folder(file)
    if keep and folder is None:
        raise click.UsageError("--keep needs a folder in place of FILE")
    _back_up(folder / new_name(now()) if folder else Path(file), folder, keep=keep, verifies=verifies)


def _folder(said: str) -> Path | None:
    """Returns the folder that is meant, made if missing; None for a file. Raises Refused."""
    path = Path(said)
    if not path.is_dir() and not said.endswith("/"):
        return None
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(f"the folder {path} cannot be made: {error.strerror}") from None
    return path


def _back_up(target: Path, folder: Path | None, *, keep: int | None, verifies: bool) -> None:
    """Writes the backup, restores it on trial, notes it, and deletes old ones, in this order.

    One whose trial fails is set aside; no older one is deleted then.
    """
    with opened() as installation:
        manifest, untried = _written(installation, target, folder, verifies=verifies)
        proved = verifies and not untried
        click.echo(f"{_counted(manifest)} are in {target}{' and can be restored' if proved else ''}.")
        if schema.at_head(installation.database):
            with installation.database.writing() as db:
                note_backup(db, rows=sum(manifest.rows.values()), verified=proved, now=now())
                record(db, Act.BACKED_UP)
    if untried:
        raise Refused(f"the backup was not tried, so no older one was deleted: {untried}")
    if folder and keep:
        for gone in forget_oldest(folder, keep=keep, now=now()):
            click.echo(f"Deleted {gone}.")


def _written(installation: Installation, target: Path, folder: Path | None, *, verifies: bool) -> tuple[Manifest, str]:
    """Writes the backup and tries it; also returns why the machine could not try it, "" if it could. Raises Refused.

    What is no file, such as a pipe or a device, is never replaced by one.
    """
    if target.exists() and not target.is_file():
        raise Refused(f"{target} is no file: a backup is one. Name a file, or a folder.")
    trial = Trial()
    try:
        return back_up(installation.database, target, now=now(), proves=trial if verifies else None), trial.untried
    except NoSchema:
        raise Refused("there is nothing to back up: the database has no tables.") from None
    except NoBackup:
        _note_failure(installation, folder)
        raise Refused(
            f"the backup could not be restored on trial, so it is none. It lies in {set_aside(target)} for people to "
            "look at, and no older one was deleted. Do the disk and the memory of this machine have faults?"
        ) from None
    except OSError as error:
        raise Refused(f"{target} cannot be written: {error.strerror}") from None


def _note_failure(installation: Installation, folder: Path | None) -> None:
    if folder:
        forget_rests(folder)
    if schema.at_head(installation.database):
        with installation.database.writing() as db:
            note_failed_trial(db, now=now())


def _verified(file: Path) -> Manifest:
    """Restores the backup on trial. Raises Refused."""
    trial = Trial()
    try:
        manifest = trial(file)
    except (NoBackup, NotEmpty):
        raise Refused(f"{file} is no whole backup of flashmeet: it cannot be restored.") from None
    except NewFormat:
        raise Refused(newer_backup("a form")) from None
    if manifest is None:
        raise Refused(f"{file} could not be tried: {trial.untried}")
    return manifest


def newer_backup(what: str) -> str:
    return (
        f"the backup has {what}, which this flashmeet does not know: install the version that it was made with, or a "
        "later one. Nothing was written."
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def restore(file: Path) -> None:
    """Fill an empty database from a backup.

    SQLite and PostgreSQL read each other's backups.

    Messages that were due before now are kept back, because they may have been sent after the backup was made:
    `flashmeet outbox release` sends them, `flashmeet outbox drop` does not. Campaigns under way are paused.
    """
    with opened() as installation:
        try:
            manifest, kept = restore_backup(installation.database, file, now=now())
            _record(installation.database, Act.RESTORED, about=manifest.made_at)
        except NoBackup:
            raise Refused(f"{file} is no whole backup of flashmeet. Nothing was written.") from None
        except NotEmpty:
            brought = read_manifest(file).schema
            raise Refused(
                "this database is not empty. Nothing was written. Name a new one in FLASHMEET_DATABASE_URL, without "
                f"tables (the backup brings its own, schema {brought})."
            ) from None
        except NewFormat:
            raise Refused(newer_backup("a form")) from None
        except UnknownRevision:
            raise Refused(newer_backup(f"schema {read_manifest(file).schema}")) from None
    click.echo(f"{_counted(manifest)} are back, from {manifest.made_at[:16].replace('T', ' ')} UTC.")
    if kept.messages:
        click.echo(f"{kept.messages} messages are kept back: see `flashmeet outbox --help`.")
    if kept.campaigns:
        click.echo(f"Paused campaigns: {kept.campaigns}. /admin/outreach resumes or ends each.")


def _record(database: Database, act: Act, *, about: str = "") -> None:
    """Adds a line to the record, unless the schema is another version's."""
    if schema.at_head(database):
        with database.writing() as db:
            record(db, act, about=about)


def _counted(manifest: Manifest) -> str:
    return f"{sum(manifest.rows.values())} rows in {len(manifest.rows)} tables"
