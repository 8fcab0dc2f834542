"""Statements that are built once, for reads that nearly every request makes.

    @prepared
    def _coming(member_id: int, now: datetime) -> Select[Booking]:
        return select(Booking).where(Booking.mentee_id == member_id, Booking.ends_at > now)

    db.scalars(*_coming(member.id, now))

Building a statement anew costs more than the driver and the database together. The function is called once, with a
placeholder for each argument: it must not look at them.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar, TypeVarTuple, cast

from sqlalchemy import Executable, Row, Select, bindparam, literal_column, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TypedReturnsRows

Arguments = ParamSpec("Arguments")
Statement = TypeVar("Statement")
Columns = TypeVarTuple("Columns")
Values = dict[str, object]


def prepared(build: Callable[Arguments, Statement]) -> Callable[Arguments, tuple[Statement, Values]]:
    """Returns a function of the same arguments that says the statement and its values, as sessions take them."""
    named = inspect.signature(build)

    @cache
    def statement() -> Statement:
        places: dict[str, object] = {name: bindparam(name) for name in named.parameters}
        return cast(Callable[..., Statement], build)(**places)

    @wraps(build)
    def say(*arguments: Arguments.args, **more: Arguments.kwargs) -> tuple[Statement, Values]:
        return statement(), dict(zip(named.parameters, arguments, strict=False)) | more

    return say


def any_rows(db: Session, *asked: tuple[Select[*tuple[Any, ...]], Values]) -> Sequence[bool]:
    """Returns whether each of these prepared statements would return a row, by one statement for all of them.

    For what a page shows of many kinds and few people have. An argument of one name has one value in all of them.
    """
    values: Values = {}
    for _, theirs in asked:
        values |= theirs
    [said] = columns(db, _any_rows(tuple(statement for statement, _ in asked)), values)
    return said


@cache
def _any_rows(statements: tuple[Select[*tuple[Any, ...]], ...]) -> Select[*tuple[Any, ...]]:
    return select(*(_plain(each).exists() for each in statements))


def _plain(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The rows alone: what they hold and in which order does not matter."""
    bare: Select[*tuple[Any, ...]] = statement.with_only_columns(literal_column("1"), maintain_column_froms=True)
    return bare.limit(None).order_by(None)


def columns(db: Session, statement: TypedReturnsRows[*Columns], values: Values) -> Sequence[Row[*Columns]]:
    """Returns the rows of a statement that selects columns, past the ORM, which would look for entities in them.

    What the session has not written yet is written first, as before any statement.
    """
    if db.new or db.dirty or db.deleted:
        db.flush()
    return db.connection().execute(cast(Executable, statement), values).all()
