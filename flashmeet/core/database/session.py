"""The database's interface: units of work that read, and units of work that write.

On SQLite a read begins deferred with `PRAGMA query_only`, a write begins immediate: readers never queue, and a writer
never learns at its last statement that another one wrote. On PostgreSQL each statement of a read is a read-only
transaction by itself, so that nobody waits for a BEGIN and a ROLLBACK; behind a pooler the read is one. Either way the
database refuses a write inside a read.

A request reads through one database session: one connection, one copy of each row. It ends before any other unit of
work begins, so that a request never holds two connections and sees its own writes.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any, Protocol

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session


class Database(Protocol):
    """One database: `reading()` and `writing()` yield a database session and end its transaction.

    Implemented by `flashmeet.core.database.engine`.
    """

    engine: Engine
    pooled: bool
    """Whether a pooler stands between, so that a connection is ours for a transaction only."""

    def reading(self) -> AbstractContextManager[Session]:
        """Yields a read-only database session."""
        ...

    def writing(self, *, hurried: bool = False) -> AbstractContextManager[Session]:
        """Yields a database session; commits it when the block ends normally, rolls back when it raises.

        One that is `hurried` waits half a second for others at most.
        """
        ...

    def request_reading(self) -> Session:
        """Returns the current request's read-only database session."""
        ...

    def end_request_reading(self) -> None:
        """Ends that session's transaction; the next read begins another. `reading()` and `writing()` call it first."""
        ...

    def dispose(self) -> None:
        """Closes every pooled connection."""
        ...


def begin_reading(db: Session) -> None:
    """Begins a transaction of the database in a unit of work that reads, where it would do without one.

    For rows that are read in parts (`yield_per`), which a cursor of PostgreSQL gives within a transaction only.
    """
    connection = db.connection()
    driver: Any = connection.connection.driver_connection
    if not is_sqlite(db) and driver.info.transaction_status == _IDLE:
        connection.exec_driver_sql("BEGIN READ ONLY")


_IDLE = 0
"""PostgreSQL's PQTRANS_IDLE: no transaction has begun."""


def clock(db: Session) -> datetime:
    """Returns the current time of the database: the one clock that several workers share."""
    if db.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    told: datetime = db.execute(select(func.clock_timestamp())).scalar_one()
    return told.astimezone(UTC)


def is_away(error: BaseException) -> bool:
    """Whether the database is gone, stopped, full, broken, out of connections, or a copy that takes no writes.

    Errors in statements do not count, nor does a unit of work that others stood in the way of.
    """
    if is_contended(error):
        return False
    if isinstance(error, OperationalError | InterfaceError | NoConnection):
        return True
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or _takes_no_writes(error) or _is_broken(error)
    )


def _takes_no_writes(error: DBAPIError) -> bool:
    """Whether PostgreSQL is a standby, or was made read-only: after a failover, or when its disk has filled up."""
    return (error.statement or "").startswith(BEGIN_WRITING) or _sqlstate(error) == _READ_ONLY


def _is_broken(error: DBAPIError) -> bool:
    """Whether what lies on the disk cannot be read: until somebody puts a whole copy there, there is no database."""
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    return name.startswith("SQLITE_CORRUPT") or name == "SQLITE_NOTADB" or _sqlstate(error) in _CORRUPTED


READS = "flashmeet_read"
"""The execution option of units of work that read."""
HURRIES, HURRY_MS = "flashmeet_hurry", 500
"""The execution option of units of work that give up after this time where others stand in their way."""
BEGIN_WRITING = "BEGIN READ WRITE"
"""What begins a transaction that writes. A standby refuses it as a feature that it lacks."""
_READ_ONLY = "25006"
_CORRUPTED = ("XX001", "XX002")
_DEADLOCK_DETECTED, _LOCK_NOT_AVAILABLE = "40P01", "55P03"
"""PostgreSQL's SQLSTATE."""


def is_deadlock(error: BaseException) -> bool:
    """Whether PostgreSQL ended the unit of work because it and another waited for each other: tried again, it passes.

    SQLite has one writer at a time, and no deadlocks.
    """
    return _sqlstate(error) == _DEADLOCK_DETECTED


def is_contended(error: BaseException) -> bool:
    """Whether PostgreSQL, which is well, ended the unit of work because others held the same rows: a deadlock, or a
    lock that was not had in time. A file of SQLite that another program keeps locked counts as away."""
    return _sqlstate(error) in (_DEADLOCK_DETECTED, _LOCK_NOT_AVAILABLE)


def is_refused(error: BaseException) -> bool:
    """Whether nothing could be written, for whatever reason that is not the statement's."""
    return is_away(error) or is_contended(error)


def fault_of(error: BaseException) -> str:
    """Names a fault for the log, without a value of any row: `DiskFull 53100`, `OperationalError SQLITE_FULL`."""
    origin = getattr(error, "orig", None)
    code = getattr(origin, "sqlstate", None) or getattr(origin, "sqlite_errorname", None) or ""
    return f"{type(error).__name__} {code}".strip()


def _sqlstate(error: BaseException) -> str | None:
    return getattr(error.orig, "sqlstate", None) if isinstance(error, DBAPIError) else None


def is_sqlite(db: Session) -> bool:
    return db.get_bind().dialect.name == "sqlite"
