"""The loop: lease what is due, hand it to its channel, settle; and the periodic duties.

Any number of workers may run. No transaction is open while a provider is spoken to.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from flashmeet.domain.ports import Channel, Outcome
from flashmeet.outbox.lease import begin_sending, lease_due, lost_in_sending, unknown_message
from flashmeet.outbox.settle import forget_secrets, settle
from flashmeet.service.expiry import end_expired
from flashmeet.service.openings import mentors_due, refresh_openings
from flashmeet.service.purges import purge_past
from flashmeet.service.rooms import purge_rooms
from flashmeet.store.database import Database, clock

log = structlog.get_logger("flashmeet.worker")

IDLE_SECONDS = 0.5
AFTER_A_FAULT_SECONDS = 5.0
LEASED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Duty:
    """Something done every so often; doing it twice does no harm."""

    name: str
    every: timedelta
    act: Callable[[Session, datetime], object]


def _extend_horizons(session: Session, now: datetime) -> None:
    for mentor_id in mentors_due(session, now=now):
        refresh_openings(session, mentor_id, now=now)


DUTIES = (
    Duty("end_expired", timedelta(seconds=20), lambda session, now: end_expired(session, now=now)),
    Duty("forget_secrets", timedelta(seconds=30), lambda session, now: forget_secrets(session, now=now)),
    Duty("extend_horizons", timedelta(seconds=60), _extend_horizons),
    Duty("purge_past", timedelta(seconds=60), lambda session, now: purge_past(session, now=now)),
    Duty("purge_rooms", timedelta(minutes=10), lambda session, now: purge_rooms(session, now=now)),
)


@dataclass(slots=True)
class Worker:
    """Sends what is due through `channels` (by name) and does its duties, until told to stop."""

    database: Database
    channels: Mapping[str, Channel]
    duties: Sequence[Duty] = DUTIES
    _done_at: dict[str, float] = field(default_factory=dict)

    def run(self, stop: threading.Event) -> None:
        """Works until `stop` is set; a database that is away is waited for."""
        log.info("worker.started", channels=sorted(self.channels))
        while not stop.is_set():
            try:
                busy = self.once()
            except OperationalError as error:
                log.warning("worker.database_away", error=type(error.orig).__name__)
                stop.wait(AFTER_A_FAULT_SECONDS)
            except Exception:
                log.exception("worker.fault")
                stop.wait(AFTER_A_FAULT_SECONDS)
            else:
                if not busy:
                    stop.wait(IDLE_SECONDS)
        log.info("worker.stopped")

    def once(self) -> bool:
        """One round over all channels and duties; True when there was something to send."""
        self._do_duties()
        busy = False
        for channel in self.channels.values():
            busy |= self._send_due(channel)
            busy |= self._resolve_unknown(channel)
        return busy

    def drain(self) -> None:
        """Sends until nothing is due."""
        while self.once():
            pass

    def _do_duties(self) -> None:
        for duty in self.duties:
            last = self._done_at.get(duty.name)
            if last is not None and time.monotonic() - last < duty.every.total_seconds():
                continue
            self._done_at[duty.name] = time.monotonic()
            with self.database.writing() as session:
                duty.act(session, clock(session))

    def _send_due(self, channel: Channel) -> bool:
        with self.database.writing() as session:
            ids = lease_due(session, channel.name, now=clock(session), limit=LEASED_AT_ONCE)
        for first in range(0, len(ids), channel.batch):
            self._send(channel, ids[first : first + channel.batch])
        return bool(ids)

    def _send(self, channel: Channel, ids: Sequence[int]) -> None:
        with self.database.writing() as session:
            going = begin_sending(session, ids, now=clock(session))
        attempts = {message.id: attempt for attempt, message in going}
        if not going:
            return
        for row_id, outcome in channel.send([message for _, message in going]):
            self._settle(row_id, attempts[row_id], outcome)

    def _settle(self, row_id: int, attempt: int, outcome: Outcome) -> None:
        with self.database.writing() as session:
            written = settle(session, row_id, attempt, outcome, now=clock(session))
        log.info("outbox.settled", row=row_id, attempt=attempt, outcome=type(outcome).__name__, written=written)

    def _resolve_unknown(self, channel: Channel) -> bool:
        """Asks the channel what became of rows that a dead worker, or a silent provider, left in doubt."""
        with self.database.writing() as session:
            ids = lost_in_sending(session, channel.name, now=clock(session), limit=channel.batch)
        for row_id in ids:
            with self.database.reading() as session:
                doubtful = unknown_message(session, row_id)
            if doubtful is not None:
                attempt, message = doubtful
                self._settle(row_id, attempt, channel.look_up(message))
        return bool(ids)
