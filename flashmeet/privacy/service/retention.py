"""Deletes by the register what is past its period, or empties the words in it: bounded, and said before it is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import JSON, Column, ColumnElement, String, Table, and_, cast, delete, func, or_, select, tuple_, update
from sqlalchemy.orm import Session

from flashmeet.audit.service import forget_entries
from flashmeet.privacy.queries import emptied, past, table_of, wiped_columns
from flashmeet.privacy.rules.entries import Kept, Period, Takes
from flashmeet.privacy.rules.register import ENTRIES

AT_ONCE = 2_000
"""Rows of one table that go in one run."""
LASTING = timedelta(days=30)
"""Shorter periods are those of codes and forms, which come and go all day."""


@dataclass(frozen=True, slots=True)
class Due:
    """So many rows of a table, or the words in them, are past their period."""

    table: str
    takes: Takes
    after: timedelta
    rows: int


def past_their_period(db: Session, *, now: datetime) -> list[Due]:
    """Counts what would go now; changes nothing."""
    found: list[Due] = []
    for entry, period in _periods():
        table = table_of(entry.table)
        rows = db.scalar(select(func.count()).select_from(table).where(_due(table, entry, period, now=now))) or 0
        if rows:
            found.append(Due(entry.table, period.takes, period.after, rows))
    return found


def leaving_this_week(db: Session, *, now: datetime) -> int:
    """Returns how many records that were kept for long reach the end of their period within a week."""
    return sum(each.rows for each in past_their_period(db, now=now + timedelta(days=7)) if each.after >= LASTING)


def keep_periods(db: Session, *, now: datetime, limit: int = AT_ONCE) -> int:
    """Deletes, or empties of words, up to `limit` rows for each period; returns how many in all. Idempotent."""
    return forget_entries(db, now=now) + sum(
        _keep(db, entry, period, now=now, limit=limit) for entry, period in _periods()
    )


def _keep(db: Session, entry: Kept, period: Period, *, now: datetime, limit: int) -> int:
    table = table_of(entry.table)
    keys = list(table.primary_key.columns)
    chosen = db.execute(select(*keys).where(_due(table, entry, period, now=now)).order_by(*keys).limit(limit)).all()
    if not chosen:
        return 0
    these = tuple_(*keys).in_([tuple(row) for row in chosen])
    if period.takes is Takes.ROWS:
        db.execute(delete(table).where(these))
    else:
        db.execute(update(table).where(these).values({each.name: emptied(each) for each in _words(table, entry)}))
    return len(chosen)


def _periods() -> Iterator[tuple[Kept, Period]]:
    return ((entry, period) for entry in ENTRIES for period in entry.periods)


def _due(table: Table, entry: Kept, period: Period, *, now: datetime) -> ColumnElement[bool]:
    over = past(table, period, now=now)
    return over if period.takes is Takes.ROWS else and_(over, or_(*(_filled(each) for each in _words(table, entry))))


def _words(table: Table, entry: Kept) -> list[Column[object]]:
    names = (*" ".join(entry.own.values()).split(), *wiped_columns(entry))
    return [table.c[name] for name in names]


def _filled(column: Column[object]) -> ColumnElement[bool]:
    if column.nullable:
        return column.is_not(None)
    if isinstance(column.type, JSON):
        return cast(column, String).not_in(("{}", "[]"))
    return column != emptied(column)
