"""Whoever changes what two people's time is taken for locks both first, at once: nobody waits in a circle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, answer_booking, book_slot
from flashmeet.bookings.service.end import cancel_booking, end_expired
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Confirm
from flashmeet.identity.models import Member
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.rules.ways_asked import SeriesWish
from flashmeet.requests.service.answer import accept, decline, propose
from flashmeet.requests.service.create import Asking, ask
from flashmeet.requests.service.lifecycle import withdraw
from flashmeet.requests.service.waves import send_waves
from tests.people import FREE, NOW, mentor

LINKS = Links("http://localhost", "s" * 40)
AT = NOW + timedelta(days=8)
LATER = AT + timedelta(days=1)
SERIES = SeriesWish(1, (AT + timedelta(days=15)).date())
LOCK = "ORDER BY mentor_policy.member_id"
TABLES = ("claim", "quota_use", "opening")
CHANGES = tuple(f"{verb} {table} " for verb in ("INSERT INTO", "DELETE FROM", "UPDATE") for table in TABLES)
pytestmark = pytest.mark.both_databases


@dataclass
class Two:
    """Bob mentors as well, and joined before Alice, whom he asks: locking Alice first would be the wrong order."""

    database: Database
    bob: int
    alice: int

    @contextmanager
    def unit(self) -> Iterator[tuple[Session, Member, Member]]:
        with self.database.writing() as db:
            yield db, db.get_one(Member, self.bob), db.get_one(Member, self.alice)

    def books(self, at: Any = AT) -> int:
        with self.unit() as (db, bob, alice):
            wanted = BookingRequest(mentor_id=alice.id, starts_at=at, theme="droit", need="Relire mes statuts")
            return book_slot(db, bob, wanted, links=LINKS, now=NOW).id

    def asks(self, **more: Any) -> int:
        with self.unit() as (db, bob, alice):
            wanted = Asking(theme="droit", need="Mes statuts", mentor_id=alice.id, times=(AT, LATER))
            return ask(db, bob, replace(wanted, **more), now=NOW).id

    def asked(self, db: Session) -> RequestAsk:
        return db.scalars(select(RequestAsk)).unique().one()


@pytest.fixture
def two(database: Database) -> Two:
    with database.writing() as db:
        return Two(database, mentor(db, "Bob").id, mentor(db, "Alice", mentee=False).id)


@pytest.fixture
def careful(database: Database) -> Two:
    """The same, where Alice is asked first."""
    with database.writing() as db:
        policy = replace(FREE, confirm=Confirm.ASK)
        return Two(database, mentor(db, "Bob").id, mentor(db, "Alice", mentee=False, policy=policy).id)


@contextmanager
def both_locked_first(two: Two) -> Iterator[None]:
    """The first statement that locks names both; no later one names anybody else; nothing was changed before it."""
    heard: list[tuple[str, Any]] = []

    def hear(*given: Any) -> None:
        heard.append((given[2], given[3]))

    event.listen(two.database.engine, "before_cursor_execute", hear)
    try:
        yield
    finally:
        event.remove(two.database.engine, "before_cursor_execute", hear)
    locks = [
        number for number, (sql, _) in enumerate(heard) if LOCK in sql and "ORDER BY mentor_policy.member_id" in sql
    ]
    changes = [number for number, (sql, _) in enumerate(heard) if sql.startswith(CHANGES)]
    assert changes and locks[0] < changes[0]
    named = [_ids(given) for _, given in (heard[each] for each in locks)]
    assert named[0] == {two.bob, two.alice}
    assert all(each <= named[0] for each in named)


def _ids(given: Any) -> set[int]:
    """Those in the text that is the one parameter (`core.database.lists`)."""
    [said] = given.values() if isinstance(given, dict) else given
    return {*json.loads(said.replace("{", "[").replace("}", "]"))}


def test_a_booking_locks_both_first(two: Two) -> None:
    with both_locked_first(two):
        two.books()


def test_a_move_and_a_cancellation_lock_both_first(two: Two) -> None:
    number = two.books()
    with both_locked_first(two), two.unit() as (db, bob, _):
        move_booking(db, bob, number, starts_at=LATER, now=NOW)
    with both_locked_first(two), two.unit() as (db, _, alice):
        cancel_booking(db, alice, number, reason="", now=NOW)


@pytest.mark.parametrize("yes", [True, False])
def test_an_answer_to_a_pending_hour_locks_both_first(careful: Two, yes: bool) -> None:
    number = careful.books()
    with both_locked_first(careful), careful.unit() as (db, _, alice):
        answer_booking(db, alice, number, accept=yes, now=NOW)


def test_a_pending_hour_that_expires_locks_both_first(careful: Two) -> None:
    number = careful.books()
    with both_locked_first(careful), careful.unit() as (db, _, _):
        due_at = db.get_one(Booking, number).answer_due_at
        assert due_at and end_expired(db, now=due_at) == 1


def test_a_request_with_two_times_locks_both_first(two: Two) -> None:
    with both_locked_first(two):
        two.asks()


@pytest.mark.parametrize("series", [None, SERIES])
def test_a_yes_to_a_request_or_to_a_series_locks_both_first(two: Two, series: SeriesWish | None) -> None:
    two.asks(series=series, times=(AT,))
    with both_locked_first(two), two.unit() as (db, _, _):
        accept(db, two.asked(db), AT, links=LINKS, now=NOW)


def test_other_times_and_a_withdrawal_lock_both_first(two: Two) -> None:
    two.asks()
    with both_locked_first(two), two.unit() as (db, _, _):
        propose(db, two.asked(db), [LATER + timedelta(hours=3)], now=NOW)
    with both_locked_first(two), two.unit() as (db, bob, _):
        withdraw(db, bob, db.scalars(select(MentoringRequest)).unique().one().id, now=NOW)


def test_other_times_for_a_request_to_a_theme_lock_both_first(two: Two) -> None:
    """Until then the times claim Bob's time alone."""
    two.asks(mentor_id=None)
    with two.unit() as (db, _, _):
        send_waves(db, now=NOW)
    with both_locked_first(two), two.unit() as (db, _, _):
        propose(db, two.asked(db), [LATER + timedelta(hours=3)], now=NOW)


def test_a_no_locks_both_first(two: Two) -> None:
    two.asks()
    with both_locked_first(two), two.unit() as (db, _, _):
        decline(db, two.asked(db), now=NOW)
