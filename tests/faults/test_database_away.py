"""Acceptance G7: the database killed, stopped or full: pages say so, nothing is half booked, all comes back alone."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from flashmeet.core.database.engine import LOCK_TIMEOUT_MS
from flashmeet.core.database.sqlite import BUSY_TIMEOUT_MS
from flashmeet.core.limits import RateCount
from flashmeet.http.admission.rate_limits import TOKEN, TOLD_OF
from flashmeet.identity.models import ApiToken
from tests.faults.grounds import Ground, Server
from tests.faults.network import MENTEES, Network, comes_back, says_so, whole_bookings


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


def test_nobodys_page_waits_for_a_note_that_cannot_be_written(made: Ground, network: Network) -> None:
    """When a token was last here, and how often it came: others may hold both for as long as they like."""
    often = 2 * TOKEN.most // TOLD_OF
    assert [network.me().status_code for _ in range(often)] == [200] * often
    with made.database.writing() as db:
        db.execute(update(ApiToken).values(used_at=None))
    with made.database.writing() as others:
        others.execute(update(ApiToken).values(name="held"))
        others.execute(update(RateCount).values(count=RateCount.count))
        begun = time.monotonic()
        assert [network.me().status_code for _ in range(often)] == [200] * often
        assert time.monotonic() - begun < min(BUSY_TIMEOUT_MS, LOCK_TIMEOUT_MS) / 1000
