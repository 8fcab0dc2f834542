"""Backup and restore: one zip file, `manifest.json` and one `table.jsonl` per table, for either database.

A backup holds everything in the database, personal data included, and no settings: keep FLASHMEET_SECRET_KEY apart.
"""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from sqlalchemy import Connection, Table, update
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from flashmeet.cli.backup import snapshot
from flashmeet.cli.backup.folder import set_aside
from flashmeet.core.database import migrate, schema
from flashmeet.core.database.session import Database
from flashmeet.core.errors import Refusal
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.outreach.models import Campaign
from flashmeet.outreach.rules.campaigns import CampaignState

FORMAT, MANIFEST = 1, "manifest.json"
PARKED_BY_RESTORE = "restored from a backup"


class NoBackup(Refusal):
    """The file is not a flashmeet backup, or not a complete one."""

    code = "no_backup"


class NewFormat(Refusal):
    """The backup was written in a form that this program does not read yet."""

    code = "new_format"


class NotEmpty(Refusal):
    """The database to restore into is not empty."""

    code = "not_empty"


class NoSchema(Refusal):
    """The database has no tables, so there is nothing to back up."""

    code = "no_schema"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """A backup's description of itself; `rows` counts per table."""

    format: int
    schema: str
    made_at: str
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptBack:
    """What may have happened after the backup was made, and waits for a person: messages, and campaigns."""

    messages: int
    campaigns: int


def back_up(
    database: Database, path: Path, *, now: datetime, proves: Callable[[Path], object] | None = None
) -> Manifest:
    """Writes the database at one instant to `path`, readable by its owner only.

    The file appears there when it is complete and on the disk; one that is NoBackup to `proves` is set aside under
    another name. Whatever else `proves` raises says nothing about the file.
    """
    revision = schema.current(database)
    if revision is None:
        raise NoSchema
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.touch(mode=0o600)
    try:
        with snapshot.frozen_connection(database) as connection, ZipFile(unfinished, "w", ZIP_DEFLATED) as file:
            counts = {table.name: _write(connection, file, table) for table in snapshot.tables(connection)}
            manifest = Manifest(format=FORMAT, schema=revision, made_at=now.isoformat(), rows=counts)
            file.writestr(MANIFEST, json.dumps(asdict(manifest), indent=2))
        _settle_on_disk(unfinished)
        _name(unfinished, path, proves)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def _name(unfinished: Path, path: Path, proves: Callable[[Path], object] | None) -> None:
    """Gives a written backup the name that it deserves."""
    name = path
    try:
        if proves is not None:
            proves(unfinished)
    except NoBackup:
        name = set_aside(path)
        raise
    finally:
        unfinished.replace(name)
        _settle_on_disk(path.parent)


def _settle_on_disk(path: Path) -> None:
    """Waits until a file, or the names in a folder, would outlast a power cut."""
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _write(connection: Connection, file: ZipFile, table: Table) -> int:
    count = 0
    with file.open(f"{table.name}.jsonl", "w", force_zip64=True) as out:
        for row in snapshot.rows(connection, table):
            out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
            count += 1
    return count


def restore(database: Database, path: Path, *, now: datetime, scripts: Path | None = None) -> tuple[Manifest, KeptBack]:
    """Fills an empty database and upgrades its schema; returns the manifest and what is kept back.

    All of it is one transaction: what fails on the way leaves not even a table. Messages due before now stay parked
    until an operator releases them: they may have been sent after the backup was made. Campaigns under way are paused
    until an administrator resumes them: they may have written to more people since. `scripts` holds the migrations,
    ours by default. Raises NoBackup, NewFormat, NotEmpty, and UnknownRevision of `core.database.migrate`.
    """
    manifest = read_manifest(path)
    try:
        with ZipFile(path) as file, migrate.alone(database) as connection:
            if schema.current_on(connection) is None:
                migrate.upgrade_on(connection, revision=manifest.schema, scripts=scripts)
            if schema.current_on(connection) != manifest.schema:
                raise NotEmpty(schema=manifest.schema)
            _fill(connection, file, manifest)
            migrate.upgrade_on(connection, scripts=scripts)
            with Session(connection) as db:
                return manifest, KeptBack(park_due(db, now=now), pause_campaigns(db))
    except (migrate.BrokenReferences, DataError, IntegrityError):  # rows that no database of ours has held
        raise NoBackup from None


def read_manifest(path: Path) -> Manifest:
    """Returns the manifest of a backup. Raises NoBackup, NewFormat."""
    try:
        with ZipFile(path) as file:
            told = json.loads(file.read(MANIFEST))
        if isinstance(told["format"], int) and told["format"] > FORMAT:
            raise NewFormat
        manifest = Manifest(**told)
    except (BadZipFile, KeyError, TypeError, ValueError, zlib.error):
        raise NoBackup from None
    if not (isinstance(manifest.schema, str) and isinstance(manifest.rows, dict)):
        raise NoBackup
    return manifest


def _fill(connection: Connection, file: ZipFile, manifest: Manifest) -> None:
    tables = snapshot.tables(connection)
    if any(not snapshot.is_empty(connection, table) for table in tables):
        raise NotEmpty(schema=manifest.schema)
    if {table.name for table in tables} != set(manifest.rows):
        raise NoBackup
    for table in tables:
        try:
            count = snapshot.fill(connection, table, _rows(file, table.name))
        except (BadZipFile, EOFError, KeyError, TypeError, ValueError, AttributeError, zlib.error):
            raise NoBackup from None
        if count != manifest.rows.get(table.name):
            raise NoBackup
        snapshot.go_on_counting(connection, table)


def _rows(file: ZipFile, name: str) -> Iterator[snapshot.Row]:
    with file.open(f"{name}.jsonl") as lines:
        for line in lines:
            yield json.loads(line)


def park_due(db: Session, *, now: datetime) -> int:
    """Parks messages that may have been sent already; returns how many rows."""
    unsettled = OutboxMessage.state.in_((OutboxState.WAITING, OutboxState.SENDING, OutboxState.UNKNOWN))
    begun = OutboxMessage.state.in_((OutboxState.SENDING, OutboxState.UNKNOWN)) | (OutboxMessage.due_at <= now)
    parked = db.execute(
        update(OutboxMessage)
        .where(unsettled, begun)
        .values(state=OutboxState.PARKED, reason=PARKED_BY_RESTORE, lease_until=None)
        .returning(OutboxMessage.id)
    )
    return len(parked.all())


def pause_campaigns(db: Session) -> int:
    """Pauses the campaigns under way; returns how many."""
    running = update(Campaign).where(Campaign.state == CampaignState.RUNNING).values(state=CampaignState.PAUSED)
    return len(db.execute(running.returning(Campaign.id)).all())


def release_parked(db: Session) -> int:
    """Makes all messages that a restore parked due; the worker drops those no longer useful. Returns how many rows."""
    released = db.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.PARKED, OutboxMessage.reason == PARKED_BY_RESTORE)
        .values(state=OutboxState.WAITING, reason="")
        .returning(OutboxMessage.id)
    )
    return len(released.all())


def drop_parked(db: Session, *, now: datetime) -> int:
    """Drops all messages that a restore parked; returns how many rows."""
    dropped = db.execute(
        update(OutboxMessage)
        .where(OutboxMessage.state == OutboxState.PARKED, OutboxMessage.reason == PARKED_BY_RESTORE)
        .values(state=OutboxState.DROPPED, settled_at=now)
        .returning(OutboxMessage.id)
    )
    return len(dropped.all())
