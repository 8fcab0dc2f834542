"""Rounds, one after the other, on one database; the checker judges each."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from flashmeet.core.links import Links
from flashmeet.messages.models import OutboxMessage
from tests.fakes import twilio
from tests.faults.checker import Figures, check
from tests.faults.grounds import Engine, Ground, ground
from tests.faults.ledger import Ledger
from tests.faults.processes import Workers, workers
from tests.faults.providers import PATIENCE, Providers, providers
from tests.faults.rounds import Stage
from tests.faults.world import book

SECRET = "a-secret-that-is-long-enough-for-tests"
LINKS = Links("http://localhost", SECRET)
Round = Callable[[Stage], None]


@dataclass(slots=True)
class Rig:
    ground: Ground
    providers: Providers
    workers: Workers
    ledger: Ledger
    rounds: Counter[str] = field(default_factory=Counter)
    seen: dict[str, int] = field(default_factory=dict)
    figures: Figures = field(default_factory=Figures)

    def play(self, act: Round, *, patience: float = PATIENCE) -> list[str]:
        """One round: an hour is booked, something goes wrong, all is settled. Returns what the checker found."""
        number = sum(self.rounds.values()) + 1
        self.rounds[act.__name__] += 1
        scene = book(self.ground.database, self.ledger, number, links=LINKS)
        try:
            act(Stage(self.ground, self.providers, self.workers, scene, self.seen))
            self._settle(patience)
        finally:
            self.providers.gate.release()
            self.workers.end()
        return [f"{act.__name__}: {fault}" for fault in check(self.ground.database, self.ledger, self.figures)]

    def _settle(self, patience: float) -> None:
        """Until nothing is under way; what then still is, the checker calls stuck."""
        busy = select(func.count()).where(OutboxMessage.state.in_(("waiting", "sending", "unknown")))
        until = time.monotonic() + patience
        while time.monotonic() < until:
            with self.ground.database.reading() as db:
                if not db.scalar(busy):
                    return
            time.sleep(0.03)

    def told(self) -> str:
        """The figures, for people."""
        seen = self.figures
        states = ", ".join(f"{count} {state}" for state, count in sorted(seen.states.items()))
        lines = [
            f"{sum(self.rounds.values())} rounds on {self.ground.database.engine.dialect.name}: "
            f"{seen.rows} messages ({states}), {seen.accepted} accepted by the providers",
            f"  in doubt {seen.doubts} times, of which {seen.twice_in_doubt} arrived once more",
            *(f"  {what}: {count}" for what, count in sorted(self.seen.items())),
        ]
        return "\n".join(lines)


@contextmanager
def rig(engine: Engine, folder: Path, *, bug: str = "") -> Iterator[Rig]:
    """Everything, ready for rounds; `bug` names one that is planted into every worker."""
    ledger = Ledger(folder / "ledger")
    with ground(engine) as made, providers(ledger) as ends:
        environment = {
            "FLASHMEET_ENV": "production",
            "FLASHMEET_INSTANCE": str(folder / "instance"),
            "FLASHMEET_DATABASE_URL": made.url,
            "FLASHMEET_SECRET_KEY": SECRET,
            "FLASHMEET_SMTP_URL": f"smtp://127.0.0.1:{ends.mail.port}",
            "FLASHMEET_MAIL_FROM": "rendez-vous@example.org",
            "FLASHMEET_IMAP_URL": ends.mailbox.url,
            "FLASHMEET_TWILIO_ACCOUNT_SID": twilio.ACCOUNT_SID,
            "FLASHMEET_TWILIO_AUTH_TOKEN": twilio.AUTH_TOKEN,
            "FLASHMEET_TWILIO_FROM": twilio.SENDER,
            "FLASHMEET_TWILIO_BASE_URL": ends.sms.base_url,
            "FLASHMEET_MAIL_PER_SECOND": "200",
            "FLASHMEET_SMS_PER_SECOND": "200",
        }
        with workers(environment, folder / "workers.log", bug) as group:
            yield Rig(made, ends, group, ledger)
