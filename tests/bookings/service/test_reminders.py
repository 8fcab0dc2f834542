"""Reminders are laid with the booking, and follow the session and the member."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import REMINDERS
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.messages.reminders import follow_member
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.zones import local_time
from flashmeet.identity.models import Member
from flashmeet.identity.rules import BlockReason
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.unreachable import block_number, unblock_number
from flashmeet.messages.rules.kinds import Category
from flashmeet.messages.service.notifications import save_wishes, switch_mail
from flashmeet.schedule.models import Leave
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.pauses import pause, resume
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from tests.people import EVERY_QUARTER, NOW, member, mentor
from tests.use_cases import Book

EVENING = datetime(2026, 12, 9, 17, tzinfo=UTC)
"""Wednesday 18:00 in Paris."""
SMS: dict[str, Any] = {"phone": "+33612345678", "phone_verified_at": NOW, "sms_opt_in": True}

Laid = Callable[[Member], set[str]]


@pytest.fixture
def laid(db: Session) -> Laid:
    """What waits for a member: `sms Tue 08 18:00`, on their wall."""

    def _laid(who: Member) -> set[str]:
        query = select(OutboxMessage).where(
            OutboxMessage.recipient_id == who.id, OutboxMessage.kind.in_(REMINDERS), OutboxMessage.state == "waiting"
        )
        rows = db.scalars(query.execution_options(populate_existing=True))
        return {f"{row.channel} {local_time(row.due_at, who.tzid).at:%a %d %H:%M}" for row in rows}

    return _laid


@pytest.fixture
def bob(db: Session) -> Member:
    return member(db, "Bob", **SMS)


@pytest.fixture
def booking(db: Session, book: Book, bob: Member) -> Booking:
    return book(bob, mentor(db), EVENING)


def test_both_people_have_theirs(booking: Booking, bob: Member, laid: Laid) -> None:
    assert laid(bob) == {
        "mail Sun 06 18:00",
        "mail Tue 08 18:00",
        "mail Wed 09 17:00",
        "sms Tue 08 18:00",
        "sms Wed 09 17:00",
    }
    assert laid(booking.mentor) == {"mail Tue 08 18:00", "mail Wed 09 17:00"}


def test_a_move_lays_them_anew(db: Session, booking: Booking, bob: Member, laid: Laid) -> None:
    move_booking(db, bob, booking.id, starts_at=EVENING + timedelta(days=1), now=NOW + timedelta(days=8))
    assert laid(bob) == {"mail Thu 10 17:00", "sms Thu 10 17:00"}


def test_a_cancelled_session_has_none(db: Session, booking: Booking, bob: Member, laid: Laid) -> None:
    cancel_booking(db, bob, booking.id, reason="", now=NOW)
    assert (laid(bob), laid(booking.mentor)) == (set(), set())


def test_they_follow_the_member_into_another_zone(db: Session, booking: Booking, bob: Member, laid: Laid) -> None:
    bob.tzid = "America/New_York"
    db.flush()
    follow_member(db, bob, now=NOW)
    assert laid(bob) == {
        "mail Sun 06 12:00",
        "mail Tue 08 12:00",
        "mail Wed 09 11:00",
        "sms Tue 08 12:00",
        "sms Wed 09 11:00",
    }


def test_they_follow_a_yes_and_a_no_to_sms(db: Session, booking: Booking, bob: Member, laid: Laid) -> None:
    mails = [Category.REMINDERS]
    save_wishes(db, bob, mails=mails, sms=False, now=NOW)  # a list of one category
    assert laid(bob) == {"mail Sun 06 18:00", "mail Tue 08 18:00", "mail Wed 09 17:00"}
    save_wishes(db, bob, mails=mails, sms=True, now=NOW)  # as above
    assert {"sms Tue 08 18:00", "sms Wed 09 17:00"} <= laid(bob)


def test_following_adds_nothing_that_would_already_have_left(
    db: Session, booking: Booking, bob: Member, laid: Laid
) -> None:
    before = laid(bob)
    follow_member(db, bob, now=EVENING - timedelta(hours=20))
    assert laid(bob) == before
    bob.sms_opt_in = False
    follow_member(db, bob, now=EVENING - timedelta(minutes=30))
    assert laid(bob) == before  # all of it is due: the outbox decides


def test_a_pause_hides_a_mentors_hours_and_leaves_agreed_sessions_to_their_word(
    db: Session, booking: Booking, laid: Laid
) -> None:
    alice = booking.mentor
    pause(db, alice, now=NOW)
    assert open_starts(db, alice) == 0
    assert (booking.status, laid(alice)) == (BookingStatus.CONFIRMED, {"mail Tue 08 18:00", "mail Wed 09 17:00"})
    asked = db.scalars(select(OutboxMessage.recipient_id).where(OutboxMessage.kind == "leave_question")).all()
    assert asked == [alice.id]  # and is asked about each, as before any leave
    resume(db, alice, now=NOW)
    assert open_starts(db, alice) > 0
    assert db.scalars(select(Leave)).all() == []


def open_starts(db: Session, who: Member, *, now: datetime = NOW) -> int:
    query = SlotQuery(tzid="UTC", mentor_id=who.id, start=now, end=now + timedelta(days=30), minutes=60)
    return len(find_slots(db, query, now=now).slots)


def test_switching_twice_is_switching_once(db: Session, bob: Member) -> None:
    for on in (False, False, True, True):
        switch_mail(db, bob.id, Category.REMINDERS, on=on)


def test_an_early_session_is_reminded_of_by_one_sms_before_the_night(
    db: Session, book: Book, bob: Member, laid: Laid
) -> None:
    """Acceptance C2: Thursday 10 December, 07:30 in Paris."""
    early = datetime(2026, 12, 10, 6, 30, tzinfo=UTC)
    every_morning = tuple(WeeklyRule(day, Span.parse("07:00", "12:00")) for day in range(7))
    alice = mentor(db, policy=EVERY_QUARTER, rules=every_morning)
    book(bob, alice, early)
    mails = {"mail Wed 09 07:30", "mail Thu 10 06:30"}
    assert laid(bob) == mails | {"mail Mon 07 07:30", "sms Wed 09 19:45"}
    assert laid(alice) == mails


def test_five_hours_ahead_only_the_hours_reminder_is_laid(db: Session, book: Book, bob: Member, laid: Laid) -> None:
    alice = mentor(db)
    book(bob, alice, EVENING, now=EVENING - timedelta(hours=5))
    assert laid(bob) == {"mail Wed 09 17:00", "sms Wed 09 17:00"}
    assert laid(alice) == {"mail Wed 09 17:00"}


def test_a_wish_for_sms_outlives_a_number_that_said_stop(db: Session, bob: Member) -> None:
    block_number(db, str(bob.phone), BlockReason.OPTED_OUT, now=NOW)
    save_wishes(db, bob, mails=[Category.REMINDERS], sms=False, now=NOW)
    assert bob.sms_opt_in
    unblock_number(db, str(bob.phone))
    save_wishes(db, bob, mails=[Category.REMINDERS], sms=False, now=NOW)
    assert not bob.sms_opt_in
