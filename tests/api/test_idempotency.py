"""A POST that is sent again under its key does nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from flashmeet.http.models import IdempotencyKey
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.models import Leave
from tests.api.callers import NEED, Caller, refused, told
from tests.api.conftest import Join
from tests.browsers import Clock

pytestmark = pytest.mark.both_databases

AT, LATER, LATEST = "2026-12-09T17:00:00Z", "2026-12-10T08:00:00Z", "2026-12-10T10:00:00Z"
AT_ONCE = 8


def count(database: Database, table: Any) -> int:
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def test_the_same_key_gives_the_same_answer_and_one_booking(alice: Caller, bob: Caller, database: Database) -> None:
    first = bob.book(alice.id, AT, key="one")
    messages = count(database, OutboxMessage)
    again = bob.book(alice.id, AT, key="one")
    assert told(first, 201) == told(again, 201)
    assert (count(database, Booking), count(database, OutboxMessage)) == (1, messages)


def test_the_kept_answer_stays_as_it_was_while_the_session_moves_on(alice: Caller, bob: Caller) -> None:
    made = told(bob.book(alice.id, AT, key="one"), 201)
    told(bob.post(f"/bookings/{made['id']}/cancel", key="two"))
    assert told(bob.book(alice.id, AT, key="one"), 201) == made


def test_the_order_and_the_spacing_of_a_body_do_not_matter(alice: Caller, bob: Caller) -> None:
    made = told(bob.book(alice.id, AT, key="one"), 201)
    text = f'{{"theme": "Droit",  "starts_at":"{AT}", "need": "{NEED}", "mentor_id": {alice.id}}}'
    headers = {"Idempotency-Key": "one"}
    again = bob("POST", "/bookings", data=text.encode(), content_type="application/json", headers=headers)
    assert told(again, 201) == made


def test_another_body_under_the_same_key_is_refused(alice: Caller, bob: Caller, database: Database) -> None:
    told(bob.book(alice.id, AT, key="one"), 201)
    assert refused(bob.book(alice.id, LATER, key="one")) == (422, "idempotency_mismatch")
    assert count(database, Booking) == 1


def test_the_same_key_of_another_member_or_for_another_path_is_another_key(
    alice: Caller, bob: Caller, charlie: Caller
) -> None:
    mine = told(bob.book(alice.id, AT, key="one"), 201)
    theirs = told(charlie.book(alice.id, LATER, key="one"), 201)
    assert theirs["id"] != mine["id"]
    assert told(bob.post(f"/bookings/{mine['id']}/cancel", key="one"))["status"] == "cancelled"


def test_every_post_takes_a_key(alice: Caller, bob: Caller, database: Database) -> None:
    made = told(bob.book(alice.id, AT), 201)
    path = f"/bookings/{made['id']}"
    moved = [told(bob.post(f"{path}/move", {"starts_at": LATER}, key="m")) for _ in range(2)]
    assert [booking["sequence"] for booking in moved] == [1, 1]
    gone = [told(bob.post(f"{path}/cancel", {"reason": "train"}, key="c")) for _ in range(2)]
    assert [booking["sequence"] for booking in gone] == [2, 2]
    leaves = [told(alice.post("/me/leave", {"first": "2027-01-04", "last": "2027-01-08"}, key="l"), 201) for _ in "ab"]
    assert leaves[0] == leaves[1]
    assert count(database, Leave) == 1


def test_a_refusal_is_not_kept(alice: Caller, bob: Caller, charlie: Caller, database: Database) -> None:
    taken = told(charlie.book(alice.id, AT), 201)
    assert refused(bob.book(alice.id, AT, key="one")) == (409, "slot_taken")
    assert count(database, IdempotencyKey) == 0
    told(charlie.post(f"/bookings/{taken['id']}/cancel"))
    told(bob.book(alice.id, AT, key="one"), 201)


def test_a_key_is_forgotten_after_a_day(alice: Caller, bob: Caller, clock: Clock) -> None:
    first = told(bob.book(alice.id, AT, key="one"), 201)
    clock.move(hours=23, minutes=59)
    assert told(bob.book(alice.id, AT, key="one"), 201) == first
    clock.move(minutes=1)
    assert refused(bob.book(alice.id, AT, key="one")) == (409, "slot_taken")
    assert told(bob.book(alice.id, LATER, key="one"), 201)["id"] != first["id"]


def test_a_key_has_at_most_200_characters(alice: Caller, bob: Caller) -> None:
    problem = told(bob.book(alice.id, AT, key="k" * 201), 422)
    assert (problem["code"], problem["errors"][0]["field"]) == ("too_long", "Idempotency-Key")
    assert refused(bob.book(alice.id, AT, key="a\x7fb")) == (422, "invalid")
    told(bob.book(alice.id, AT, key="é" * 200), 201)


def test_no_join_link_is_kept(alice: Caller, bob: Caller, database: Database) -> None:
    made = told(bob.book(alice.id, AT, key="one"), 201)
    assert "/join/" in made["join_url"]
    with database.reading() as db:
        kept = db.query(IdempotencyKey).one()
    assert (kept.status, kept.answer) == (201, {name: made[name] for name in made if name != "join_url"})


def test_the_same_request_at_once_waits_for_the_first_and_gets_its_answer(
    app: Flask, alice: Caller, bob: Caller, database: Database
) -> None:
    def send(_: int) -> TestResponse:
        return Caller(app, token=bob.headers["Authorization"].split()[1]).book(alice.id, AT, key="one")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [told(answer, 201) for answer in pool.map(send, range(AT_ONCE))]
    assert answers == [answers[0]] * AT_ONCE
    assert count(database, Booking) == 1


def test_who_waited_for_a_first_that_failed_does_the_work(
    app: Flask, alice: Caller, bob: Caller, database: Database
) -> None:
    """Each sends another body under one key, so that whoever comes first decides."""

    def send(number: int) -> TestResponse:
        caller = Caller(app, token=bob.headers["Authorization"].split()[1])
        at = LATER if number == AT_ONCE - 1 else "2026-12-09T23:00:00Z"
        return caller.book(alice.id, at, key="one")

    with ThreadPoolExecutor(AT_ONCE) as pool:
        codes = [answer.status_code for answer in pool.map(send, range(AT_ONCE))]
    assert codes[-1] == 201
    assert codes[:-1] == [422] * (AT_ONCE - 1)
    assert count(database, IdempotencyKey) == 1


def test_one_hour_and_many_who_want_it_at_once(app: Flask, alice: Caller, join: Join, database: Database) -> None:
    """A1, in one process: one books, every other gets three alternatives."""
    callers = [join(f"Mentee{number}") for number in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda caller: caller.book(alice.id, AT), callers))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * (AT_ONCE - 1)
    assert [len(told(answer, 409)["alternatives"]) for answer in answers if answer.status_code == 409] == [3] * 7
    assert count(database, Booking) == 1
