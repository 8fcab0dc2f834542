"""Workers as processes of their own: the `flashmeet worker` command, in a time that goes faster.

A lease of two minutes lasts a second here, and so on with everything that waits; nothing else differs. A process is
forked from one that has the program loaded, since twenty rounds start some forty of them.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path

SLOWNESS = min(10.0, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))
"""How many want each core when the rig starts: on a busy machine everything waits longer, so that no haste decides."""
LEASE_AT_EASE, LAST_CALL_AT_EASE = 1.8, 0.5
LEASE = LEASE_AT_EASE * SLOWNESS
_LOADED = [
    "flashmeet.cli",
    "flashmeet.messages.channels.twilio_client",
    "psycopg",
    "sqlalchemy.dialects.postgresql.psycopg",
]
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload([*_LOADED, "tests.faults.bugs", "tests.faults.warm"])


def run(environment: Mapping[str, str], log: str, bug: str, slowness: float) -> None:
    """The life of one worker process."""
    from flashmeet.cli import main
    from tests.faults.bugs import BUGS

    os.environ.update(environment)
    descriptor = os.open(log, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
    for number in (1, 2):
        os.dup2(descriptor, number)
    hurry(slowness)
    if bug:
        BUGS[bug]()
    main(["worker"], standalone_mode=False)


def hurry(slowness: float) -> None:
    """Everything that waits waits shorter; the proportions stay."""
    from flashmeet.core.database import engine
    from flashmeet.messages.channels import smtp, twilio_client
    from flashmeet.messages.outbox import channel_state, lease, settle
    from flashmeet.worker import loop, sender, watch
    from tests.faults.bugs import plant

    for where in (lease, sender):
        plant(where, "LEASE", slowness * timedelta(seconds=LEASE_AT_EASE))
    plant(lease, "LAST_CALL", slowness * timedelta(seconds=LAST_CALL_AT_EASE))
    plant(channel_state, "PROBE_EVERY", timedelta(seconds=0.3))
    plant(settle, "FIRST_WAIT", timedelta(seconds=0.1))
    plant(settle, "ASK_AGAIN", timedelta(seconds=0.3))
    for where in (loop, sender, watch):
        plant(where, "IDLE_SECONDS", 0.05)
    plant(loop, "AFTER_A_FAULT_SECONDS", 0.3)
    plant(sender, "PATIENT_SECONDS", 0.1)
    plant(sender, "SWEEP_EVERY_SECONDS", 0.2)
    plant(engine, "IDLE_TIMEOUT_MS", int(1_000 * slowness))
    for name in ("TIMEOUT_SECONDS", "TEXT_SECONDS"):
        plant(smtp, name, 600)  # the rig holds a mail for as long as it likes
    plant(twilio_client, "TIMEOUT_SECONDS", 0.5 * slowness)


@dataclass(slots=True)
class WorkerProcess:
    process: ForkServerProcess

    def kill(self) -> None:
        """SIGKILL: nothing is said or tidied up."""
        self.process.kill()
        self.process.join()

    def stop(self) -> None:
        """SIGSTOP; returns when the last thread stands still, which takes a moment on the other core."""
        os.kill(self._pid, signal.SIGSTOP)
        while any(_state(each) not in "TtZX" for each in Path(f"/proc/{self._pid}/task").glob("*/stat")):
            time.sleep(0.001)

    def go_on(self) -> None:
        os.kill(self._pid, signal.SIGCONT)

    @property
    def _pid(self) -> int:
        assert self.process.pid is not None
        return self.process.pid


def _state(stat: Path) -> str:
    """Source: proc_pid_stat(5); the state follows the name in parentheses. A thread that has ended is stopped, too."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return stat.read_text().rpartition(")")[2].split()[0]
    return "T"


@dataclass(slots=True)
class Workers:
    """Starts workers with one installation's settings, and ends those that are left."""

    environment: Mapping[str, str]
    log: Path
    bug: str = ""
    started: list[WorkerProcess] = field(default_factory=list)

    def start(self, *, bug: str | None = None) -> WorkerProcess:
        chosen = self.bug if bug is None else bug
        process = _context.Process(
            target=run, args=(dict(self.environment), str(self.log), chosen, SLOWNESS), daemon=True
        )
        process.start()
        self.started.append(WorkerProcess(process))
        return self.started[-1]

    def said(self, what: str) -> int:
        """How often they have, in their log."""
        return self.log.read_text(encoding="utf-8").count(what) if self.log.exists() else 0

    def end(self) -> None:
        for each in self.started:
            each.kill()
        self.started.clear()


@contextmanager
def workers(environment: Mapping[str, str], log: Path, bug: str = "") -> Iterator[Workers]:
    made = Workers(environment, log, bug)
    try:
        yield made
    finally:
        made.end()
