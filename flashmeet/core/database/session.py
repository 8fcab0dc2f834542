"""The engine, and the two ways into it: a unit of work that reads, and one that writes.

On SQLite a read begins deferred with `PRAGMA query_only`, a write begins immediate: readers never queue, and a
writer never finds out at its last statement that somebody else wrote. On PostgreSQL a read is a read-only transaction.
Either way the database itself refuses a write where a page only meant to look.

A request reads by one session from beginning to end: one transaction, one copy of each row. It ends before anything
else begins, so a request never holds two connections and sees what it wrote itself.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session


class Database(Protocol):
    """One database: `reading()` and `writing()` give a session and end its transaction.

    `flashmeet.core.database.engine` holds the one there is.
    """

    engine: Engine

    def reading(self) -> AbstractContextManager[Session]:
        """A session that cannot write."""
        ...

    def writing(self) -> AbstractContextManager[Session]:
        """A session that is committed when the block ends well, and rolled back when it raises."""
        ...

    def request_reading(self) -> Session:
        """The one session with which the request that is being answered reads; it cannot write."""
        ...

    def end_request_reading(self) -> None:
        """Ends that session's transaction; the next look begins another. `reading()` and `writing()` do it first."""
        ...

    def dispose(self) -> None:
        """Closes every pooled connection."""
        ...


def clock(db: Session) -> datetime:
    """Now, as the database tells it: the one clock that several workers share."""
    if db.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    told: datetime = db.execute(select(func.clock_timestamp())).scalar_one()
    return told.astimezone(UTC)


def is_away(error: BaseException) -> bool:
    """Whether that says: gone, stopped, full or out of connections; what is wrong with our own statements is not."""
    if isinstance(error, OperationalError | InterfaceError | NoConnection):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def is_sqlite(db: Session) -> bool:
    return db.get_bind().dialect.name == "sqlite"
