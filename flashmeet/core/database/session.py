"""The engine, and the two ways into it: a unit of work that reads, and one that writes.

On SQLite a read begins deferred with `PRAGMA query_only`, a write begins immediate: readers never queue, and a
writer never finds out at its last statement that somebody else wrote. On PostgreSQL a read is a read-only transaction.
Either way the database itself refuses a write where a page only meant to look.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 15_000
IDLE_TIMEOUT_MS = 60_000
"""A process that stands still in the middle of a transaction loses it after that, and with it the locks it holds."""
WEB_CONNECTIONS, WORKER_CONNECTIONS = 16, 4


class Database:
    """One database: `reading()` and `writing()` give a session and end its transaction."""

    def __init__(self, url: str, *, connections: int = WEB_CONNECTIONS) -> None:
        self.engine = _engine(url, connections)
        readonly: dict[str, Any] = {"flashmeet_read": True}  # execution options are an open dict in SQLAlchemy too
        if self.engine.dialect.name == "postgresql":
            readonly["postgresql_readonly"] = True
        self._read = sessionmaker(self.engine.execution_options(**readonly), expire_on_commit=False)
        self._write = sessionmaker(self.engine, expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that cannot write."""
        with self._read() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed when the block ends well, and rolled back when it raises."""
        with self._write() as session, session.begin():
            yield session

    def dispose(self) -> None:
        """Closes every pooled connection; a forked process calls it before its first use."""
        self.engine.dispose()


def clock(session: Session) -> datetime:
    """Now, as the database tells it: the one clock that several workers share."""
    if session.get_bind().dialect.name == "sqlite":
        return datetime.now(UTC)
    told: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return told.astimezone(UTC)


def is_away(error: BaseException) -> bool:
    """Whether that says: gone, stopped, full or out of connections; what is wrong with our own statements is not."""
    if isinstance(error, OperationalError | InterfaceError | NoConnection):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


def is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _engine(url: str, connections: int) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(
            url, hide_parameters=True, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
        )
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    return create_engine(
        url,
        hide_parameters=True,  # an error's text ends in the log; what people typed does not
        pool_size=connections // 2,
        max_overflow=connections - connections // 2,
        pool_pre_ping=True,
        pool_timeout=10,
        connect_args={"options": _postgres_options(), "connect_timeout": 5},
    )


def _postgres_options() -> str:
    """The settings of every connection."""
    settings = {"timezone": "UTC", "lock_timeout": 15_000, "idle_in_transaction_session_timeout": IDLE_TIMEOUT_MS}
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def _open_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we begin ourselves; the driver would begin deferred
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("flashmeet_read", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
    connection.exec_driver_sql("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")
