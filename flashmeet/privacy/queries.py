"""Statements made from the register: whose a row is, and since when its period runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, Table, and_, or_, select

from flashmeet.core.database.base import Base
from flashmeet.privacy.rules.entries import Kept, Period


def table_of(name: str) -> Table:
    return Base.metadata.tables[name]


def about(table: Table, path: str, member_id: int) -> ColumnElement[bool]:
    """Selects the rows from which the path leads to this member."""
    return _leading(table, path, lambda column: column == member_id)


def about_others(table: Table, path: str, member_id: int) -> ColumnElement[bool]:
    """Selects the rows from which the path leads to somebody else, too or alone."""
    return _leading(table, path, lambda column: column != member_id)


def _leading(table: Table, path: str, to: Callable[[Column[Any]], ColumnElement[bool]]) -> ColumnElement[bool]:
    column, target, rest = _step(table, path)
    if target is None:
        return to(column)
    return column.in_(select(target).where(_leading(target.table, rest, to), target.is_not(None)))


def about_any(table: Table, paths: tuple[str, ...], member_id: int) -> ColumnElement[bool]:
    return or_(*(about(table, path, member_id) for path in paths))


def past(table: Table, period: Period, *, now: datetime) -> ColumnElement[bool]:
    """Selects the rows whose period is over; a row without that time is not among them."""
    return _before(table, period.since, now - period.after)


def _before(table: Table, path: str, moment: datetime) -> ColumnElement[bool]:
    column, target, rest = _step(table, path)
    if target is None:
        return and_(column.is_not(None), column <= moment)
    return column.in_(select(target).where(_before(target.table, rest, moment)))


def _step(table: Table, path: str) -> tuple[Column[Any], Column[Any] | None, str]:
    """Returns the path's first column, the column of another table that it equals, and what of the path is left."""
    head, _, rest = path.partition(".")
    name, _, other = head.partition("=")
    column = table.c[name]
    if other:
        end, _, rest = rest.partition(".")
        return column, table_of(other).c[end], rest
    if not rest:
        return column, None, ""
    return column, next(iter(column.foreign_keys)).column, rest


def wiped_columns(entry: Kept) -> tuple[str, ...]:
    """Returns the columns that go with a row's words, whoever in `people` they are about."""
    return tuple(f"{entry.texts} {entry.wiped}".split())


def emptied(column: Column[Any]) -> object:
    """Returns what stands in the column once its words are gone."""
    if column.nullable:
        return None
    if isinstance(column.type, JSON):
        return [] if column.name in LISTS else {}
    return column.type.python_type()


LISTS = frozenset({"languages", "durations", "breaks"})
"""Columns of JSON that hold a list; the others hold an object."""
