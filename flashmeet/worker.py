"""The loop: lease what is due, hand it to its channel, settle; and the periodic duties.

Any number of workers may run. Each serves every channel in a thread of its own: a slow provider delays nothing else.
No transaction is open while a provider is spoken to.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import structlog
from sqlalchemy.exc import OperationalError

from flashmeet.domain.ports import Away, Channel, Outcome, Unsure
from flashmeet.duties import DUTIES
from flashmeet.outbox.channel import allowance, found_away, found_there, spend
from flashmeet.outbox.duties import Duty, do_if_due
from flashmeet.outbox.lease import Leased, begin_sending, lease_due, lost_in_sending, release, unknown_message
from flashmeet.outbox.settle import settle
from flashmeet.store.database import Database, clock

log = structlog.get_logger("flashmeet.worker")

IDLE_SECONDS = 0.5
PACED_SECONDS = 0.1
AFTER_A_FAULT_SECONDS = 5.0
LEASED_AT_ONCE = 200
DOUBTS = 2
"""After so many answers in a row that never came the provider counts as away: one may be the message's own fault."""
LOOK_EVERY_SECONDS = 10.0
"""How often a worker asks whether a duty of a longer period is due: another worker may have died at it."""


@dataclass(slots=True)
class Sender:
    """Sends what is due through one channel."""

    database: Database
    channel: Channel
    stop: threading.Event
    _probing: bool = False
    _doubts: int = 0

    def once(self) -> float:
        """One round; returns after how many seconds another is worth its while, 0 when there was something to do."""
        leased, paced = self._lease()
        self._send(leased)
        doubtful = self._resolve_unknown()
        if leased or doubtful:
            return 0.0
        return PACED_SECONDS if paced else IDLE_SECONDS

    def _lease(self) -> tuple[list[Leased], bool]:
        """What may be sent now; and whether it was the channel's rate that left nothing."""
        name, rate = self.channel.name, self.channel.per_second
        with self.database.writing() as session:
            now = clock(session)
            allowed = allowance(session, name, per_second=rate, most=LEASED_AT_ONCE, now=now)
            self._probing = allowed.probing
            if not allowed.messages:
                return [], not allowed.probing
            leased = lease_due(session, name, now=now, limit=allowed.messages, probing=allowed.probing)
            spend(session, name, len(leased), per_second=rate, now=now)
        return leased, False

    def _send(self, leased: Sequence[Leased]) -> None:
        """In batches; what is left when we are told to stop, or when the provider has gone, is given back."""
        for first in range(0, len(leased), self.channel.batch):
            there = not self.stop.is_set() and self._send_batch(leased[first : first + self.channel.batch])
            if not there:
                with self.database.writing() as session:
                    release(session, leased[first:])
                return

    def _send_batch(self, leased: Sequence[Leased]) -> bool:
        """False when the provider turned out to be away."""
        with self.database.writing() as session:
            going = begin_sending(session, leased, now=clock(session))
        by_id, there = {each.id: each for each in leased}, True
        for row_id, outcome in self.channel.send(going) if going else ():
            there &= self._settle(by_id[row_id], outcome)
        return there

    def _settle(self, leased: Leased, outcome: Outcome) -> bool:
        """Writes what became of the row; False when the provider is found away, for all workers."""
        self._doubts = self._doubts + 1 if isinstance(outcome, Unsure) else 0
        with self.database.writing() as session:
            now, name = clock(session), self.channel.name
            written = settle(session, leased, outcome, now=now)
            if isinstance(outcome, Away):
                found_away(session, name, outcome.reason, after=outcome.after, now=now)
            elif self._doubts >= DOUBTS:
                found_away(session, name, "no answer", now=now)
            elif self._probing:
                found_there(session, name)
                self._probing = False
        log.info(
            "outbox.settled", row=leased.id, attempt=leased.attempt, outcome=type(outcome).__name__, written=written
        )
        return not isinstance(outcome, Away) and self._doubts < DOUBTS

    def _resolve_unknown(self) -> bool:
        """Asks the channel what became of rows that a dead worker, or a silent provider, left in doubt."""
        with self.database.writing() as session:
            lost = lost_in_sending(session, self.channel.name, now=clock(session), limit=self.channel.batch)
        for leased in lost:
            with self.database.reading() as session:
                message = unknown_message(session, leased.id)
            if message is not None:
                self._settle(leased, self.channel.look_up(message))
        return bool(lost)


@dataclass(slots=True)
class Worker:
    """Sends what is due through `channels` (by name) and does its duties, until told to stop."""

    database: Database
    channels: Mapping[str, Channel]
    duties: Sequence[Duty] = DUTIES
    rounds: Sequence[Callable[[], float]] = ()
    """What goes round in a thread of its own beside the channels; each returns after how many seconds it is worth
    calling again, 0 when there was something to do."""
    stop: threading.Event = field(default_factory=threading.Event)
    _looked_at: dict[str, float] = field(default_factory=dict)

    def run(self) -> None:
        """Works until `stop` is set; a database that is away is waited for."""
        log.info("worker.started", channels=sorted(self.channels))
        rounds = [*(self._sender(channel).once for channel in self.channels.values()), *self.rounds]
        threads = [threading.Thread(target=self._go_round, args=(each,)) for each in rounds]
        for thread in threads:
            thread.start()
        self._go_round(self._do_duties)
        for thread in threads:
            thread.join()
        log.info("worker.stopped")

    def once(self) -> bool:
        """One round over all duties and channels; True when another is worth its while at once."""
        self._do_duties()
        waits = [once() for once in self.rounds]
        waits += [self._sender(channel).once() for channel in self.channels.values()]
        return min(waits, default=IDLE_SECONDS) == 0

    def drain(self) -> None:
        """Sends until nothing is due; a channel's rate is waited for."""
        self._do_duties()
        for once in self.rounds:
            while once() == 0:
                pass
        for channel in self.channels.values():
            sender = self._sender(channel)
            while (wait := sender.once()) < IDLE_SECONDS:
                time.sleep(wait)

    def _sender(self, channel: Channel) -> Sender:
        return Sender(self.database, channel, self.stop)

    def _go_round(self, once: Callable[[], float]) -> None:
        while not self.stop.is_set():
            try:
                wait = once()
            except OperationalError as error:
                log.warning("worker.database_away", error=type(error.orig).__name__)
                wait = AFTER_A_FAULT_SECONDS
            except Exception:
                log.exception("worker.fault")
                wait = AFTER_A_FAULT_SECONDS
            self.stop.wait(wait)

    def _do_duties(self) -> float:
        """Each in a transaction of its own; one that fails keeps no other from being done."""
        for duty in self.duties:
            last = self._looked_at.get(duty.name)
            if last is not None and time.monotonic() - last < min(duty.every.total_seconds(), LOOK_EVERY_SECONDS):
                continue
            self._looked_at[duty.name] = time.monotonic()
            try:
                with self.database.writing() as session:
                    do_if_due(session, duty, now=clock(session))
            except OperationalError:
                raise
            except Exception:
                log.exception("worker.duty_failed", duty=duty.name)
        return IDLE_SECONDS
