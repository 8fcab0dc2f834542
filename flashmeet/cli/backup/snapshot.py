"""Reads the whole database as of one instant, and writes it into an empty one of either kind.

Tables are taken from the database, not from the models, so that any schema that a migration ever made can be read and
written. Values are JSON: an instant is `2026-12-09T17:00:00Z`, a date `2026-12-09`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, Date, DateTime, Integer, MetaData, Table, func, insert, select

from flashmeet.core.database.session import Database

VERSION_TABLE = "alembic_version"
_ROWS_AT_ONCE = 1_000

Row = dict[str, object]


@contextmanager
def frozen_connection(database: Database) -> Iterator[Connection]:
    """Yields a connection that sees the database as of one instant, while others go on writing."""
    engine = database.engine.execution_options(flashmeet_read=True)
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with engine.connect() as connection, connection.begin():
        yield connection


def tables(connection: Connection) -> list[Table]:
    """Returns every table of the schema, referenced ones first."""
    found = MetaData()
    found.reflect(connection)
    return [table for table in found.sorted_tables if table.name != VERSION_TABLE]


def rows(connection: Connection, table: Table) -> Iterator[Row]:
    """Yields every row, read in batches."""
    query = select(table).order_by(*table.primary_key.columns)
    result = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query)
    for row in result.mappings():
        yield {name: _told(value) for name, value in row.items()}


def is_empty(connection: Connection, table: Table) -> bool:
    return connection.execute(select(table).limit(1)).first() is None


def fill(connection: Connection, table: Table, rows: Iterable[Row]) -> int:
    """Inserts the rows; returns how many."""
    left, count = iter(rows), 0
    while batch := [_read(table, row) for row in islice(left, _ROWS_AT_ONCE)]:
        connection.execute(insert(table), batch)
        count += len(batch)
    return count


def go_on_counting(connection: Connection, table: Table) -> None:
    """Sets the sequence past the inserted ids. SQLite does so by itself."""
    column = _counted(table)
    if column is None or connection.dialect.name != "postgresql":
        return
    sequence = func.pg_get_serial_sequence(connection.dialect.identifier_preparer.format_table(table), column.name)
    connection.execute(select(func.setval(sequence, select(func.max(column)).scalar_subquery())))


def _counted(table: Table) -> Column[Any] | None:
    """Returns the column that the database numbers by itself."""
    keys = list(table.primary_key.columns)
    if len(keys) != 1 or not isinstance(keys[0].type, Integer) or keys[0].foreign_keys:
        return None
    return keys[0]


def _told(value: object) -> object:
    if isinstance(value, datetime):
        at = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        return at.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def _read(table: Table, row: Row) -> Row:
    """Returns the row as the database takes it. Raises KeyError for a column that the table does not have."""
    return {name: _value(table.c[name], value) for name, value in row.items()}


def _value(column: Column[Any], value: object) -> object:
    if not isinstance(value, str):
        return value
    if isinstance(column.type, DateTime):
        at = datetime.fromisoformat(value)
        return at if column.type.timezone else at.replace(tzinfo=None)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value
