"""`make bench`, second part: 10,000 reminders due at once at a provider of 100 a second, while pages are asked for."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

import click
from sqlalchemy import func, select, text

from bench.outbox import fill
from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.engine import Database
from flashmeet.identity.models import Member
from flashmeet.identity.service.tokens import create_token
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.channels import ChannelName, Outcome, Outgoing, Retry, Sent
from flashmeet.worker.loop import Worker
from tests.browsers import Browser

REMINDERS, RATE = 10_000, 100.0
ASKED_FOR = 300


@dataclass(slots=True)
class Provider:
    """Takes at once what it is given, and notes when."""

    name: ChannelName = ChannelName.MAIL
    batch: int = 20
    per_second: float = RATE
    taken: list[float] = field(default_factory=list)
    late: int = 0

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        for message in messages:
            self.taken.append(time.monotonic())
            self.late += message.not_after is not None and datetime.now(UTC) >= message.not_after
            yield message.id, Sent()

    def look_up(self, message: Outgoing) -> Outcome:
        return Retry("again")

    def busiest_second(self) -> int:
        """The most that any second saw."""
        most = first = 0
        for last, at in enumerate(self.taken):
            while at - self.taken[first] >= 1.0:
                first += 1
            most = max(most, last - first + 1)
        return most


def pages(browser: Browser, token: str) -> float:
    """The 95th of a hundred waits, in milliseconds."""
    took = []
    for _ in range(ASKED_FOR):
        begun = time.perf_counter()
        assert browser.get("/api/v1/slots", headers={"Authorization": f"Bearer {token}"}).status_code == 200
        took.append(1000 * (time.perf_counter() - begun))
        time.sleep(0.02)
    return quantiles(took, n=20)[-1]


def measure(database: Database, url: str, folder: Path, *, reminders: int) -> None:
    """Prints what was seen. The worker is a thread here, beside the pages: worse for them than a process of its own."""
    fill(database, reminders, people=200)
    with database.writing() as db:
        person = db.scalars(select(Member).limit(1)).one()
        token = create_token(db, person, read_only=True, now=datetime.now(UTC))
        db.execute(text("DELETE FROM channel_state"))
    config = Config(
        env="development",
        instance=folder,
        database_url=url,
        secret_key="s" * 40,
        base_url="http://localhost",
        mail_from="rendez-vous@example.org",
    )
    browser, provider = Browser(create_app(config, database=database)), Provider()
    idle = pages(browser, token)
    worker = Worker(database, {ChannelName.MAIL: provider}, tasks=())
    thread = threading.Thread(target=worker.run)
    thread.start()
    time.sleep(2)
    busy = pages(browser, token)
    until = time.monotonic() + 3 * reminders / RATE
    while len(provider.taken) < reminders and time.monotonic() < until:
        time.sleep(0.2)
    time.sleep(0.5)
    worker.stop.set()
    thread.join()
    with database.reading() as db:
        states = dict(db.execute(select(OutboxMessage.state, func.count()).group_by(OutboxMessage.state)).all())
    took = provider.taken[-1] - provider.taken[0]
    click.echo(
        f"{len(provider.taken):,} of {reminders:,} reminders in {took:.0f} s ({len(provider.taken) / took:.0f}/s)"
    )
    click.echo(f"  busiest second {provider.busiest_second()} (rate {RATE:.0f}, a second's worth may be caught up)")
    click.echo(f"  after the start {provider.late}; states {states}")
    click.echo(f"  page p95 {busy:.1f} ms while they leave : {idle:.1f} ms idle = {busy / idle:.2f}")
