"""Bulk inserts: fast paths for made-up networks, and inserts that ignore or count existing rows."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import repeat
from typing import Any, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnDefault,
    CursorResult,
    FromClause,
    Insert,
    String,
    Table,
    bindparam,
    column,
    func,
    literal,
    select,
    text,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Session

from flashmeet.core.database.session import is_sqlite
from flashmeet.core.database.types import UtcDateTime

_INSTANTS_KEPT, _ROOM_KIB = 100_000, 256 * 1024


def reserve_ids(db: Session, table: Table, count: int) -> range:
    """Reserves `count` ids that nobody else is given; the caller inserts their rows in this transaction."""
    if is_sqlite(db):
        highest = db.scalar(select(func.max(table.c.id))) or 0
        return range(highest + 1, highest + 1 + count)
    sequence = func.pg_get_serial_sequence(table.name, "id")
    last: int = db.execute(select(func.setval(sequence, func.nextval(sequence) + count))).scalar_one()
    return range(last - count, last)


def make_room(db: Session) -> None:
    """Gives this connection a larger page cache on SQLite, for as long as it lives: indexes grow in random places."""
    if is_sqlite(db):
        db.execute(text(f"PRAGMA cache_size = -{_ROOM_KIB}"))


def insert_all(db: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts all rows, which must have the same keys; missing columns take their plain default.

    Uses COPY on PostgreSQL and `executemany` on SQLite.
    """
    if not rows:
        return
    left_out = {
        column.name: column.default.arg
        for column in table.c
        if column.name not in rows[0] and isinstance(column.default, ColumnDefault) and column.default.is_scalar
    }
    columns = [table.c[name] for name in (*rows[0], *left_out)]
    connection = db.connection()
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  # an open connection has one
    quote = connection.dialect.identifier_preparer.quote
    into = f"{quote(table.name)} ({', '.join(quote(column.name) for column in columns)})"
    tuples = zip(*(_cells(column, rows, left_out, connection.dialect) for column in columns), strict=True)
    if is_sqlite(db):
        marks = ", ".join("?" * len(columns))
        driver.executemany(f"INSERT INTO {into} VALUES ({marks})", tuples)  # noqa: S608  # our own tables' names
        return
    with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for values in tuples:
            copy.write_row(values)


def _cells(
    column: Column[Any], rows: Sequence[dict[str, Any]], left_out: Mapping[str, object], dialect: Dialect
) -> Iterable[Any]:
    """Returns one column of all rows, as the driver takes it; of one that is left out, its default each time."""
    tell = _bind_processor(column, dialect)
    if column.name in left_out:
        return repeat(left_out[column.name] if tell is None else tell(left_out[column.name]), len(rows))
    values = [row[column.name] for row in rows]
    return values if tell is None else map(tell, values)


def _bind_processor(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Returns the column type's conversion to a driver value, if any. Instants repeat: each becomes text once, which
    the driver passes on many times faster than an instant."""
    tell: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if tell is None or not isinstance(column.type, UtcDateTime):
        return tell
    return functools.lru_cache(_INSTANTS_KEPT)(lambda at: None if at is None else str(tell(at)))


def insert_new(db: Session, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Inserts the rows that do not exist yet, in the order given, and returns how many that were.

    All rows have the same keys; missing columns take their plain default. Waits for another transaction that is
    inserting the same key, and counts its row as existing once it commits.
    """
    if is_sqlite(db):
        return _count(db, _ignoring_conflicts(table), list(rows))
    return _count(db, _of_one_text(table, tuple(rows[0])), {_ROWS: json.dumps(rows, default=_as_text)})


def insert_many(db: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts many rows and leaves existing ones unchanged."""
    if rows:
        insert_new(db, table, rows)


_ROWS = "rows"


def _count(db: Session, statement: Insert, values: Any) -> int:  # noqa: ANN401  # one row's values, or each row's
    return cast("CursorResult[Any]", db.execute(statement, values, execution_options=_COUNTED)).rowcount


_COUNTED = {"preserve_rowcount": True}


@functools.cache
def _ignoring_conflicts(table: Table) -> Insert:
    return sqlite.insert(table).on_conflict_do_nothing()


@functools.cache
def _of_one_text(table: Table, names: tuple[str, ...]) -> Insert:
    """Inserts rows that are one parameter, as JSON: one text of the statement for any number of rows, which SQLAlchemy
    compiles, the driver reads and PostgreSQL plans once."""
    said = func.json_to_recordset(sql_cast(bindparam(_ROWS, type_=String()), JSON))
    each = said.table_valued(*(column(name, table.c[name].type) for name in names))
    found = select(*each.render_derived(name="said", with_types=True).c)
    return postgresql.insert(table).from_select(names, found).on_conflict_do_nothing()


def _as_text(value: object) -> str:
    """An instant or a day, as PostgreSQL reads it."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("a naive datetime is no instant")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no column takes {type(value).__name__}")


Answered = tuple[int, int, str | None]
"""A row's id, the attempt that was answered, and the provider's reference."""


def as_rows(db: Session, answered: Sequence[Answered]) -> FromClause:
    """Returns the answers as a table with the columns `id`, `attempt` and `ref`."""
    if is_sqlite(db):
        each = func.json_each(json.dumps(answered)).table_valued(column("value", String))
        parts = {"id": BigInteger, "attempt": BigInteger, "ref": String}
        return select(
            *(
                func.json_extract(each.c.value, f"$[{place}]", type_=kind).label(name)
                for place, (name, kind) in enumerate(parts.items())
            )
        ).subquery("answered")
    ids, attempts, refs = zip(*answered, strict=True)
    big, words = postgresql.ARRAY(BigInteger), postgresql.ARRAY(String)
    return (
        func.unnest(literal(list(ids), big), literal(list(attempts), big), literal(list(refs), words))
        .table_valued(column("id", BigInteger), column("attempt", BigInteger), column("ref", String), name="answered")
        .render_derived()
    )
