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
from typing import ParamSpec, TypeVar, TypeVarTuple, cast

from sqlalchemy import Executable, Row, bindparam
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


def columns(db: Session, statement: TypedReturnsRows[*Columns], values: Values) -> Sequence[Row[*Columns]]:
    """Returns the rows of a statement that selects columns, past the ORM, which would look for entities in them.

    What the session has not written yet is written first, as before any statement.
    """
    if db.new or db.dirty or db.deleted:
        db.flush()
    return db.connection().execute(cast(Executable, statement), values).all()
