"""The ways in which things go wrong, one a round. Each leaves a worker running, with which all must come right."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, text

from flashmeet.core.database.session import Database
from flashmeet.messages.models import OutboxMessage
from tests.faults.grounds import Ground, Server
from tests.faults.processes import LEASE, SLOWNESS, WorkerProcess, Workers
from tests.faults.providers import PATIENCE, Channel, Gate, Point, Providers
from tests.faults.world import Scene

PAST_THE_LEASE = LEASE + 0.4 * SLOWNESS


@dataclass(slots=True)
class Stage:
    """Everything a round may lay hands on. `figures` counts what it saw."""

    ground: Ground
    providers: Providers
    workers: Workers
    scene: Scene
    figures: dict[str, int] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        return self.ground.database

    @property
    def gate(self) -> Gate:
        return self.providers.gate

    def count(self, what: str, seen: int) -> None:
        self.figures[what] = self.figures.get(what, 0) + seen

    def rows(self, *conditions: Any) -> int:
        with self.database.reading() as db:
            mine = OutboxMessage.recipient_id.in_(self.scene.people)
            return db.scalar(select(func.count()).select_from(OutboxMessage).where(mine, *conditions)) or 0

    def under_way(self) -> int:
        """Messages to anybody that are not settled: a wave writes to others than the two of the booking."""
        with self.database.reading() as db:
            open_states = OutboxMessage.state.in_(("waiting", "sending", "unknown"))
            return db.scalar(select(func.count()).select_from(OutboxMessage).where(open_states)) or 0

    def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < end, "it never came to that"
            time.sleep(0.02)


def _killed(stage: Stage, channel: Channel, point: Point) -> None:
    """SIGKILL while a provider holds the message at that point; what it has not accepted by then it does not."""
    stage.gate.arm(channel, point)
    worker = stage.workers.start()
    stage.gate.wait()
    stage.count("in sending when killed", stage.rows(OutboxMessage.state == "sending"))
    worker.kill()
    stage.gate.release("drop")
    stage.workers.start()


def killed_when_leased(stage: Stage) -> None:
    """One SMS is at the provider; those behind it are leased, and not begun."""
    leased = (OutboxMessage.state == "waiting", OutboxMessage.lease_until.is_not(None))
    stage.gate.arm("sms", "arrived")
    worker = stage.workers.start()
    stage.gate.wait()
    assert stage.rows(*leased, OutboxMessage.channel == "sms") == 1
    stage.count("leased when killed", stage.rows(*leased))
    worker.kill()
    stage.gate.release("drop")
    stage.workers.start()


def killed_when_sending_mail(stage: Stage) -> None:
    _killed(stage, "mail", "arrived")


def killed_before_the_text(stage: Stage) -> None:
    _killed(stage, "mail", "envelope")


def killed_when_sending_sms(stage: Stage) -> None:
    _killed(stage, "sms", "arrived")


def killed_when_mail_was_accepted(stage: Stage) -> None:
    _killed(stage, "mail", "accepted")


def killed_when_sms_was_accepted(stage: Stage) -> None:
    _killed(stage, "sms", "accepted")


def _killed_before_settling(stage: Stage, channel: Channel) -> None:
    """The answer has arrived, and the database keeps the worker from writing it down until it is killed."""
    stage.gate.arm(channel, "accepted")
    worker = stage.workers.start()
    stage.gate.wait()
    with stage.ground.locked():
        stage.gate.release()
        if isinstance(stage.ground, Server):
            _somebody_waits(stage)
        else:
            time.sleep(0.2 * SLOWNESS)
        worker.kill()
    stage.workers.start()


def _somebody_waits(stage: Stage) -> None:
    """Until the worker stands before the lock, with an answer in its hands."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query ~ '^(UPDATE outbox|WITH held)'"
    )

    def somebody() -> bool:
        with stage.database.reading() as db:
            return bool(db.scalar(waiting))

    stage.until(somebody)


def killed_before_settling_mail(stage: Stage) -> None:
    _killed_before_settling(stage, "mail")


def killed_before_settling_sms(stage: Stage) -> None:
    _killed_before_settling(stage, "sms")


def _freeze(stage: Stage, worker: WorkerProcess, channel: Channel) -> None:
    """While nothing of another channel is under way: what a frozen process was just saying arrives when it likes."""
    under_way = (OutboxMessage.state == "sending", OutboxMessage.channel != channel)
    while True:
        with stage.ground.locked():
            if not stage.rows(*under_way):
                worker.stop()
                return
        time.sleep(0.05)


def _stopped(stage: Stage, channel: Channel, point: Point, meanwhile: Callable[[], None] | None = None) -> None:
    """SIGSTOP past its lease while another worker does the work; then SIGCONT, and the late answer."""
    stage.gate.arm(channel, point)
    worker = stage.workers.start()
    stage.gate.wait()
    _freeze(stage, worker, channel)
    if meanwhile:
        meanwhile()
    time.sleep(PAST_THE_LEASE)
    stage.workers.start()
    settled = OutboxMessage.state.in_(("sent", "dropped", "refused"))
    stage.until(lambda: stage.rows(settled) == stage.rows())
    worker.go_on()
    stage.gate.release("refuse" if point == "arrived" else "go")
    time.sleep(0.3 * SLOWNESS)  # the late one says what it has to say; nobody waits for it


def stopped_before_the_text(stage: Stage) -> None:
    _stopped(stage, "mail", "envelope")


def stopped_and_refused_late(stage: Stage) -> None:
    """Its successor's mail is taken; its own, still on the line, is refused."""
    _stopped(stage, "mail", "arrived")


def stopped_when_sms_was_accepted(stage: Stage) -> None:
    _stopped(stage, "sms", "accepted")


