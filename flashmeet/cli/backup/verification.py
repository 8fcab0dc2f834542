"""A trial restore: a backup that cannot be restored is none."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from flashmeet.cli.backup import snapshot
from flashmeet.cli.backup.archive_file import Manifest, NoBackup, restore
from flashmeet.core.database.engine import Database


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
