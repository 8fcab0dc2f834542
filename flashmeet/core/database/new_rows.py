"""New rows that are written by a statement built once.

A flush of the ORM looks at everything that the session holds, at every column and at every relationship, to find out
what to write and in which order: that costs more than the driver and the database together. Where a use case knows,
it says so here.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Column, ColumnDefault, Table, bindparam, insert, inspect, select, union_all
from sqlalchemy.orm import Mapper, Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningInsert

from flashmeet.core.database.base import Base
from flashmeet.core.database.bulk import insert_all, reserve_ids


def write_new(db: Session, *rows: Base, told_apart_by: str = "id") -> None:
    """Inserts new rows of one table, whose key `id` the database gives; the session then holds them like rows that it
    has read, with the plain defaults of what was left out.

    Relationships are for the caller to fill in (`set_committed_value`). Of several rows, `told_apart_by` is a column
    that differs between them. What the session has not written yet is written first, but for these rows.
    """
    for row in rows:
        if row in db:
            db.expunge(row)
    if db.new or db.dirty or db.deleted:
        db.flush()
    facts = [_facts(row) for row in rows]
    values = {f"{name}_{number}": value for number, each in enumerate(facts) for name, value in each.items()}
    given = db.execute(_insert(type(rows[0]), told_apart_by, len(rows)), values).all()
    ids = {mark: id for id, mark in given} if len(rows) > 1 else {None: given[0][0]}
    for row, each in zip(rows, facts, strict=True):
        _hold(db, row, ids[each[told_apart_by] if len(rows) > 1 else None])


def write_in_bulk(db: Session, rows: Sequence[Base]) -> None:
    """Inserts many new rows of one table, whose columns go by the names of their attributes, and gives them their ids;
    the session does not hold them afterwards."""
    if not rows:
        return
    table = cast(Table, type(rows[0]).__table__)
    for id_, row in zip(reserve_ids(db, table, len(rows)), rows, strict=True):
        set_committed_value(row, "id", id_)
    insert_all(db, table, [{"id": inspect(row).dict["id"], **_facts(row)} for row in rows])


def _facts(row: Base) -> dict[str, Any]:
    """Returns its columns but the key, and has the row itself know them all."""
    there, facts = inspect(row).dict, {}
    for name, default in _defaults(type(row)).items():
        if name not in there:
            set_committed_value(row, name, default)
        facts[name] = there[name]
    return facts


@cache
def _defaults(model: type[Base]) -> dict[str, Any]:
    """The plain default of each column but the key."""
    mapper: Mapper[Base] = inspect(model)
    return {name: _plain(column) for name, column in mapper.columns.items() if name != "id"}


def _plain(column: Column[Any]) -> object:
    if column.default is None:
        return None
    assert isinstance(column.default, ColumnDefault) and column.default.is_scalar  # noqa: S101  # of these tables
    return column.default.arg


@cache
def _insert(model: type[Base], told_apart_by: str, count: int) -> ReturningInsert[Any]:
    table, mapper = cast(Table, model.__table__), inspect(model)
    columns = {name: mapper.columns[name] for name in _defaults(model)}
    rows = [
        select(*(bindparam(f"{name}_{number}", type_=each.type) for name, each in columns.items()))
        for number in range(count)
    ]
    new = insert(table).from_select([each.name for each in columns.values()], union_all(*rows))
    return new.returning(table.c.id, mapper.columns[told_apart_by])


def _hold(db: Session, row: Base, id_: int) -> None:
    """Whatever the session holds under that id is of a row that is gone: written, and rolled back to a savepoint."""
    set_committed_value(row, "id", id_)
    make_transient_to_detached(row)
    key = inspect(row).key
    gone = db.identity_map.get(key) if key is not None else None
    if gone is not None:
        db.expunge(gone)
    db.add(row)
