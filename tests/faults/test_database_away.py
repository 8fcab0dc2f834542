"""Acceptance G7: the database killed, stopped or full: pages say so, nothing is half booked, all comes back alone."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from flashmeet.app import create_app
from flashmeet.bookings.models.booking import Booking
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.identity.service.tokens import create_token
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.models import Claim, Holder
from tests.browsers import Browser
from tests.faults.grounds import Engine, Ground, Server, ground
from tests.faults.rig import SECRET
from tests.faults.world import ALL_DAY
from tests.people import FREE, member, mentor

MENTEES = 12
WEB_RECOVERS = 10.0


@pytest.fixture(params=["sqlite", "postgresql"])
def made(request: pytest.FixtureRequest) -> Iterator[Ground]:
    engine: Engine = request.param
    with ground(engine) as it:
        yield it


@dataclass(frozen=True, slots=True)
class Network:
    """Pages and API on that database; `tokens` of mentees, each with an hour of their own to book."""

    app: Flask
    mentor_id: int
    hours: list[datetime]
    tokens: list[str]

    def me(self) -> TestResponse:
        return Browser(self.app).get("/api/v1/me", headers=self._bearer(0))

    def book(self, number: int) -> TestResponse:
        wanted = {
            "mentor_id": self.mentor_id,
            "starts_at": f"{self.hours[number]:%Y-%m-%dT%H:%M:%SZ}",
            "theme": "Droit",
            "need": "Relire mes statuts",
        }
        return Browser(self.app).post("/api/v1/bookings", json=wanted, headers=self._bearer(number))

    def _bearer(self, number: int) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[number]}"}


@pytest.fixture
def network(made: Ground, tmp_path: Path) -> Network:
    now = datetime.now(UTC)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=2)
    with made.database.writing() as db:
        policy = replace(FREE, horizon_days=5, start_every=60)
        alice = mentor(db, rules=ALL_DAY, tzid="Etc/GMT", policy=policy, now=now)
        people = [member(db, f"Bob{number}") for number in range(MENTEES)]
        tokens = [create_token(db, each, read_only=False, now=now) for each in people]
    config = Config(
        env="development",
        instance=tmp_path / "instance",
        database_url=made.url,
        secret_key=SECRET,
        base_url="http://localhost",
        mail_from="rendez-vous@example.org",
    )
    hours = [midnight + timedelta(hours=6 + number) for number in range(MENTEES)]
    return Network(create_app(config, database=made.database), alice.id, hours, tokens)


def says_so(answer: TestResponse) -> bool:
    return (answer.status_code, answer.headers.get("Retry-After"), answer.get_json()["code"]) == (
        503,
        "5",
        "unavailable",
    )


def whole_bookings(database: Database) -> int:
    """How many there are; each has its hour for both, and an invite for each, and nothing else has."""
    with database.reading() as db:
        ids = db.scalars(select(Booking.id)).all()
        claims = db.scalar(select(func.count()).select_from(Claim))
        holders = db.scalars(select(Holder.booking_id)).all()
        invites = db.scalar(select(func.count()).where(OutboxMessage.kind == "invite"))
    assert (claims, sorted(each or 0 for each in holders), invites) == (8 * len(ids), sorted(ids), 2 * len(ids))
    return len(ids)


def comes_back(network: Network) -> None:
    begun = time.monotonic()
    while network.me().status_code != 200:
        assert time.monotonic() - begun < WEB_RECOVERS
        time.sleep(0.1)


def test_bookings_while_the_server_is_killed_are_whole_or_not_at_all(made: Ground, network: Network) -> None:
    if not isinstance(made, Server):
        pytest.skip("SQLite has no server that could be killed")
    assert network.book(0).status_code == 201
    with ThreadPoolExecutor(4) as pool:
        answers = [pool.submit(network.book, number) for number in range(1, MENTEES)]
        time.sleep(0.3)
        made.halt()
        told = [each.result() for each in answers]
    assert {answer.status_code for answer in told} <= {201, 503}
    assert all(says_so(answer) for answer in told if answer.status_code == 503)
    assert says_so(network.me())
    made.revive()
    comes_back(network)
    assert whole_bookings(made.database) >= 1 + sum(answer.status_code == 201 for answer in told)


def test_while_the_disk_is_full_nobody_books_and_everybody_can_look(made: Ground, network: Network) -> None:
    if made.small is None:
        pytest.skip("a small disk to fill needs root")
    with made.full():
        told = [network.book(number) for number in range(MENTEES)]
        refused = [answer for answer in told if answer.status_code != 201]
        assert refused
        assert all(says_so(answer) for answer in refused)
        assert network.me().status_code == 200
    comes_back(network)
    last = [number for number, answer in enumerate(told) if answer.status_code != 201][-1]
    assert network.book(last).status_code == 201
    assert whole_bookings(made.database) == MENTEES - len(refused) + 1


def test_a_standby_shows_pages_and_books_nothing_until_it_is_promoted(made: Ground, network: Network) -> None:
    """After a failover the address may lead to a copy that takes no writes, or no writes yet."""
    if not isinstance(made, Server):
        pytest.skip("SQLite has no server with copies")
    assert network.book(0).status_code == 201
    with made.standby():
        assert network.me().status_code == 200
        assert says_so(network.book(1))
    comes_back(network)
    assert network.book(1).status_code == 201
    assert whole_bookings(made.database) == 2
