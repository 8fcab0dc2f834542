"""Each periodic task of the worker, run once: its time, its statements, and the rows that it was given."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event

from bench.figures import Table
from bench.stage import Stage
from flashmeet.core.database.engine import Database
from flashmeet.periodic_tasks import TASKS


@dataclass(slots=True)
class Sent:
    """Statements, and the rows that they returned or wrote, where the driver tells."""

    statements: int = 0
    rows: int = 0


def measure(table: Table, stage: Stage) -> None:
    """Puts the slowest task's row, and a table of all tasks below."""
    lines, slowest = ["| periodic task | seconds | statements | rows |", "| --- | --- | --- | --- |"], ("", 0.0)
    for task in TASKS:
        with counting(stage.database) as sent:
            begun = time.perf_counter()
            with stage.database.writing() as db:
                task.act(db, datetime.now(UTC))
            took = time.perf_counter() - begun
        lines.append(f"| {task.name} | {took:.3f} | {sent.statements} | {sent.rows:,} |")
        slowest = max(slowest, (task.name, took), key=lambda each: each[1])
    name, took = slowest
    table.put("slowest periodic task", took, f"{name}, {took:.2f} s")
    table.notes.append("\n".join(lines))


@contextmanager
def counting(database: Database) -> Iterator[Sent]:
    sent = Sent()

    def hear(*given: Any) -> None:  # noqa: ANN401  # SQLAlchemy's event has many arguments
        sent.statements += 1
        sent.rows += max(given[1].rowcount, 0)

    event.listen(database.engine, "after_cursor_execute", hear)
    try:
        yield sent
    finally:
        event.remove(database.engine, "after_cursor_execute", hear)
