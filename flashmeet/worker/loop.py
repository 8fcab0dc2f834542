"""The worker's threads: one for each channel, one for the bell, one for each further loop, and one for the tasks."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError

import flashmeet.listeners  # features follow each other
import flashmeet.models  # noqa: F401  # every table is known before the first statement
from flashmeet.core.database.bell import Bell
from flashmeet.core.database.session import Database, clock, fault_of, is_away, is_contended
from flashmeet.messages.outbox.periodic_tasks import PeriodicTask, Turn, do_if_due, due_among
from flashmeet.messages.rules.channels import Channel, ChannelName
from flashmeet.periodic_tasks import TASKS
from flashmeet.worker.sender import Sender
from flashmeet.worker.watch import IDLE_SECONDS, WATCHED_SECONDS, Watch

log = structlog.get_logger("flashmeet.worker")

AFTER_A_FAULT_SECONDS = 5.0
TRIES = 3
"""How often a task is begun in a row while others stand in its way; then it waits for its next round."""
LOOK_EVERY_SECONDS = 10.0
"""How often to check a task with a longer period, since another worker may have died during it."""


def _look_every(task: PeriodicTask) -> float:
    return min(task.every.total_seconds(), LOOK_EVERY_SECONDS)


@dataclass(slots=True)
class Worker:
    """Sends due messages through `channels` (by name) and runs tasks, until stopped."""

    database: Database
    channels: Mapping[ChannelName, Channel]
    tasks: Sequence[PeriodicTask] = TASKS
    rounds: Sequence[Callable[[], float]] = ()
    """Further loops, each in its own thread; a call returns the seconds until the next, 0 if something was done."""
    woken: Sequence[Callable[[Bell | None], float]] = ()
    """The same, for loops that a ring of the bell wakes before; None where there is no bell."""
    stop: threading.Event = field(default_factory=threading.Event)
    _looked_at: dict[str, float] = field(default_factory=dict)

    def run(self) -> None:
        """Works until `stop` is set; waits while the database is away."""
        log.info("worker.started", channels=sorted(self.channels))
        bell = Bell(self.database, self.stop)
        watch = Watch(self.database, list(self.channels), lasts=WATCHED_SECONDS, bell=bell)
        senders = [self._sender(channel, watch).once for channel in self.channels.values()]
        threads = [
            threading.Thread(target=bell.listen),
            *(threading.Thread(target=self._go_round, args=(each, bell)) for each in senders),
            *(threading.Thread(target=self._go_round, args=(each,)) for each in self.rounds),
            *(threading.Thread(target=self._go_round, args=(partial(each, bell), bell)) for each in self.woken),
        ]
        for thread in threads:
            thread.start()
        self._go_round(self._do_tasks)
        for thread in threads:
            thread.join()
        log.info("worker.stopped")

    def once(self) -> bool:
        """Runs one round of all tasks and channels; returns True when another should follow at once."""
        self._do_tasks()
        waits = [once() for once in self._all_rounds()]
        waits += [self._sender(channel).once() for channel in self.channels.values()]
        return min(waits, default=IDLE_SECONDS) == 0

    def drain(self) -> None:
        """Sends until nothing is due, waiting for each channel's rate."""
        self._do_tasks()
        for once in self._all_rounds():
            while once() == 0:
                pass
        for channel in self.channels.values():
            sender = self._sender(channel)
            while (wait := sender.once()) < IDLE_SECONDS:
                time.sleep(wait)

    def _all_rounds(self) -> list[Callable[[], float]]:
        return [*self.rounds, *(partial(each, None) for each in self.woken)]

    def _sender(self, channel: Channel, watch: Watch | None = None) -> Sender:
        return Sender(self.database, channel, self.stop, watch)

    def _go_round(self, once: Callable[[], float], bell: Bell | None = None) -> None:
        """Repeats it until the worker stops; a ring of the bell ends the wait between."""
        while not self.stop.is_set():
            rings = bell.rings if bell else 0
            try:
                wait = once()
            except Exception as error:
                if is_away(error):
                    log.warning("worker.database_away", error=fault_of(error))
                elif is_contended(error):
                    log.warning("worker.database_contended")
                else:
                    log.exception("worker.fault")
                self.stop.wait(AFTER_A_FAULT_SECONDS)
                continue
            if bell is None:
                self.stop.wait(wait)
            else:
                bell.wait(wait, beyond=rings)

    def _do_tasks(self) -> float:
        """Runs each due task in its own transaction; a failure does not stop the others."""
        for task in self._due_tasks():
            try:
                if self._do(task) == Turn.GOES_ON:
                    self._looked_at[task.name] = -math.inf
            except Exception as error:
                if is_away(error):
                    raise
                log.exception("worker.task_failed", task=task.name)
        return self._rest()

    def _do(self, task: PeriodicTask) -> Turn:
        """Runs a task if it is its turn; where the database ended it in favour of others, once more."""
        for tries_left in reversed(range(TRIES)):
            try:
                with self.database.writing() as db:
                    return do_if_due(db, task, now=clock(db))
            except DBAPIError as error:
                if not is_contended(error):
                    raise
                log.warning("worker.task_contended", task=task.name, tries_left=tries_left)
        return Turn.NONE

    def _rest(self) -> float:
        """Returns in how many seconds a task is to be looked at again."""
        at, last = time.monotonic(), self._looked_at
        return max(
            IDLE_SECONDS, min((last.get(task.name, at) + _look_every(task) - at for task in self.tasks), default=0)
        )

    def _due_tasks(self) -> Sequence[PeriodicTask]:
        """Those whose time has come, of those that have not been looked at for a while; one read, or none."""
        at, look = time.monotonic(), []
        for task in self.tasks:
            last = self._looked_at.get(task.name)
            if last is None or at - last >= _look_every(task):
                look.append(task)
        if not look:
            return ()
        with self.database.reading() as db:
            due = due_among(db, look, now=clock(db))
        self._looked_at.update({task.name: at for task in look})
        return due
