"""Inserting rows that may be there already: one statement, the same on both dialects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Insert, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from flashmeet.core.database.session import is_sqlite


def _ignoring_conflicts(session: Session, table: Table) -> Insert:
    if is_sqlite(session):
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def insert_new(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    """Inserts what is not there yet, in the order given; returns how many rows that were.

    Waits for another transaction that is inserting the same key, and counts its row as there once it commits.
    """
    column = next(iter(table.primary_key.columns))
    statement = _ignoring_conflicts(session, table).returning(column)
    return len(session.execute(statement, list(rows)).all())


def insert_many(session: Session, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Inserts many rows, and lets those stay that are there already."""
    if rows:
        session.execute(_ignoring_conflicts(session, table), list(rows))
