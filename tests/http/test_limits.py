"""How often."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.core.errors import TooManyRequests
from flashmeet.core.limits import Limit, RateCount, add_count
from flashmeet.http.rate_limits import TOKEN, address_range
from flashmeet.http.services import install, services
from tests.browsers import Browser, Clock
from tests.http.conftest import World, asking
from tests.people import NOW

pytestmark = pytest.mark.both_databases

LIMIT = Limit(name="door", most=3, seconds=60)


def test_the_fourth_of_three_is_too_many_until_the_window_ends() -> None:
    window = LIMIT.window("bob", now=NOW + timedelta(seconds=20))
    window.check(3, now=NOW)
    with pytest.raises(TooManyRequests) as refused:
        window.check(4, now=NOW + timedelta(seconds=20))
    assert refused.value.facts == {"seconds": 40}


def test_windows_follow_each_other_and_name_nobody() -> None:
    first, second = (LIMIT.window("bob@example.org", now=NOW + timedelta(seconds=after)) for after in (59, 60))
    assert first.key != second.key
    assert (first.ends_at, second.ends_at) == (NOW + timedelta(seconds=60), NOW + timedelta(seconds=120))
    assert "bob" not in first.key and "example" not in first.key


def test_counts_from_everywhere_add_up(database: Database) -> None:
    def count() -> None:
        for _ in range(5):
            with database.writing() as db:
                add_count(db, "key", times=2, expires_at=NOW)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as db:
        assert db.scalars(select(RateCount.count)).one() == 40


def test_a_token_may_ask_six_hundred_times_a_minute(app: Flask, world: World, clock: Clock) -> None:
    bob, charlie = asking(app, world, "Bob", api=True), asking(app, world, "Charlie", api=True)
    asked = [bob.get("/api/v1/me").status_code for _ in range(TOKEN.most + 20)]
    assert asked[: TOKEN.most] == [200] * TOKEN.most
    assert asked[-1] == 429
    assert charlie.get("/api/v1/me").status_code == 200
    clock.move(minutes=1)
    assert bob.get("/api/v1/me").status_code == 200


def test_a_shared_counter_is_asked_where_there_is_one(app: Flask, client: Browser, database: Database) -> None:
    counted: list[str] = []

    def count(key: str, *, times: int, expires_at: object) -> int:
        counted.append(key.split(":", maxsplit=1)[0])
        return 1

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
