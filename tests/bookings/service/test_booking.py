"""Booking, overlaps, buffers, moves: acceptance A2, A3, A9."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.errors import (
    AlreadyOver,
    NotFound,
    NotOffered,
    OffTheQuarter,
    QuotaReached,
    SlotTaken,
    ThemeNotOffered,
    TooLate,
    UnknownTheme,
    YouAreBusy,
    Yourself,
)
from flashmeet.core.settings.policies import Policy
from flashmeet.schedule.models import Claim, Holder
from flashmeet.schedule.rules.availability import DayOverride, Span
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.themes.service import create_theme
from tests.people import EVERY_QUARTER, FREE, NOW, member, mentor
from tests.use_cases import Book

DAY = datetime(2026, 12, 9, tzinfo=UTC)


def at(hour: int, minute: int = 0, *, day: datetime = DAY) -> datetime:
    return day.replace(hour=hour, minute=minute)


def test_two_sessions_of_one_mentor_never_overlap(db: Session, book: Book) -> None:
    alice, bob, charlie = mentor(db, policy=EVERY_QUARTER), member(db, "Bob"), member(db, "Charlie")
    book(bob, alice, at(10))
    for clash in (at(9, 30), at(10), at(10, 30)):
        with pytest.raises(SlotTaken):
            book(charlie, alice, clash)
    assert book(charlie, alice, at(11)).status == BookingStatus.CONFIRMED


def test_a_mentee_is_never_in_two_sessions_at_once(db: Session, book: Book) -> None:
    alice, anna, bob = mentor(db, policy=EVERY_QUARTER), mentor(db, "Anna", policy=EVERY_QUARTER), member(db, "Bob")
    first = book(bob, alice, at(10))
    with pytest.raises(YouAreBusy) as refusal:
        book(bob, anna, at(10, 30))
    assert refusal.value.booking_id == first.id


def test_a_taken_slot_is_named_before_ones_own_clash(db: Session, book: Book) -> None:
    bob = member(db, "Bob")  # the lower id claims first
    alice, anna, charlie = mentor(db), mentor(db, "Anna"), member(db, "Charlie")
    book(bob, alice, at(10))
    book(charlie, anna, at(10))
    with pytest.raises(SlotTaken):
        book(bob, anna, at(10))


def test_a_mentor_who_asks_elsewhere_is_not_bookable_meanwhile(db: Session, book: Book) -> None:
    alice, anna, bob = mentor(db, policy=EVERY_QUARTER), mentor(db, "Anna", policy=EVERY_QUARTER), member(db, "Bob")
    book(alice, anna, at(10))
    with pytest.raises(SlotTaken):
        book(bob, alice, at(10, 15))


def test_a_cancelled_hour_is_bookable_again(db: Session, book: Book) -> None:
    alice, bob, charlie = mentor(db), member(db, "Bob"), member(db, "Charlie")
    booking = book(bob, alice, at(10))
    cancel_booking(db, alice, booking.id, reason="train", now=NOW)
    assert db.scalar(select(func.count()).select_from(Claim)) == 0
    assert book(charlie, alice, at(10)).status == BookingStatus.CONFIRMED


def test_nobody_books_themselves(db: Session, book: Book) -> None:
    alice = mentor(db)
    with pytest.raises(Yourself):
        book(alice, alice, at(10))


@pytest.mark.parametrize(
    ("buffer", "refused", "accepted"),
    [
        (15, [(17, 0), (17, 30), (18, 45), (19, 0)], [(16, 45), (19, 15), (20, 0)]),
        (0, [(17, 30), (18, 45)], [(17, 0), (19, 0)]),
    ],
)
def test_buffers_keep_their_distance(
    db: Session, book: Book, buffer: int, refused: list[tuple[int, int]], accepted: list[tuple[int, int]]
) -> None:
    """A3: open 16:00–21:00 in Paris, 18:00–19:00 booked; Paris is an hour ahead of UTC."""
    policy = Policy(**{**{f: getattr(EVERY_QUARTER, f) for f in EVERY_QUARTER.__slots__}, "buffer_after": buffer})
    window = (DayOverride(date(2026, 12, 9), Span.parse("16:00", "21:00")),)
    alice = mentor(db, rules=(), overrides=window, policy=policy)
    bob, charlie = member(db, "Bob"), member(db, "Charlie")
    book(bob, alice, at(17))
    for hour, minute in refused:
        with pytest.raises(SlotTaken):
            book(charlie, alice, at(hour - 1, minute))
    for hour, minute in accepted:
        booking = book(charlie, alice, at(hour - 1, minute))
        cancel_booking(db, charlie, booking.id, reason="", now=NOW)


def test_a_session_may_move_into_its_own_time(db: Session, book: Book) -> None:
    alice, bob = mentor(db, policy=EVERY_QUARTER), member(db, "Bob")
    booking = book(bob, alice, at(10))
    before = (booking.uid, booking.room, booking.sequence)
    moved = move_booking(db, bob, booking.id, starts_at=at(10, 30), now=NOW)
    assert (moved.uid, moved.room, moved.sequence) == (*before[:2], before[2] + 1)
    assert (moved.starts_at, moved.ends_at) == (at(10, 30), at(11, 30))
    ticks = db.scalars(select(Claim.tick).where(Claim.member_id == bob.id).order_by(Claim.tick)).all()
    assert ticks == [int(at(10, 30).timestamp()) // 900 + n for n in range(4)]


def test_an_hour_that_both_agree_on_may_lie_beyond_the_mentors_own_limits(db: Session, book: Book) -> None:
    """As a time that a mentor accepts does: their limits are for those who book by themselves."""
    alice, bob = mentor(db, policy=replace(FREE, per_day=1)), member(db, "Bob")
    hour, wanted = book(bob, alice, at(9)), at(11) + timedelta(days=1)
    book(member(db, "Ben"), alice, at(9) + timedelta(days=1))
    with pytest.raises(QuotaReached), db.begin_nested():
        move_booking(db, bob, hour.id, starts_at=wanted, now=NOW)
    assert move_booking(db, bob, hour.id, starts_at=wanted, agreed=True, now=NOW).starts_at == wanted


def test_a_failed_move_leaves_the_old_hour(db: Session, book: Book) -> None:
    alice, bob, charlie = mentor(db, policy=EVERY_QUARTER), member(db, "Bob"), member(db, "Charlie")
    booking = book(bob, alice, at(10))
    book(charlie, alice, at(12))
    with db.begin_nested() as attempt, pytest.raises(SlotTaken):
        move_booking(db, bob, booking.id, starts_at=at(11, 30), now=NOW)
    attempt.rollback() if attempt.is_active else None
    db.expire_all()
    assert (booking.starts_at, booking.sequence) == (at(10), 0)


def test_a_mentor_whose_mentee_is_busy_hears_that_the_slot_is_taken(db: Session, book: Book) -> None:
    alice, anna, bob = mentor(db), mentor(db, "Anna"), member(db, "Bob")
    booking = book(bob, alice, at(10))
    book(bob, anna, at(14))
    with pytest.raises(SlotTaken):
        move_booking(db, alice, booking.id, starts_at=at(14), now=NOW)


def test_refusals_come_in_their_order(db: Session, book: Book) -> None:
    create_theme(db, names={"fr": "Cuisine"})
    alice, bob = mentor(db), member(db, "Bob")
    with pytest.raises(OffTheQuarter):
        book(bob, alice, at(10, 7))
    with pytest.raises(TooLate):
        book(bob, alice, NOW - timedelta(days=1), theme="Nothing")
    with pytest.raises(NotOffered):
        book(bob, alice, at(22), theme="Nothing")
    with pytest.raises(UnknownTheme):
        book(bob, alice, at(10), theme="Nothing")
    with pytest.raises(ThemeNotOffered):
        book(bob, alice, at(10), theme="cuisine")
    assert db.scalar(select(func.count()).select_from(Holder)) == 0


def test_only_the_two_may_touch_a_session_and_only_while_it_lives(db: Session, book: Book) -> None:
    alice, bob, charlie = mentor(db), member(db, "Bob"), member(db, "Charlie")
    booking = book(bob, alice, at(10))
    with pytest.raises(NotFound):
        cancel_booking(db, charlie, booking.id, reason="", now=NOW)
    with pytest.raises(AlreadyOver):
        move_booking(db, bob, booking.id, starts_at=at(12), now=at(10))
    cancel_booking(db, bob, booking.id, reason="", now=NOW)
    with pytest.raises(AlreadyOver):
        cancel_booking(db, alice, booking.id, reason="", now=NOW)
