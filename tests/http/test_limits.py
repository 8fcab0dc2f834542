"""How often."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import cast

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.core.errors import TooManyRequests
from flashmeet.core.limits import PARTS, Limit, RateCount, Window, add_count
from flashmeet.http.admission.rate_limits import TOKEN, address_range, spend
from flashmeet.http.services import install, services
from tests.browsers import Browser, Clock
from tests.http.conftest import World, asking
from tests.people import NOW

pytestmark = pytest.mark.both_databases

LIMIT = Limit(name="door", most=3, seconds=60)


@dataclass(slots=True)
class Door:
    """Lets in by LIMIT, and counts as the program does."""

    counts: dict[str, int] = field(default_factory=dict)

    def seconds_to_wait(self, *, at: float) -> int:
        """So many seconds from NOW somebody asks; 0 when let in."""
        now = NOW + timedelta(seconds=at)
        window = LIMIT.window("bob", now=now)
        counts = [self.counts.get(key, 0) for key in window.keys]
        counts[0] += 1
        try:
            window.check(counts, now=now)
        except TooManyRequests as refused:
            return cast(int, refused.facts["seconds"])
        self.counts[window.keys[0]] = counts[0]
        return 0


def test_the_fourth_of_three_waits_for_the_first_to_leave() -> None:
    door = Door()
    assert [door.seconds_to_wait(at=at) for at in (5, 15, 16, 20, 59, 60)] == [0, 0, 0, 40, 1, 0]


def test_a_limit_is_not_doubled_where_one_length_of_it_follows_another() -> None:
    door = Door()
    assert [door.seconds_to_wait(at=at) for at in (59, 59, 59, 60, 61, 109, 110)] == [0, 0, 0, 50, 49, 1, 0]


@given(pauses=st.lists(st.floats(0, 60), max_size=60))
def test_whoever_waits_as_told_is_let_in_and_no_rhythm_is_let_in_oftener(pauses: list[float]) -> None:
    """Within five sixths of the length, which is how finely it slides."""
    door, at, let_in = Door(), 0.0, list[float]()
    for pause in pauses:
        at += pause
        wait = door.seconds_to_wait(at=at)
        assert wait <= LIMIT.seconds
        if wait:
            at += wait
            assert door.seconds_to_wait(at=at) == 0
        let_in.append(at)
    slid = LIMIT.seconds * (PARTS - 1) / PARTS
    assert all(later - first >= slid for first, later in zip(let_in, let_in[LIMIT.most :], strict=False))


def test_counts_name_nobody() -> None:
    assert not any("bob" in key or "example" in key for key in LIMIT.window("bob@example.org", now=NOW).keys)


def test_counts_from_everywhere_add_up(database: Database) -> None:
    def count() -> None:
        for _ in range(5):
            with database.writing() as db:
                add_count(db, LIMIT.window("bob", now=NOW), times=2)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as db:
        assert db.scalars(select(RateCount.count)).one() == 40
    with database.writing() as db:
        later = LIMIT.window("bob", now=NOW + timedelta(seconds=50))
        assert add_count(db, later, times=1) == [1, 0, 0, 0, 0, 40]


def test_a_refused_use_is_not_counted(app: Flask, database: Database) -> None:
    with app.app_context():
        for _ in range(LIMIT.most):
            spend(LIMIT, "bob")
        for _ in range(5):
            with pytest.raises(TooManyRequests):
                spend(LIMIT, "bob")
    with database.reading() as db:
        assert db.scalars(select(RateCount.count)).one() == LIMIT.most


def test_a_token_may_ask_six_hundred_times_a_minute(app: Flask, world: World, clock: Clock) -> None:
    bob, charlie = asking(app, world, "Bob", api=True), asking(app, world, "Charlie", api=True)
    asked = [bob.get("/api/v1/me").status_code for _ in range(TOKEN.most + 20)]
    assert asked[: TOKEN.most] == [200] * TOKEN.most
    assert asked[-1] == 429
    assert charlie.get("/api/v1/me").status_code == 200
    assert 0 < int(bob.get("/api/v1/me").headers["Retry-After"]) <= 60
    clock.move(minutes=1)
    assert bob.get("/api/v1/me").status_code == 200


def test_a_shared_counter_is_asked_where_there_is_one(app: Flask, client: Browser, database: Database) -> None:
    counted: list[str] = []

    def count(window: Window, *, times: int) -> list[int]:
        counted.append(window.limit.name)
        return [times] + [0] * (PARTS - 1)

    with app.app_context():
        install(app, replace(services(), counter=count))
    client.send("/sign-in", {"email": "bob@example.org"})
    assert counted == ["address", "mailbox"]
    with database.reading() as db:
        assert db.scalars(select(RateCount)).all() == []


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("2001:db8:0:1:ffff::9", "2001:db8:0:1::/64"),
        ("2001:db8:0:2::1", "2001:db8:0:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_an_ipv6_network_counts_as_one_sender(address: str, counted: str) -> None:
    assert address_range(address) == counted
