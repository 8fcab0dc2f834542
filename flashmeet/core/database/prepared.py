"""Statements that are built once, for reads that nearly every request makes.

    _CODES = Prepared(select(Member.id, Member.tzid).where(Member.email == bindparam("email")))
    row = _CODES.first(db, email="camille@example.org")

Building a statement anew costs more than the driver and the database together. The rows are plain columns: no entity is
made of them, and nothing is tracked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVarTuple, cast

from sqlalchemy import CursorResult, Executable, Row
from sqlalchemy.orm import Session
from sqlalchemy.sql.selectable import TypedReturnsRows

Columns = TypeVarTuple("Columns")


@dataclass(frozen=True, slots=True)
class Prepared(Generic[*Columns]):
    """A statement whose values are named by `bindparam`."""

    statement: TypedReturnsRows[*Columns]

    def rows(self, db: Session, **values: object) -> Sequence[Row[*Columns]]:
        """Returns all rows. What the session has not written yet is written first, as before any statement."""
        return self._ask(db, values).all()

    def first(self, db: Session, **values: object) -> Row[*Columns] | None:
        """Returns the first row, or None."""
        return self._ask(db, values).first()

    def _ask(self, db: Session, values: dict[str, object]) -> CursorResult[*Columns]:
        if db.new or db.dirty or db.deleted:
            db.flush()
        return db.connection().execute(cast(Executable, self.statement), values)
