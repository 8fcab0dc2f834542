"""What belongs to the hour outlasts a change of place: its reminders and who said that they come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.booking_details import say_place
from flashmeet.bookings.service.messages.reminders import follow_member
from flashmeet.bookings.service.messages.sms_replies import coming_to, say_coming
from flashmeet.bookings.service.move import move_booking
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import Leased, begin_sending, lease_due
from flashmeet.messages.outbox.settle import settle
from flashmeet.messages.rules.channels import ChannelName, Outcome, Refused, Retry, Sent
from flashmeet.schedule.rules.booked_hour import Mode
from tests.people import EVERY_QUARTER, NOW, member, mentor
from tests.use_cases import Book, book

__all__ = ["book"]

SOON = NOW + timedelta(hours=4, minutes=30)
DUE = SOON - timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def booking(db: Session, book: Book) -> Booking:
    phone: dict[str, Any] = {"phone_verified_at": NOW, "sms_opt_in": True}
    made = book(
        member(db, "Camille", phone="+33612345678", **phone),
        mentor(db, policy=EVERY_QUARTER, phone="+33698765432", **phone),
        SOON,
    )
    made.mode = Mode.ON_SITE
    db.flush()
    return made


def begin(db: Session, channel: ChannelName, *, minutes: int = 0) -> tuple[list[Leased], list[str]]:
    """What a worker takes that many minutes after the reminders are due: leases, and the kinds that it sends."""
    now = DUE + minutes * MINUTE
    leased = lease_due(db, channel, now=now, limit=20)
    return leased, [each.kind for each in begin_sending(db, leased, now=now)]


def finish(db: Session, leased: list[Leased], outcome: Outcome, *, minutes: int = 0) -> None:
    settle(db, [(each, outcome) for each in leased], now=DUE + minutes * MINUTE)


def change_place(db: Session, booking: Booking, place: str = "Bibliothèque", *, minutes: int = 1) -> None:
    say_place(db, booking.mentor, booking.id, place, now=DUE + minutes * MINUTE)


def rows(db: Session, booking: Booking, kind: str) -> list[tuple[str, str, str]]:
    """Channel, state and reason of each row of that kind to the mentee, oldest first."""
    db.expire_all()
    query = select(OutboxMessage.channel, OutboxMessage.state, OutboxMessage.reason)
    query = query.where(OutboxMessage.recipient_id == booking.mentee_id, OutboxMessage.kind == kind)
    return [(channel, state, reason) for channel, state, reason in db.execute(query.order_by(OutboxMessage.id))]


def test_a_reminder_that_is_on_its_way_while_the_place_changes_is_tried_again(db: Session, booking: Booking) -> None:
    leased, kinds = begin(db, ChannelName.MAIL)
    change_place(db, booking)
    finish(db, leased, Retry("421"), minutes=2)
    assert kinds.count("reminder_hour") == 2
    assert begin(db, ChannelName.MAIL, minutes=10)[1].count("reminder_hour") == 2


def test_the_place_changes_although_a_reminder_of_the_former_hour_still_waits(db: Session, booking: Booking) -> None:
    leased, _ = begin(db, ChannelName.MAIL)
    move_booking(db, booking.mentee, booking.id, starts_at=SOON + timedelta(hours=2), now=DUE + MINUTE)
    finish(db, leased, Retry("421"), minutes=2)
    change_place(db, booking, minutes=3)
    assert "reminder_hour" not in begin(db, ChannelName.MAIL, minutes=10)[1]
    assert sorted(rows(db, booking, "reminder_hour")) == [
        ("mail", "dropped", "moved"),
        ("mail", "waiting", ""),
        ("sms", "dropped", "moved"),
        ("sms", "waiting", ""),
    ]
    assert begin(db, ChannelName.MAIL, minutes=120)[1].count("reminder_hour") == 2


def test_an_sms_that_fails_after_a_change_of_place_does_not_repeat_the_mail(db: Session, booking: Booking) -> None:
    mails, _ = begin(db, ChannelName.MAIL)
    finish(db, mails, Sent("ref"))
    change_place(db, booking)
    texts, kinds = begin(db, ChannelName.SMS, minutes=2)
    finish(db, texts, Refused("30003"), minutes=2)
    assert kinds == ["reminder_hour"] * 2
    assert rows(db, booking, "reminder_hour") == [("mail", "sent", ""), ("sms", "refused", "30003")]


def test_a_reminder_that_was_sent_is_not_repeated_after_a_change_of_place_and_of_zone(
    db: Session, booking: Booking
) -> None:
    texts, _ = begin(db, ChannelName.SMS)
    finish(db, texts, Sent("ref"))
    change_place(db, booking)
    booking.mentee.tzid = "America/New_York"  # where it is half past seven, and an SMS would wait for eight
    follow_member(db, booking.mentee, now=DUE + 2 * MINUTE)
    assert [each for each in rows(db, booking, "reminder_hour") if each[0] == "sms"] == [("sms", "sent", "")]


def test_who_said_they_come_comes_wherever_it_is_and_not_at_another_hour(db: Session, booking: Booking) -> None:
    say_coming(db, booking, booking.mentee, now=NOW)
    change_place(db, booking)
    assert coming_to(db, booking) == {booking.mentee_id: NOW}
    move_booking(db, booking.mentee, booking.id, starts_at=SOON + timedelta(hours=2), now=DUE + 2 * MINUTE)
    assert coming_to(db, booking) == {}
    say_coming(db, booking, booking.mentee, now=DUE + 3 * MINUTE)
    assert coming_to(db, booking) == {booking.mentee_id: DUE + 3 * MINUTE}
