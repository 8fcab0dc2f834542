"""What was agreed on the clock stands when a zone gets other rules: one update, told once; nothing else moves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Confirm
from flashmeet.core.zones import data_version, is_outdated
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.periodic_tasks import TASKS
from flashmeet.requests.models import RequestAsk
from flashmeet.schedule.models import Claim, Holder, MentorPolicy, Opening
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from tests import people
from tests.people import NOW
from tests.use_cases import Book
from tests.zone_data import zone_data

CASABLANCA = "Africa/Casablanca"
TEN_THEN = datetime(2026, 12, 15, 9, tzinfo=UTC)
"""15 December 2026 at 10:00 in Casablanca under +01; under +00 ten o'clock is an hour later."""
TEN_NOW = TEN_THEN + timedelta(hours=1)


class Old(Protocol):
    def __call__(self) -> AbstractContextManager[None]: ...


@pytest.fixture
def old(tmp_path: Path) -> Iterator[Old]:
    """`with old():` reads zone data by which Casablanca is on +01 all year."""
    yield lambda: zone_data(tmp_path, {CASABLANCA: "Etc/GMT-1"})


def follow(db: Session) -> None:
    next(task for task in TASKS if task.name == "follow_zone_data").act(db, NOW)
    db.expire_all()


def told(db: Session, *kinds: str) -> list[tuple[int, str]]:
    """Whom the messages went to, with what they announce."""
    query = select(OutboxMessage).where(OutboxMessage.kind.in_(kinds or ("invite", "clocks_changed")))
    rows = db.scalars(query.order_by(OutboxMessage.id))
    return [(row.recipient_id, row.payload["action"] or row.kind) for row in rows if row.payload["action"] != "booked"]


def due(db: Session, kind: str, member: Member) -> list[datetime]:
    query = select(OutboxMessage.due_at).where(
        OutboxMessage.kind == kind, OutboxMessage.recipient_id == member.id, OutboxMessage.state == "waiting"
    )
    return list(db.scalars(query))


