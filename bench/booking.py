"""The booking use case alone, beside the driver writing the same rows in one transaction."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from statistics import median
from typing import Any, cast

import psycopg
from psycopg.types.json import Jsonb
from sqlalchemy import event

from bench.figures import Table, median_ratio, percentile
from bench.stage import Stage, Wanted
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.messages.payloads import subject_of
from flashmeet.core.database.engine import Database
from flashmeet.identity.models import Member
from tests.browsers import Browser

NEED = "Relire mes statuts avant le dépôt."
UNCOUNTED = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")
WARM_UP = 5


@dataclass(slots=True)
class Rows:
    """Rows of one table, as the driver reads and writes them."""

    table: str
    columns: list[str]
    rows: list[tuple[Any, ...]]


@dataclass(slots=True)
class Written:
    """What one booking wrote: rows added, in an order that satisfies foreign keys, and openings deleted."""

    added: list[Rows]
    gone: Rows


@dataclass(slots=True)
class Driver:
    """The database's driver, without anything of ours between."""

    connection: Any
    mark: str
    json: frozenset[str] = field(default_factory=frozenset)

    def read(self, table: str, column: str, value: object) -> Rows:
        cursor = self.connection.execute(f"SELECT * FROM {table} WHERE {column} = {self.mark}", (value,))  # noqa: S608
        return Rows(table, [each[0] for each in cursor.description], cursor.fetchall())

    def begin(self) -> None:
        self.connection.execute("BEGIN IMMEDIATE" if self.mark == "?" else "BEGIN")

    def commit(self) -> None:
        self.connection.execute("COMMIT")

    def insert(self, rows: Rows) -> None:
        """Inserts all in one statement."""
        if not rows.rows:
            return
        one = f"({', '.join(self.mark for _ in rows.columns)})"
        names = ", ".join(f'"{name}"' for name in rows.columns)
        values = [self._value(value) for row in rows.rows for value in row]
        every = ", ".join(one for _ in rows.rows)
        self.connection.execute(f"INSERT INTO {rows.table} ({names}) VALUES {every}", values)  # noqa: S608

    def delete(self, table: str, column: str, value: object) -> None:
        self.connection.execute(f"DELETE FROM {table} WHERE {column} = {self.mark}", (value,))  # noqa: S608

    def delete_openings(self, openings: Rows) -> None:
        if not openings.rows:
            return
        mentor, theme, start = (openings.columns.index(name) for name in ("mentor_id", "theme_id", "starts_at"))
        keys = [row[place] for row in openings.rows for place in (theme, start)]
        pairs = ", ".join(f"({self.mark}, {self.mark})" for _ in openings.rows)
        self.connection.execute(
            f"DELETE FROM opening WHERE mentor_id = {self.mark} AND (theme_id, starts_at) IN (VALUES {pairs})",  # noqa: S608
            [openings.rows[0][mentor], *keys],
        )

    def _value(self, value: object) -> object:
        return Jsonb(value) if self.mark == "%s" and isinstance(value, dict) else value


