"""A trial restore: a backup that cannot be restored is none."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from flashmeet.cli.backup import snapshot
from flashmeet.cli.backup.archive_file import Manifest, NoBackup, read_manifest, restore
from flashmeet.cli.installation import now
from flashmeet.core.database.engine import Database
from flashmeet.core.database.migrate import UnknownRevision


@dataclass(slots=True)
class Trial:
    """Tries a backup. `untried` is why this machine could not, which says nothing about the backup."""

    untried: str = ""

    def __call__(self, path: Path) -> Manifest | None:
        """Returns what the backup says of itself; None where it could not be tried. Raises what `restore` raises."""
        try:
            return verify(path, now=now())
        except UnknownRevision:
            schema = read_manifest(path).schema
            self.untried = f"it has schema {schema}, which this flashmeet does not know. Install the version that does."
        except OperationalError as error:
            self.untried = _no_room(f"{error.orig}")
        except OSError as error:
            self.untried = _no_room(error.strerror or f"{error}")
        return None


def _no_room(said: str) -> str:
    return f"{said.strip()}. A trial needs room in {tempfile.gettempdir()}; TMPDIR names another folder."


def verify(path: Path, *, now: datetime) -> Manifest:
    """Restores the backup into a SQLite that is thrown away, and counts. Raises what `restore` raises."""
    with tempfile.TemporaryDirectory(prefix="flashmeet-verify-") as scratch:
        database = Database(f"sqlite:///{Path(scratch) / 'trial.sqlite3'}")
        try:
            manifest, _ = restore(database, path, now=now)
            with database.engine.connect() as connection:
                counts = {
                    table.name: connection.scalar(select(func.count()).select_from(table))
                    for table in snapshot.tables(connection)
                }
        finally:
            database.dispose()
    if any(counts.get(name) != rows for name, rows in manifest.rows.items()):
        raise NoBackup
    return manifest
