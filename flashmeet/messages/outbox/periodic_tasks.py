"""Runs periodic tasks, each at most once a period, however many workers there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.messages.models import PeriodicTaskRun

EPOCH_AGO = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """An action repeated every `every`, in its own transaction."""

    name: str
    every: timedelta
    act: Callable[[Session, datetime], object]


def due_among(db: Session, tasks: Sequence[PeriodicTask], *, now: datetime) -> list[PeriodicTask]:
    """Those whose time has come, and those that were never done; one read."""
    query = select(PeriodicTaskRun.name).where(
        PeriodicTaskRun.name.in_([task.name for task in tasks]), PeriodicTaskRun.due_at > now
    )
    rest = set(db.scalars(query))
    return [task for task in tasks if task.name not in rest]


def do_if_due(db: Session, task: PeriodicTask, *, now: datetime) -> bool:
    """Runs the task when it is due and no other worker runs it; returns whether it ran.

    The next time is written in the same transaction, so that a failure is retried.
    """
    query = select(PeriodicTaskRun).where(PeriodicTaskRun.name == task.name)
    if db.get(PeriodicTaskRun, task.name) is None:
        insert_new(db, cast(Table, PeriodicTaskRun.__table__), [{"name": task.name, "due_at": now - EPOCH_AGO}])
    run = db.scalars(query.where(PeriodicTaskRun.due_at <= now).with_for_update(skip_locked=True)).first()
    if run is None:
        return False
    run.due_at = now + task.every
    task.act(db, now)
    return True