@contextmanager
def driver(stage: Stage) -> Iterator[Driver]:
    if stage.sqlite:
        connection = sqlite3.connect(stage.url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = NORMAL")
        yield Driver(connection, "?")
        connection.close()
    else:
        with psycopg.connect(stage.url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True) as server:
            yield Driver(server, "%s")


def use_case(table: Table, stage: Stage, hours: Sequence[Wanted]) -> None:
    """Books each hour by the use case, takes it back, and has the driver write the same rows."""
    ours: list[float] = []
    raw: list[float] = []
    with driver(stage) as plain:
        for hour in hours:
            before = plain.read("opening", "mentor_id", hour.mentor_id)
            ours.append(book(stage, hour))
            written = _written(plain, before, hour)
            _take_back(plain, written)
            raw.append(_write(plain, written))
    ours, raw = ours[WARM_UP:], raw[WARM_UP:]
    table.put(
        "booking use case",
        median_ratio(raw, ours),
        f"{1 / median(ours):,.0f}/s, p50 {1000 * median(ours):.1f} ms, p99 {1000 * percentile(ours, 0.99):.1f} ms",
        limit=f"driver {1 / median(raw):,.0f}/s, p50 {1000 * median(raw):.1f} ms",
    )


def book(stage: Stage, hour: Wanted) -> float:
    """Books the hour by the use case; returns how many seconds that took."""
    request = BookingRequest(mentor_id=hour.mentor_id, starts_at=hour.starts_at, theme=hour.theme_id, need=NEED)
    begun = time.perf_counter()
    with stage.database.writing() as db:
        book_slot(db, db.get_one(Member, hour.mentee_id), request, links=stage.links, now=datetime.now(UTC))
    return time.perf_counter() - begun


def _written(plain: Driver, before: Rows, hour: Wanted) -> Written:
    """Reads what was written for the mentee's newest booking."""
    booking = plain.read("booking", "mentee_id", hour.mentee_id)
    place = booking.columns.index("id")
    booking.rows = [max(booking.rows, key=lambda row: cast(int, row[place]))]
    booking_id = booking.rows[0][place]
    holder = plain.read("holder", "booking_id", booking_id)
    holder_id = holder.rows[0][holder.columns.index("id")]
    added = [
        booking,
        plain.read("seat", "booking_id", booking_id),
        holder,
        plain.read("claim", "holder_id", holder_id),
        plain.read("quota_use", "holder_id", holder_id),
        plain.read("outbox", "subject", subject_of(booking_id)),
    ]
    there = set(plain.read("opening", "mentor_id", hour.mentor_id).rows)
    gone = Rows("opening", before.columns, [row for row in before.rows if row not in there])
    return Written(added, gone)


def _take_back(plain: Driver, written: Written) -> None:
    booking, _, holder, *_ = written.added
    booking_id, holder_id = (each.rows[0][each.columns.index("id")] for each in (booking, holder))
    plain.begin()
    for name, column, value in (
        ("outbox", "subject", subject_of(booking_id)),
        ("quota_use", "holder_id", holder_id),
        ("claim", "holder_id", holder_id),
        ("holder", "id", holder_id),
        ("seat", "booking_id", booking_id),
        ("booking", "id", booking_id),
    ):
        plain.delete(name, column, value)
    plain.insert(written.gone)
    plain.commit()


def _write(plain: Driver, written: Written) -> float:
    begun = time.perf_counter()
    plain.begin()
    for rows in written.added:
        plain.insert(rows)
    plain.delete_openings(written.gone)
    plain.commit()
    return time.perf_counter() - begun


def statements(table: Table, stage: Stage, hours: Iterator[Wanted]) -> None:
    """Counts the statements of one POST, once the process is warm."""
    browser = cast(Browser, stage.app().test_client())
    counts = []
    for hour in islice(hours, 3):
        token = stage.tokens([hour.mentee_id])[0]
        with counted(stage.database) as seen:
            answer = browser.post(
                "/api/v1/bookings",
                json={
                    "mentor_id": hour.mentor_id,
                    "starts_at": hour.starts_at.isoformat(),
                    "theme": str(hour.theme_id),
                    "need": NEED,
                },
                headers={"Authorization": f"Bearer {token}"},
                base_url=stage.environment["FLASHMEET_BASE_URL"],
            )
        assert answer.status_code == 201, answer.get_data(as_text=True)
        counts.append(len(seen))
    table.put("POST booking, statements", counts[-1], f"{counts[-1]} (first of the process: {counts[0]})")


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Yields a list that grows by every statement sent within the block."""
    seen: list[str] = []

    def hear(*given: Any) -> None:  # noqa: ANN401  # SQLAlchemy's event has many arguments
        if not given[2].startswith(UNCOUNTED):
            seen.append(given[2])

    event.listen(database.engine, "before_cursor_execute", hear)
    try:
        yield seen
    finally:
        event.remove(database.engine, "before_cursor_execute", hear)
