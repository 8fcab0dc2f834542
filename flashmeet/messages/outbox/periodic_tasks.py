"""Runs periodic tasks, each at most once a period, however many workers there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, IntEnum
from typing import cast

from sqlalchemy import Table, or_, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.messages.models import PeriodicTaskRun

EPOCH_AGO = timedelta(days=1)


class Left(Enum):
    """What an action returns that has done a part of what is due, and goes on at once in another transaction."""

    MORE = "more"


class Turn(IntEnum):
    """What came of a worker's turn: it was not its turn, the task is done, or it is due again at once."""

    NONE, DONE, GOES_ON = range(3)


@dataclass(frozen=True, slots=True)
class PeriodicTask:
    """An action repeated every `every`, in its own transaction; one that returns `Left.MORE` is due again at once."""

    name: str
    every: timedelta
    act: Callable[[Session, datetime], object]


Step = Callable[[Session, datetime, str], str]
"""Does a bounded part of a task: it gets where the last one ended, "" at first, and returns where it did, "" once all
is done."""


def in_steps(name: str, every: timedelta, step: Step) -> PeriodicTask:
    """Returns a task that does a part at a time, each in a transaction of its own, whichever worker comes next."""

    def act(db: Session, now: datetime) -> Left | None:
        run = db.get(PeriodicTaskRun, name)
        reached = step(db, now, run.reached if run is not None else "")
        if run is not None:
            run.reached = reached
        return Left.MORE if reached else None

    return PeriodicTask(name, every, act)


def reached_by(db: Session, name: str) -> PeriodicTaskRun | None:
    """Returns the row of a task, for one that notes there how far it has come; None where no worker has its turn."""
    return db.get(PeriodicTaskRun, name)


def due_among(db: Session, tasks: Sequence[PeriodicTask], *, now: datetime) -> list[PeriodicTask]:
    """Those whose time has come, and those that were never done; one read."""
    query = select(PeriodicTaskRun.name, PeriodicTaskRun.due_at).where(
        PeriodicTaskRun.name.in_([task.name for task in tasks]), PeriodicTaskRun.due_at > now
    )
    later = {row.name: row.due_at for row in db.execute(query)}
    return [task for task in tasks if task.name not in later or later[task.name] > now + task.every]


def do_if_due(db: Session, task: PeriodicTask, *, now: datetime) -> Turn:
    """Runs the task when it is due and no other worker runs it.

    The next time is written in the same transaction, so that a failure is retried. A time further ahead than a period
    was written by a clock that was wrong, and is as good as past.
    """
    query = select(PeriodicTaskRun).where(PeriodicTaskRun.name == task.name)
    if db.get(PeriodicTaskRun, task.name) is None:
        insert_new(db, cast(Table, PeriodicTaskRun.__table__), [{"name": task.name, "due_at": now - EPOCH_AGO}])
    is_due = or_(PeriodicTaskRun.due_at <= now, PeriodicTaskRun.due_at > now + task.every)
    run = db.scalars(query.where(is_due).with_for_update(skip_locked=True)).first()
    if run is None:
        return Turn.NONE
    run.due_at = now + task.every
    if task.act(db, now) is not Left.MORE:
        return Turn.DONE
    run.due_at = now
    return Turn.GOES_ON