def cancelled_while_stopped(stage: Stage) -> None:
    _stopped(stage, "mail", "envelope", stage.scene.cancel)


def begun_while_stopped(stage: Stage) -> None:
    """The session begins while the worker stands still, with reminders in its hands."""

    def begin() -> None:
        stage.scene.begins_in(0.0)
        time.sleep(2.2)

    _stopped(stage, "mail", "envelope", begin)


def cancelled_while_the_worker_was_dead(stage: Stage) -> None:
    """Some rows are in doubt, some leased; the session is cancelled, and a worker comes."""
    stage.gate.arm("mail", "envelope")
    worker = stage.workers.start()
    stage.gate.wait()
    worker.kill()
    stage.gate.release()
    stage.scene.cancel()
    stage.workers.start()


def moved_twice_and_cancelled_amid_a_kill(stage: Stage) -> None:
    """Four invites each, written while the first one hangs at the server."""
    stage.gate.arm("mail", "arrived")
    worker = stage.workers.start()
    stage.gate.wait()
    stage.scene.move(1)
    stage.scene.move(2)
    stage.scene.cancel()
    worker.kill()
    stage.gate.release("drop")
    for _ in range(2):
        stage.workers.start()


def two_workers_one_killed(stage: Stage) -> None:
    stage.gate.arm("mail", "accepted")
    both = [stage.workers.start() for _ in range(2)]
    stage.gate.wait()
    both[0].kill()
    stage.gate.release()


def a_slow_provider_and_two_workers(stage: Stage) -> None:
    """One holds its rows at the provider while the other looks for work."""
    stage.gate.arm("sms", "accepted")
    stage.workers.start()
    stage.gate.wait()
    before = stage.workers.said("worker.started")
    stage.workers.start()
    stage.until(lambda: stage.workers.said("worker.started") > before)
    time.sleep(0.4 * SLOWNESS)
    stage.gate.release()


def two_workers_at_once(stage: Stage) -> None:
    """Both look for work in the same moment, and the provider is slow."""
    stage.gate.arm("sms", "accepted")
    for _ in range(2):
        stage.workers.start()
    stage.gate.wait()
    time.sleep(0.4 * SLOWNESS)
    stage.gate.release()


def no_answer(stage: Stage) -> None:
    """The SMS provider accepts one and says nothing."""
    stage.providers.sms.silent = True
    stage.workers.start()


def provider_away(stage: Stage) -> None:
    """The mail server turns everybody away for a while."""
    stage.providers.mail.away = True
    stage.workers.start()
    time.sleep(0.8)
    stage.providers.mail.away = False


def _written(stage: Stage, request_id: int, kind: str) -> int:
    with stage.database.reading() as db:
        mine = (OutboxMessage.subject == f"request:{request_id}", OutboxMessage.kind == kind)
        return db.scalar(select(func.count()).select_from(OutboxMessage).where(*mine)) or 0


def _killed_amid(stage: Stage, kind: str, *, queued: bool) -> None:
    """A worker is killed before its duty has committed, another when it has just begun to write to people."""
    request_id = stage.scene.asks_the_theme(queued=queued)
    with stage.ground.locked():
        worker = stage.workers.start()
        time.sleep(0.5 * SLOWNESS)
        worker.kill()
    stage.gate.arm("mail", "accepted")
    worker = stage.workers.start()
    stage.gate.wait()
    stage.until(lambda: _written(stage, request_id, kind) > 0)
    worker.kill()
    stage.gate.release("drop")
    stage.workers.start()
    stage.until(lambda: stage.under_way() == 0)
    stage.count(f"{kind}: written to", _written(stage, request_id, kind))
    stage.scene.ends(request_id)


def killed_amid_a_wave(stage: Stage) -> None:
    _killed_amid(stage, "asked", queued=False)


def killed_amid_an_offer(stage: Stage) -> None:
    _killed_amid(stage, "hour_offered", queued=True)


def database_restarted(stage: Stage) -> None:
    """PostgreSQL: `immediate` stop while a mail is on its way. SQLite: somebody locks it and does not let go."""
    stage.gate.arm("mail", "accepted")
    stage.workers.start()
    stage.gate.wait()
    with stage.ground.away():
        stage.gate.release()
        time.sleep(0.5)


def disk_full(stage: Stage) -> None:
    """Not a byte can be written while mails are being sent."""
    if stage.ground.small is None:
        stage.count("without a small disk (needs root)", 1)
        return killed_when_mail_was_accepted(stage)
    stage.gate.arm("mail", "accepted")
    stage.workers.start()
    stage.gate.wait()
    with stage.ground.full():
        before = stage.workers.said("worker.database_away")
        stage.gate.release()
        time.sleep(0.6 * SLOWNESS)
        refused = stage.workers.said("worker.database_away") - before
    stage.count("writes that a full disk refused", refused)
    return None


ROUNDS: tuple[Callable[[Stage], None], ...] = (
    killed_when_leased,
    killed_before_the_text,
    killed_when_sending_mail,
    killed_when_sending_sms,
    killed_when_mail_was_accepted,
    killed_when_sms_was_accepted,
    killed_before_settling_mail,
    killed_before_settling_sms,
    stopped_before_the_text,
    stopped_and_refused_late,
    stopped_when_sms_was_accepted,
    cancelled_while_stopped,
    begun_while_stopped,
    cancelled_while_the_worker_was_dead,
    moved_twice_and_cancelled_amid_a_kill,
    two_workers_one_killed,
    a_slow_provider_and_two_workers,
    two_workers_at_once,
    no_answer,
    provider_away,
    killed_amid_a_wave,
    killed_amid_an_offer,
    database_restarted,
    disk_full,
)
