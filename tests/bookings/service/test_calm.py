"""One person cannot make another's mailbox ring (S5, F29): later changes within an hour become one mail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.service.book import BOOKINGS_A_DAY, answer_booking
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import MOVES, move_booking
from flashmeet.core.errors import TooOften
from flashmeet.core.settings.policies import Confirm
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.calm import AT_ONCE, IN_ALL, PAUSE
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.schedule.models import MentorPolicy
from tests.people import FREE, NOW, member, mentor
from tests.use_cases import Book

pytestmark = pytest.mark.both_databases

TEN = datetime(2026, 12, 9, 10, tzinfo=UTC)


def invites(db: Session, to: Member) -> list[OutboxMessage]:
    """Those that have left or will, in their order."""
    db.flush()
    rows = db.scalars(select(OutboxMessage).where(OutboxMessage.recipient_id == to.id, OutboxMessage.kind == "invite"))
    return sorted((row for row in rows if row.state != OutboxState.DROPPED), key=lambda row: row.id)


def told(db: Session, to: Member) -> list[tuple[str, int]]:
    """What each says, and after how many minutes it leaves."""
    return [(row.payload["action"], (row.due_at - NOW) // timedelta(minutes=1)) for row in invites(db, to)]


def hours(count: int) -> list[datetime]:
    return [TEN + timedelta(hours=number % 8) for number in range(count)]


@pytest.fixture
def noisy(db: Session, book: Book) -> Callable[[Member, Member], None]:
    """Books and cancels until the next mail waits."""

    def act(bob: Member, alice: Member) -> None:
        for _ in range(IN_ALL // 2):
            booking = book(bob, alice, TEN + timedelta(days=1))
            cancel_booking(db, bob, booking.id, reason="", now=NOW)

    return act


def test_the_first_changes_are_told_at_once_each(db: Session, book: Book) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    booking = book(bob, alice, TEN)
    for starts_at in hours(3)[1:]:
        move_booking(db, bob, booking.id, starts_at=starts_at, now=NOW)
    cancel_booking(db, bob, booking.id, reason="", now=NOW)
    assert told(db, alice) == [("booked", 0), ("moved", 0), ("moved", 0), ("cancelled", 0)]


def test_each_of_three_hours_booked_moved_twice_and_cancelled_within_an_hour_is_told_at_once(
    db: Session, book: Book
) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    for day in range(IN_ALL // AT_ONCE):
        booking = book(bob, alice, TEN + timedelta(days=day))
        for starts_at in hours(3)[1:]:
            move_booking(db, bob, booking.id, starts_at=starts_at + timedelta(days=day), now=NOW)
        cancel_booking(db, bob, booking.id, reason="", now=NOW)
    whole_life = [("booked", 0), ("moved", 0), ("moved", 0), ("cancelled", 0)]
    assert told(db, alice) == told(db, bob) == whole_life * (IN_ALL // AT_ONCE)
    assert [row.version for row in invites(db, alice)] == [0, 1, 2, 3] * (IN_ALL // AT_ONCE)


def test_twenty_five_bookings_cancelled_are_twelve_mails_until_no_more_is_taken(db: Session, book: Book) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    with pytest.raises(TooOften):
        for starts_at in hours(25):
            cancel_booking(db, bob, book(bob, alice, starts_at).id, reason="", now=NOW)
    assert len(invites(db, alice)) == len(invites(db, bob)) == IN_ALL
    assert len({row.subject for row in db.scalars(select(OutboxMessage))}) == BOOKINGS_A_DAY


def test_twenty_moves_of_one_hour_are_four_mails_and_the_last(db: Session, book: Book) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    booking = book(bob, alice, TEN)
    wanted = hours(MOVES.most + 2)[1:]
    for starts_at in wanted[:-1]:
        move_booking(db, bob, booking.id, starts_at=starts_at, now=NOW)
    with pytest.raises(TooOften):
        move_booking(db, bob, booking.id, starts_at=wanted[-1], now=NOW)
    *_, last = mails = invites(db, alice)
    assert len(mails) == AT_ONCE + 1
    assert (last.due_at, last.version, last.payload["starts_at"]) == (
        NOW + PAUSE,
        booking.sequence,
        wanted[-2].isoformat(),
    )
    heard = mails[-2].payload["starts_at"]  # the hour that the reader knows of
    assert last.payload["previous_starts_at"] == heard


def test_who_has_not_heard_of_the_hour_is_told_of_it_as_new(
    db: Session, book: Book, noisy: Callable[[Member, Member], None]
) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    noisy(bob, alice)
    booking = book(bob, alice, TEN)
    move_booking(db, bob, booking.id, starts_at=hours(2)[1], now=NOW)
    assert told(db, alice)[IN_ALL:] == [("booked", 10)]


def test_who_has_not_heard_of_the_hour_does_not_hear_of_its_end(
    db: Session, book: Book, noisy: Callable[[Member, Member], None]
) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    noisy(bob, alice)
    cancel_booking(db, bob, book(bob, alice, TEN).id, reason="", now=NOW)
    assert len(told(db, alice)) == IN_ALL


def test_a_cancellation_that_has_to_be_told_waits_for_nothing_but_its_pause(
    db: Session, book: Book, noisy: Callable[[Member, Member], None]
) -> None:
    """The invite has left: the calendar must lose its entry, though moves between were never told."""
    alice, bob = mentor(db), member(db, "Bob")
    booking = book(bob, alice, TEN)
    noisy(bob, alice)
    move_booking(db, bob, booking.id, starts_at=hours(2)[1], now=NOW)
    cancel_booking(db, bob, booking.id, reason="", now=NOW)
    (last,) = invites(db, alice)[IN_ALL + 1 :]
    assert (last.payload["action"], last.due_at, last.version) == ("cancelled", NOW + PAUSE, 2)


def test_nobody_waits_for_what_another_person_did_nor_close_to_the_hour(
    db: Session, book: Book, noisy: Callable[[Member, Member], None]
) -> None:
    alice, bob, charlie = mentor(db), member(db, "Bob"), member(db, "Charlie")
    mine = book(charlie, alice, TEN)
    noisy(bob, alice)
    move_booking(db, charlie, mine.id, starts_at=TEN + timedelta(hours=4), now=NOW)
    assert told(db, alice)[-1] == ("moved", 0)
    late = TEN - timedelta(minutes=90)
    near = book(bob, alice, TEN, now=late)
    for _ in range(IN_ALL):
        cancel_booking(db, bob, near.id, reason="", now=late)
        near = book(bob, alice, TEN, now=late)
    assert {row.due_at for row in invites(db, alice) if row.created_at == late} == {late}


def test_the_hour_after_everything_is_told_at_once_again(
    db: Session, book: Book, noisy: Callable[[Member, Member], None]
) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    noisy(bob, alice)
    later = NOW + timedelta(hours=1)
    book(bob, alice, TEN, now=later)
    assert invites(db, alice)[-1].due_at == later


ASKS_FIRST = replace(FREE, confirm=Confirm.ASK)


def mails(db: Session, to: Member, *kinds: str) -> list[tuple[str, int]]:
    """Those that have left or will, and after how many minutes."""
    db.flush()
    query = select(OutboxMessage).where(OutboxMessage.recipient_id == to.id, OutboxMessage.kind.in_(kinds))
    rows = [row for row in db.scalars(query.order_by(OutboxMessage.id)) if row.state != OutboxState.DROPPED]
    return [(row.kind, (row.due_at - NOW) // timedelta(minutes=1)) for row in rows]


TO_MENTOR = ("request", "not_taken", "invite")


def test_the_thirteenth_mail_about_hours_that_wait_for_an_answer_waits_and_gives_way(db: Session, book: Book) -> None:
    alice, bob = mentor(db, policy=ASKS_FIRST), member(db, "Bob")
    for day in range(IN_ALL // 2 + 1):
        cancel_booking(db, bob, book(bob, alice, TEN + timedelta(days=day)).id, reason="", now=NOW)
    at_once = [("request", 0), ("not_taken", 0)] * (IN_ALL // 2)
    assert mails(db, alice, *TO_MENTOR) == at_once
    book(bob, alice, TEN)
    assert mails(db, alice, *TO_MENTOR) == [*at_once, ("request", 10)]


def test_a_pending_hour_that_moves_again_and_again_is_asked_for_once_more(db: Session, book: Book) -> None:
    alice, bob = mentor(db, policy=ASKS_FIRST), member(db, "Bob")
    booking = book(bob, alice, TEN)
    for starts_at in hours(8)[1:]:
        move_booking(db, bob, booking.id, starts_at=starts_at, now=NOW)
    found = mails(db, alice, "request")
    last = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "request").order_by(OutboxMessage.id.desc()))
    assert (len(found), found[-1], last.first().payload["starts_at"]) == (  # type: ignore[union-attr]
        AT_ONCE + 1,
        ("request", 10),
        hours(8)[-1].isoformat(),
    )
    cancel_booking(db, bob, booking.id, reason="", now=NOW)
    assert mails(db, alice, *TO_MENTOR)[AT_ONCE:] == [("not_taken", 10)]  # she heard of the hour before


@pytest.mark.parametrize("accept", [True, False])
def test_what_is_answered_before_its_mail_left_is_asked_for_no_more(
    db: Session, book: Book, noisy: Callable[[Member, Member], None], accept: bool
) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    noisy(bob, alice)
    policy = db.get_one(MentorPolicy, alice.id)
    policy.confirm = Confirm.ASK
    db.flush()
    booking = book(bob, alice, TEN)
    assert mails(db, alice, "request") == [("request", 10)]
    answer_booking(db, alice, booking.id, accept=accept, now=NOW)
    assert (mails(db, alice, "request"), mails(db, bob, "pending")) == ([], [])
    assert mails(db, bob, "invite", "not_taken")[-1][0] == ("invite" if accept else "not_taken")
