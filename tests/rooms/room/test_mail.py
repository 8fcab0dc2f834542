"""What two pages tell each other through the server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Thread

import pytest
from flask import Flask

from flashmeet.core.database.session import Database
from flashmeet.rooms.models import RoomMessage, RoomPeer
from flashmeet.rooms.pages import waiting
from flashmeet.rooms.rules.room import BODY_BYTES, NUMBERS
from flashmeet.rooms.service.room import purge_rooms
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.rooms.room.hours import Hour
from tests.rooms.room.pages import Page, bodies

Visitor = Callable[[], Browser]

pytestmark = pytest.mark.both_databases


def test_each_side_learns_of_the_other_and_hears_it_in_order(alice: Page, bob: Page) -> None:
    alice.send(bob, "one", "two")
    alice.send(bob, "three", first=3)
    heard = bob.poll()
    assert heard.json is not None
    assert heard.json["other"] == {"peer": alice.peer, "state": "here"}
    assert bodies(heard) == ["one", "two", "three"]
    assert bodies(bob.poll(alice.peer, "here", after=2)) == ["three"]
    assert bodies(alice.poll()) == []


def test_a_message_sent_again_is_heard_once(alice: Page, bob: Page) -> None:
    alice.send(bob, "one", "two")
    alice.send(bob, "one", "two", "three")
    assert bodies(bob.poll()) == ["one", "two", "three"]


def test_nobody_hears_what_was_said_to_a_page_that_is_gone(alice: Page, bob: Page, hour: Hour) -> None:
    again = Page(bob.browser, hour.bobs_link).enter()
    assert alice.send(bob, "to the old page").status_code == 200
    alice.send(again, "to the new one", first=2)
    assert bodies(again.poll()) == ["to the new one"]


def test_a_page_hears_the_others_new_page_from_its_beginning(alice: Page, bob: Page, hour: Hour) -> None:
    alice.send(bob, *range(9))
    again = Page(alice.browser, hour.alices_link).enter()
    again.send(bob, "hello again")
    assert bodies(bob.poll(alice.peer, "here", after=9)) == ["hello again"]


def test_one_seat_has_one_page_the_older_is_told(alice: Page, bob: Page, hour: Hour, visitor: Visitor) -> None:
    Page(visitor(), hour.alices_link).enter()
    for answer in (alice.poll(), alice.send(bob, "still me")):
        assert (answer.status_code, answer.json) == (410, {"code": "room_closed", "reason": "replaced"})
    assert bodies(bob.poll()) == []


def test_leaving_is_told_to_the_other(alice: Page, bob: Page) -> None:
    assert alice.leave().status_code == 204
    assert bob.poll().json == {"other": {"peer": alice.peer, "state": "left"}, "signals": [], "second_way": ""}
    assert alice.poll().json == {"code": "room_closed", "reason": "left"}


def test_an_older_page_that_leaves_takes_nobody_along(alice: Page, bob: Page, hour: Hour) -> None:
    again = Page(alice.browser, hour.alices_link).enter()
    alice.leave()
    assert bob.poll().json == {"other": {"peer": again.peer, "state": "here"}, "signals": [], "second_way": ""}


def test_who_is_not_heard_of_for_a_while_is_away_until_they_ask_again(alice: Page, bob: Page, clock: Clock) -> None:
    clock.move(seconds=41)
    bob.poll()
    assert bob.poll().json == {"other": {"peer": alice.peer, "state": "away"}, "signals": [], "second_way": ""}
    alice.poll()
    assert bob.poll().json == {"other": {"peer": alice.peer, "state": "here"}, "signals": [], "second_way": ""}


def test_nobody_speaks_for_somebody_elses_page(alice: Page, bob: Page) -> None:
    stolen = Page(bob.browser, bob.link, bob.csrf, alice.peer)
    assert stolen.poll().status_code == 410
    assert stolen.send(bob, "as Alice").status_code == 410
    stolen.leave()
    assert alice.poll().status_code == 200


def test_a_poll_waits_until_something_happens(alice: Page, bob: Page, app: Flask) -> None:
    heard: list[object] = []
    waiting = Thread(target=lambda: heard.append(bodies(bob.poll(alice.peer, "here", wait=20))))
    waiting.start()
    waiting.join(0.6)
    assert heard == []
    alice.send(bob, "now")
    waiting.join(10)
    assert heard == [["now"]]


def test_a_waiting_poll_holds_no_connection(alice: Page, bob: Page, database: Database, app: Flask) -> None:
    waiting = Thread(target=lambda: bob.poll(alice.peer, "here", wait=1.5))
    waiting.start()
    seen = []
    while waiting.is_alive():
        waiting.join(0.05)
        seen.append(database.engine.pool.checkedout())  # type: ignore[attr-defined]  # every pool of ours counts
    assert seen.count(0) > len(seen) / 2


def test_where_too_many_wait_another_is_told_to_come_back_but_hears_news(
    app: Flask, alice: Page, bob: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "IN_THREADS", 0)
    refused = bob.poll(alice.peer, "here", wait=5)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    alice.send(bob, "news")
    assert bodies(bob.poll(alice.peer, "here", wait=5)) == ["news"]


@pytest.mark.parametrize(
    "signal",
    [
        {"number": 1, "kind": "candidates", "body": "x" * BODY_BYTES},
        {"number": 1, "kind": "shutdown", "body": {}},
        {"number": 0, "kind": "state", "body": {}},
        {"number": NUMBERS + 1, "kind": "state", "body": {}},
        {"number": "1", "kind": "state", "body": {}},
        {"number": True, "kind": "state", "body": {}},
        {"number": 1, "kind": "state", "body": float("nan")},
        {"kind": "state"},
        "hello",
    ],
)
def test_what_no_page_of_ours_would_send_is_refused_and_nothing_kept(
    alice: Page, bob: Page, database: Database, signal: object
) -> None:
    good = {"number": 7, "kind": "state", "body": {}}
    answer = alice.post("send", {"peer": alice.peer, "to": bob.peer, "signals": [good, signal]})
    assert answer.status_code == 422
    with database.reading() as db:
        assert db.query(RoomMessage).count() == 0


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"nonsense", b"[" * 100_000, b'{"peer": "a\\u0000", "to": "", "signals": []}']
)
def test_what_cannot_be_read_is_refused(alice: Page, body: bytes) -> None:
    headers = {"X-CSRFToken": alice.csrf, "Content-Type": "application/json"}
    assert alice.browser.post(f"{alice.link}/send", data=body, headers=headers).status_code == 422


def test_a_request_beyond_every_batch_is_cut_off(alice: Page) -> None:
    answer = alice.post("send", {"peer": alice.peer, "to": "", "signals": ["x" * 300_000]})
    assert answer.status_code == 413


def test_entering_again_and_again_is_slowed_down(alice: Page) -> None:
    answers = [alice.post("enter", {}) for _ in range(31)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_sending_without_end_is_slowed_down(alice: Page, bob: Page) -> None:
    assert {alice.post("media", {"peer": alice.peer, "flows": True}).status_code for _ in range(120)} == {200}
    refused = alice.send(bob, "one too many")
    assert (refused.status_code, int(refused.headers["Retry-After"]) > 0) == (429, True)


def test_no_poll_waits_longer_than_25_seconds(alice: Page) -> None:
    assert alice.poll(wait=25.1).status_code == 422


def test_a_page_never_takes_its_own_seat_for_the_other(alice: Page, hour: Hour, visitor: Visitor) -> None:
    """A message without its seat once made a window call itself."""
    again = Page(visitor(), hour.alices_link).enter()
    assert again.send(again, "to myself").status_code == 200
    assert again.poll().json == {"other": None, "signals": [], "second_way": ""}


def test_a_room_is_forgotten_an_hour_after_it_closed(alice: Page, bob: Page, database: Database) -> None:
    alice.send(bob, "one")
    closed = NOW + timedelta(minutes=90)
    with database.writing() as db:
        assert purge_rooms(db, now=closed + timedelta(minutes=60)) == 0
        assert purge_rooms(db, now=closed + timedelta(minutes=61)) == 2
    with database.reading() as db:
        assert (db.query(RoomPeer).count(), db.query(RoomMessage).count()) == (0, 0)
