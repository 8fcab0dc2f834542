"""Rows for every table of a schema, whatever the models have become since."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Float, Integer, Table, func, insert, select

from flashmeet.cli.backup import snapshot
from flashmeet.core.database.session import Database

ROWS = 2
AT = datetime(2026, 12, 9, 17, tzinfo=UTC)
ASKED: dict[tuple[str, str], object] = {
    ("booking", "ends_at"): AT.replace(hour=18),
    ("session_answer", "clearer"): 5,
    ("thread_message", "booking_id"): 1,
}
"""What a check of the table asks for beyond its types."""


def fill_every_table(database: Database) -> dict[str, int]:
    """Two rows in each. Where a row refers to two others of a table, they are not the same one."""
    with database.engine.begin() as connection:
        for table in snapshot.tables(connection):
            for number in range(1, ROWS + 1):
                connection.execute(insert(table).values(_row(table, number)))
    return rows_by_table(database)


def rows_by_table(database: Database) -> dict[str, int]:
    with snapshot.frozen_connection(database) as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in snapshot.tables(connection)
        }


def _row(table: Table, number: int) -> dict[str, object]:
    references = 0
    row: dict[str, object] = {}
    for column in table.columns:
        if (table.name, column.name) in ASKED:
            row[column.name] = ASKED[table.name, column.name]
        elif column.foreign_keys and not column.nullable:
            row[column.name] = (number + references - 1) % ROWS + 1 if _is_number(column) else f"{number}"
            references += 1
        elif not column.nullable:
            row[column.name] = _value(column, number)
    return row


def _is_number(column: Column[Any]) -> bool:
    return isinstance(column.type, Integer)


def _value(column: Column[Any], number: int) -> object:
    kinds: list[tuple[Any, object]] = [
        (Boolean, False),
        (Integer, number),
        (Float, float(number)),
        (DateTime, AT),
        (Date, date(2026, 12, number)),
        (JSON, []),
    ]
    return next((value for kind, value in kinds if isinstance(column.type, kind)), f"{number}")