def test_an_hour_agreed_in_casablanca_stays_on_its_clock_and_both_are_told_once(
    db: Session, book: Book, old: Old
) -> None:
    with old():
        alice, bob = people.mentor(db, "Alice", tzid=CASABLANCA), people.member(db, "Bob", tzid=CASABLANCA)
        booking = book(bob, alice, TEN_THEN)
        follow(db)
        assert (booking.starts_at, booking.sequence) == (TEN_THEN, 0)
    uid, made = booking.uid, booking.zone_data

    for _ in range(3):
        follow(db)
    assert (booking.starts_at, booking.ends_at) == (TEN_NOW, TEN_NOW + timedelta(hours=1))
    assert (booking.uid, booking.sequence, booking.agreed_wall[:16]) == (uid, 1, "2026-12-15T10:00")
    assert booking.zone_data == data_version() != made
    assert sorted(told(db)) == sorted([(alice.id, "rederived"), (bob.id, "rederived")])
    assert due(db, "reminder_hour", bob) == [TEN_NOW - timedelta(hours=1)]
    claimed = set(db.scalars(select(Claim.tick).where(Claim.member_id == bob.id)))
    assert claimed == {int(TEN_NOW.timestamp()) // 900 + number for number in range(4)}


def test_openings_follow_at_once(db: Session, old: Old) -> None:
    with old():
        alice = people.mentor(db, "Alice", tzid=CASABLANCA)
        first = find_slots(db, SlotQuery(tzid=CASABLANCA, mentor_id=alice.id, limit=1), now=NOW).slots[0].starts_at
        assert first.hour == 9
    tomorrow = NOW + timedelta(days=1)
    eight = NOW.replace(hour=8) + timedelta(days=1)
    follow(db)
    starts = db.scalars(
        select(Opening.starts_at).where(Opening.starts_at.between(eight - timedelta(hours=2), tomorrow))
    )
    assert min(starts) == eight  # eight in Casablanca
    assert db.get_one(MentorPolicy, alice.id).zone_data == data_version()


def test_hours_in_a_row_move_together(db: Session, book: Book, old: Old) -> None:
    with old():
        alice = people.mentor(db, "Alice", tzid=CASABLANCA)
        one = book(people.member(db, "Bob", tzid=CASABLANCA), alice, TEN_THEN)
        two = book(people.member(db, "Charlie", tzid=CASABLANCA), alice, TEN_NOW)
    follow(db)
    assert (one.starts_at, two.starts_at) == (TEN_NOW, TEN_NOW + timedelta(hours=1))
    assert (one.sequence, two.sequence) == (1, 1)


def test_the_mentors_zone_rules_and_the_mentee_elsewhere_is_told(db: Session, book: Book, old: Old) -> None:
    with old():
        alice, bob = people.mentor(db, "Alice", tzid=CASABLANCA), people.member(db, "Bob")
        booking = book(bob, alice, TEN_THEN)
    follow(db)
    assert (booking.starts_at, booking.sequence) == (TEN_NOW, 1)
    assert sorted(told(db)) == sorted([(alice.id, "rederived"), (bob.id, "rederived")])


def test_where_only_the_mentees_clock_moved_the_mentor_is_asked_once(db: Session, book: Book, old: Old) -> None:
    with old():
        alice, bob = people.mentor(db, "Alice"), people.member(db, "Bob", tzid=CASABLANCA)
        booking = book(bob, alice, TEN_THEN)
        due_then = due(db, "reminder_three_days", bob)
    follow(db)
    follow(db)
    assert (booking.starts_at, booking.sequence, booking.mentee_wall) == (TEN_THEN, 0, "2026-12-15T09:00+00:00")
    assert sorted(told(db)) == sorted([(alice.id, "clocks_changed"), (bob.id, "clocks_changed")])
    assert len(due(db, "reminder_three_days", bob)) == len(due_then) == 1


def test_an_hour_whose_new_time_is_taken_stays_and_both_are_told(
    db: Session, book: Book, old: Old, links: Links
) -> None:
    with old():
        alice, bob = people.mentor(db, "Alice", tzid=CASABLANCA), people.member(db, "Bob", tzid=CASABLANCA)
        booking = book(bob, alice, TEN_THEN)
        other = book(bob, people.mentor(db, "Mona"), TEN_NOW)
    follow(db)
    assert (booking.starts_at, booking.sequence, other.starts_at) == (TEN_THEN, 0, TEN_NOW)
    mine = select(OutboxMessage.kind).where(OutboxMessage.subject == f"booking:{booking.id}")
    assert db.scalars(mine.where(OutboxMessage.kind == "clocks_changed")).all() == ["clocks_changed"] * 2


def test_an_hour_that_waits_for_its_mentor_moves_without_an_invite(db: Session, links: Links, old: Old) -> None:
    with old():
        policy = replace(people.FREE, confirm=Confirm.ASK)
        alice = people.mentor(db, "Alice", tzid=CASABLANCA, policy=policy)
        bob = people.member(db, "Bob", tzid=CASABLANCA)
        asked = BookingRequest(mentor_id=alice.id, starts_at=TEN_THEN, theme="Droit", need="Relire mes statuts")
        booking = book_slot(db, bob, asked, links=links, now=NOW)
    follow(db)
    assert (booking.starts_at, booking.sequence, told(db)) == (TEN_NOW, 0, [])


def test_a_mentor_s_time_to_answer_ends_with_the_start_of_an_hour_that_comes_earlier(db: Session, links: Links) -> None:
    alice = people.mentor(db, "Alice", policy=replace(people.FREE, confirm=Confirm.ASK))
    asked = BookingRequest(
        mentor_id=alice.id, starts_at=NOW + timedelta(days=1), theme="Droit", need="Relire mes statuts"
    )
    booking = book_slot(db, people.member(db, "Bob"), asked, links=links, now=NOW)
    earlier = booking.starts_at - timedelta(hours=1)
    booking.agreed_wall, booking.zone_data = "2026-12-02T09:00+02:00", "2025.2 0123456789abcdef"
    db.flush()
    follow(db)
    holder = db.scalars(select(Holder).where(Holder.booking_id == booking.id)).one()
    assert booking.starts_at == booking.answer_due_at == holder.expires_at == earlier
    assert db.scalars(select(RequestAsk.due_at)).all() == [earlier]


def test_zones_with_the_same_rules_move_nothing(db: Session, book: Book, old: Old) -> None:
    with old():
        alice, bob = people.mentor(db, "Alice"), people.member(db, "Bob", tzid="America/Toronto")
        booking = book(bob, alice, TEN_THEN + timedelta(hours=3))
    follow(db)
    assert (booking.sequence, told(db), booking.zone_data) == (0, [], data_version())


def test_a_worker_with_older_zone_data_leaves_newer_alone(db: Session, book: Book) -> None:
    booking = book(people.member(db, "Bob"), people.mentor(db, "Alice"), TEN_THEN)
    booking.zone_data, booking.agreed_wall = "2099.1 0123456789abcdef", "2026-12-15T03:00+01:00"
    db.flush()
    follow(db)
    assert (db.get_one(Booking, booking.id).starts_at, booking.zone_data) == (TEN_THEN, "2099.1 0123456789abcdef")
    assert not is_outdated("2099.1 0123456789abcdef") and is_outdated("") and is_outdated("2025.2 0123456789abcdef")
