"""Tells a sleeping worker that another transaction has committed something it may have to do.

PostgreSQL notifies at commit (`LISTEN`); the transaction that writes something due sends the word by a trigger, so that
no writer can forget it. SQLite counts the commits of other connections (`PRAGMA data_version`), which is read four
times a second and touches no table.
"""

from __future__ import annotations

import select
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import DDL

from flashmeet.core.database.session import Database
from flashmeet.core.database.sqlite_file import file_identity

log = structlog.get_logger("flashmeet.bell")

LOOKS_EVERY, LISTENS_FOR, RESTS = 0.25, 0.5, 0.05
"""Seconds. After a ring the bell rests, so that a hundred commits a second are not a hundred looks."""
AFTER_A_LOSS_SECONDS = 5.0
SOON_SECONDS = 30
"""A row that is due later rings no bell: whoever listens looks at least that often."""
CHANNEL = "flashmeet_due"

_MAKE = f"""
CREATE FUNCTION flashmeet_ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM pg_notify('{CHANNEL}', ''); RETURN NULL; END $$;
CREATE TRIGGER ring AFTER INSERT OR UPDATE OF due_at, state, lease_until ON outbox FOR EACH ROW
WHEN (NEW.state = 'waiting' AND NEW.lease_until IS NULL AND NEW.due_at <= now() + interval '{SOON_SECONDS} seconds')
EXECUTE FUNCTION flashmeet_ring()
"""
_MAKE_FOR_CALENDARS = f"""
CREATE TRIGGER ring AFTER INSERT OR UPDATE OF next_try_at, checks, writes ON calendar FOR EACH ROW
WHEN (NEW.next_try_at <= now() + interval '{SOON_SECONDS} seconds' AND (NEW.checks OR NEW.writes))
EXECUTE FUNCTION flashmeet_ring()
"""
MAKE_RINGING, DROP_RINGING, MAKE_CALENDARS_RINGING = (
    DDL(each).execute_if(dialect="postgresql")  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    for each in (_MAKE, "DROP FUNCTION flashmeet_ring()", _MAKE_FOR_CALENDARS)
)
"""For the table `outbox`, and for the table `calendar`, which is made after it."""


class Bell:
    """Rings when something may have become due, also when that was not heard, and when `stop` is set."""

    def __init__(self, database: Database, stop: threading.Event) -> None:
        self._database, self._stop = database, stop
        self._changed = threading.Condition()
        self.rings = 0
        self.heard = False
        """Whether every ring is heard now. Otherwise one has to look for oneself."""

    def wait(self, seconds: float, *, beyond: int) -> None:
        """Returns at the next ring after number `beyond`, or after that time."""
        with self._changed:
            self._changed.wait_for(lambda: self.rings > beyond or self._stop.is_set(), timeout=seconds)

    def listen(self) -> None:
        """Listens until `stop` is set; connects anew whenever the connection is lost."""
        while not self._stop.is_set():
            try:
                self._hear()
            except Exception as error:  # a bell that is not heard costs more looks, and nothing else
                log.warning("bell.lost", error=type(error).__name__)
            self._ring(heard=False)
            self._stop.wait(AFTER_A_LOSS_SECONDS)
        self._ring(heard=False)

    def _ring(self, *, heard: bool) -> None:
        with self._changed:
            self.rings, self.heard = self.rings + 1, heard
            self._changed.notify_all()

    def _hear(self) -> None:
        if self._database.pooled:
            self._stop.wait()
            return
        hears = self._count_commits if self._database.engine.dialect.name == "sqlite" else self._listen_for_words
        with self._connection() as connection:
            hears(connection)

    def _count_commits(self, connection: Any) -> None:  # noqa: ANN401  # the driver's
        """Returns when another file was put in the place of the one that it hears."""
        file = Path(self._database.engine.url.database or "")
        opened, known = file_identity(file), None
        while not self._stop.is_set() and file_identity(file) == opened:
            version = connection.execute("PRAGMA data_version").fetchone()
            if version != known:
                self._ring(heard=True)
            known = version
            self._stop.wait(LOOKS_EVERY)

    def _listen_for_words(self, connection: Any) -> None:  # noqa: ANN401  # the driver's
        connection.autocommit = True
        connection.execute(f"LISTEN {CHANNEL}")
        self._ring(heard=True)  # what was written before is not told again
        while not self._stop.is_set():
            if not select.select([connection.fileno()], [], [], LISTENS_FOR)[0]:
                continue
            connection.pgconn.consume_input()
            if connection.pgconn.notifies() is not None:
                while connection.pgconn.notifies() is not None:
                    pass
                self._ring(heard=True)
                self._stop.wait(RESTS)

    @contextmanager
    def _connection(self) -> Iterator[Any]:
        """Yields a connection of the driver's that is opened like any other, and belongs to no pool."""
        kept = self._database.engine.raw_connection()
        driver = kept.driver_connection
        kept.detach()
        try:
            yield driver
        finally:
            kept.close()
