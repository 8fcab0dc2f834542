"""Whether connections still lead to the file that lies at the database's path, and hold nothing broken of it.

SQLite goes on reading and writing a file that was deleted, or that another was put in the place of: what is booked then
is in no file that anybody finds again. And the log beside a file that was replaced belongs to the old one: read into
the new one, it breaks it.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.engine.interfaces import DBAPIConnection, ExceptionContext
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

log = structlog.get_logger()

GONE = "the database file is gone"
OLD_LOG = "the database file was replaced beside the log of the old one"
_OPENED = "flashmeet_file"

Identity = tuple[int, int]


class SqliteFile:
    """Listens to the pool of one file. Raises sqlite3.OperationalError where it must be neither read nor written."""

    def __init__(self, path: str) -> None:
        self._path, self._log_path = Path(path), Path(f"{path}-wal")
        self._opened: Identity | None = None
        self._log: Identity | None = None

    def before_connect(self, *_told: Any) -> None:  # noqa: ANN401  # SQLAlchemy's own arguments
        """Makes no new file where one was, and opens none beside a log that is not its own."""
        here = self._identity()
        if self._opened is not None and here != self._opened:
            log.warning("database.file_replaced")
            self._opened, self._log = here, None

    def connected(self, _connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        entry.info[_OPENED] = self._opened = file_identity(self._path)

    def check_same(
        self, _connection: DBAPIConnection, entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        """Has the pool open the file that lies there now, where it is whole. Raises DisconnectionError."""
        if self._identity() != entry.info[_OPENED]:
            raise DisconnectionError
        self._log = file_identity(self._log_path) or self._log

    def _identity(self) -> Identity | None:
        """Returns the file's, None before the first one was made."""
        here = file_identity(self._path)
        if self._opened is None or here == self._opened:
            return here
        if here is None:
            raise sqlite3.OperationalError(GONE)
        if self._log is not None and file_identity(self._log_path) == self._log:
            raise sqlite3.OperationalError(OLD_LOG)
        return here


def forget_broken_pages(context: ExceptionContext) -> None:
    """Closes a connection that read what is no database: it would keep those pages after the file was mended."""
    name = str(getattr(context.original_exception, "sqlite_errorname", ""))
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR_SHORT_READ")):
        context.is_disconnect = True


def file_identity(path: Path) -> Identity | None:
    """Returns what tells a file from another that is put in its place; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
