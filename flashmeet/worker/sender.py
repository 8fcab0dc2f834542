"""Sends what is due through one channel: leases messages, hands them to the provider, records the outcomes."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database, clock, fault_of, is_away, is_contended
from flashmeet.messages.outbox.channel_state import allowance, found_away, found_there, probe_unused, spend
from flashmeet.messages.outbox.drop_reasons import drop_too_late
from flashmeet.messages.outbox.last_chance import give_up_waiting
from flashmeet.messages.outbox.lease import (
    LEASE,
    Leased,
    begin_sending,
    lease_due,
    lost_in_sending,
    release,
    time_left,
    unknown_message,
)
from flashmeet.messages.outbox.settle import settle
from flashmeet.messages.rules.channels import (
    Away,
    Channel,
    ChannelName,
    Late,
    Outcome,
    Outgoing,
    Refused,
    Retry,
    Sent,
    Unsure,
)
from flashmeet.worker.in_a_row import DOUBTS, InARow
from flashmeet.worker.watch import IDLE_SECONDS, Watch

log = structlog.get_logger("flashmeet.worker")

PACED_SECONDS = 0.1
PATIENT_SECONDS = 1.0
SWEEP_EVERY_SECONDS, SWEPT_AT_ONCE = 5.0, 500
LEASED_AT_ONCE = 200
FOUND, ANSWERED = (Sent, Refused), (Sent, Refused, Retry)
"""Outcomes that show a working provider: of a look-up, and of a message. Mail cannot be looked up."""


@dataclass(slots=True)
class Sender:
    """Sends due messages through one channel."""

    database: Database
    channel: Channel
    stop: threading.Event
    watch: Watch | None = None
    """One that it shares with others; without one it looks for itself each time."""
    _probing: bool = False
    _in_a_row: InARow = field(default_factory=InARow)
    _swept_at: float | None = None
    _unsent: list[Leased] = field(default_factory=list)
    """Leased to this worker, and not handed to the provider."""

    def once(self) -> float:
        """Runs one round; returns the seconds until the next, 0 when there was something to do.

        Where nothing is due, nothing but a read is asked of the database. What a round left behind, because the
        database went away, is returned first.
        """
        self._return_unsent(after_a_fault=True)
        watch = self.watch or Watch(self.database, [self.channel.name])
        if not watch.finds(self.channel.name):
            return watch.rest()
        self._sweep()
        leased, paced = self._lease()
        self._send()
        doubtful = self._resolve_unknown()
        if leased or doubtful:
            return 0.0
        return PACED_SECONDS if paced else IDLE_SECONDS

    def _sweep(self) -> None:
        """Drops rows that are too late, at intervals: an outage or a backlog leaves many of them. What an SMS would say
        too late is said by mail."""
        if self._swept_at is not None and time.monotonic() - self._swept_at < SWEEP_EVERY_SECONDS:
            return
        self._swept_at, dropped = time.monotonic(), SWEPT_AT_ONCE
        while dropped == SWEPT_AT_ONCE and not self.stop.is_set():
            with self.database.writing() as db:
                dropped = drop_too_late(db, self.channel.name, now=clock(db), limit=SWEPT_AT_ONCE)
                if self.channel.name == ChannelName.SMS:
                    dropped += give_up_waiting(db, now=clock(db), limit=SWEPT_AT_ONCE - dropped)

    def _lease(self) -> tuple[list[Leased], bool]:
        """Leases rows to send; also returns whether the channel's rate allowed none."""
        name, rate = self.channel.name, self.channel.per_second
        with self.database.writing() as db:
            now = clock(db)
            allowed = allowance(db, name, per_second=rate, most=LEASED_AT_ONCE, now=now)
            self._probing = allowed.probing
            if not allowed.messages:
                return [], not allowed.probing
            leased = lease_due(db, name, now=now, limit=allowed.messages, probing=allowed.probing)
            self._unsent = leased  # before the commit, of which the answer may be lost
            spend(db, name, len(leased), per_second=rate, now=now)
        return leased, False

    def _send(self) -> None:
        """Sends in batches; returns the rest when the worker stops or the provider is away."""
        while self._unsent and not self.stop.is_set() and self._send_batch(self._unsent[: self.channel.batch]):
            pass
        self._return_unsent()

    def _return_unsent(self, *, after_a_fault: bool = False) -> None:
        """Returns the rows that the provider was not given, so that they wait for no lease to end.

        After a fault they may be marked *sending*: the answer to that commit was lost.
        """
        if self._unsent:
            with self.database.writing() as db:
                release(db, self._unsent)
                if after_a_fault:
                    settle(db, [(each, Late()) for each in self._unsent], now=clock(db))
            self._unsent = []

    def _send_batch(self, leased: Sequence[Leased]) -> bool:
        """Sends a batch; returns False when the provider is away."""
        begun = time.monotonic()
        with self.database.writing() as db:
            now = clock(db)
            going = begin_sending(db, leased, now=now)
            if self._probing and not going:
                probe_unused(db, self.channel.name, now=now)
        self._unsent = self._unsent[len(leased) :]
        bound = [_bound(message, begun + time_left(message, now=now).total_seconds()) for message in going]
        by_id, there, until = {each.id: each for each in leased}, True, begun + LEASE.total_seconds()
        told: list[tuple[Leased, Outcome]] = []
        addresses = {message.id: message.address for message in bound}
        for row_id, answer in self._outcomes(bound) if bound else ():
            leased_as = by_id[row_id]
            outcome = self._in_a_row.judge(addresses[row_id], leased_as.attempt, answer, probing=self._probing)
            told.append((leased_as, outcome))
            if not _may_wait(outcome):
                there &= self._settle(told, until=until)
                told = []
        return self._settle(told, until=until) & there if told else there

    def _outcomes(self, going: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        """Yields the channel's outcomes. If it raises, that message is Unsure and those behind it are Late."""
        untold = [message.id for message in going]
        try:
            for row_id, outcome in self.channel.send(going):
                untold.remove(row_id)
                yield row_id, outcome
        except Exception as error:  # one message must not stop the others, whatever the adapter raises
            log.error("worker.channel_broke", channel=self.channel.name, error=type(error).__name__, at=_where(error))
            yield from zip(untold, [Unsure(type(error).__name__), *[Late()] * len(untold)], strict=False)

    def _settle(self, told: Sequence[tuple[Leased, Outcome]], *, until: float, asked: bool = False) -> bool:
        """Records outcomes; returns False when the provider is found away, for all workers.

        While the database is away, retries until the leases end, so that known outcomes are not lost. `asked` marks
        outcomes of look-ups rather than of messages.
        """
        while True:
            try:
                return self._write(told, asked=asked)
            except Exception as error:
                passes = is_away(error) or is_contended(error)
                if not passes or time.monotonic() > until or self.stop.wait(PATIENT_SECONDS):
                    raise
                what = "worker.database_contended" if is_contended(error) else "worker.database_away"
                log.warning(what, rows=[each.id for each, _ in told], error=fault_of(error))

    def _write(self, told: Sequence[tuple[Leased, Outcome]], *, asked: bool) -> bool:
        with self.database.writing() as db:
            now = clock(db)
            written = settle(db, told, now=now)
            gone = [self._learn(db, outcome, asked=asked, now=now) for _, outcome in told]
        if not any(gone) and any(isinstance(outcome, FOUND if asked else ANSWERED) for _, outcome in told):
            self._probing = False
        for each, outcome in told:
            name, ours = type(outcome).__name__, each.id in written
            log.info("outbox.settled", row=each.id, attempt=each.attempt, outcome=name, written=ours)
        return not any(gone)

    def _learn(self, db: Session, outcome: Outcome, *, asked: bool, now: datetime) -> bool:
        """Updates the channel's state from an outcome; returns True when the provider is away."""
        name = self.channel.name
        if isinstance(outcome, Away):
            found_away(db, name, outcome.reason, after=outcome.after, now=now)
            return True
        if isinstance(outcome, Unsure) and not asked and (self._probing or self._in_a_row.unanswered >= DOUBTS):
            found_away(db, name, "no answer", now=now)
            return True
        if self._probing and isinstance(outcome, Late):
            probe_unused(db, name, now=now)
        elif self._probing and isinstance(outcome, FOUND if asked else ANSWERED):
            found_there(db, name)
        return False

    def _resolve_unknown(self) -> bool:
        """Looks up rows whose outcome is unknown because a worker died or the provider did not respond.

        While the provider is away, a look-up counts as a probe.
        """
        name, begun = self.channel.name, time.monotonic()
        with self.database.writing() as db:
            now = clock(db)
            allowed = allowance(db, name, per_second=self.channel.per_second, most=1, now=now)
            limit = allowed.messages if allowed.probing else self.channel.batch
            lost = lost_in_sending(db, name, now=now, limit=limit) if limit else []
            self._probing = allowed.probing
            if allowed.probing:
                spend(db, name, len(lost), per_second=self.channel.per_second, now=now)
        for leased in lost:
            with self.database.reading() as db:
                message = unknown_message(db, leased.id)
            if message is not None:
                outcome = self.channel.look_up(message)
                self._settle([(leased, outcome)], until=begun + LEASE.total_seconds(), asked=True)
        return bool(lost)


def _may_wait(outcome: Outcome) -> bool:
    """Whether a crash before the outcome is recorded does no harm: not accepted, or certain to be found again.

    Every other outcome is recorded before the next message begins.
    """
    return isinstance(outcome, Retry | Away | Late) or (isinstance(outcome, Sent) and outcome.found_again)


def _bound(message: Outgoing, until: float) -> Outgoing:
    """Returns the message with the deadline of its call, by this process's monotonic clock."""
    return replace(message, in_time=lambda: time.monotonic() < until)


def _where(error: Exception) -> str:
    """Returns the location of the error; not its message, which may quote an address."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"
