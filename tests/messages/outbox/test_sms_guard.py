"""Before an SMS costs money it is looked at once more, and a reminder that may not leave is said by mail."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.settings.service import decide
from flashmeet.identity.models import Member
from flashmeet.identity.rules import BlockReason
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import begin_sending, lease_due
from flashmeet.messages.outbox.unreachable import block_number
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName, Outgoing
from flashmeet.messages.rules.kinds import Category
from flashmeet.messages.service.notifications import switch_mail
from flashmeet.people.rules.messages import PHONE_CODE, PhoneCodePayload
from tests.people import NOW, member, mentor
from tests.use_cases import Book, book

__all__ = ["book"]

PHONE = "+33612345678"
SOON = timedelta(hours=4)


@pytest.fixture
def bob(db: Session) -> Member:
    return member(db, "Bob", phone=PHONE, phone_verified_at=NOW, sms_opt_in=True)


@pytest.fixture
def booking(db: Session, book: Book, bob: Member) -> Booking:
    """Four hours ahead: the hour's reminder by mail and SMS is all that is laid for Bob."""
    made = book(bob, mentor(db), NOW + SOON)
    switch_mail(db, bob.id, Category.REMINDERS, on=False)
    return made


def leaving(db: Session, channel: ChannelName = ChannelName.SMS) -> list[Outgoing]:
    now = NOW + SOON - timedelta(hours=1)
    return begin_sending(db, lease_due(db, channel, now=now, limit=10), now=now)


def reason(db: Session) -> str:
    query = select(OutboxMessage.reason).where(OutboxMessage.channel == "sms", OutboxMessage.state == "dropped")
    return db.scalars(query).one()


def test_what_nothing_speaks_against_leaves(db: Session, booking: Booking) -> None:
    assert [each.address for each in leaving(db)] == [PHONE]


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [("sms_on", False, "sms_off"), ("sms_per_day", 0, "sms_cap"), ("country", "BE", "country_not_served")],
)
def test_what_may_not_leave_is_said_by_mail_even_where_mails_of_its_kind_are_off(
    db: Session, booking: Booking, name: str, value: object, why: str
) -> None:
    decide(db, "sms_countries", ["BE"] if name == "country" else ["FR"])
    decide(db, name, value)
    leaving(db, ChannelName.MAIL)
    assert (leaving(db), reason(db)) == ([], why)
    assert [each.kind for each in leaving(db, ChannelName.MAIL) if each.recipient_id == booking.mentee_id] == [
        "reminder_hour"
    ]


def test_who_said_stop_gets_no_sms_and_no_mail_in_its_place(db: Session, booking: Booking, bob: Member) -> None:
    block_number(db, PHONE, BlockReason.OPTED_OUT, now=NOW)
    leaving(db, ChannelName.MAIL)
    assert (leaving(db), reason(db)) == ([], "opted_out")
    assert [each for each in leaving(db, ChannelName.MAIL) if each.recipient_id == bob.id] == []


def test_codes_and_answers_to_one_number_have_an_end_and_reminders_do_not_count(
    db: Session, booking: Booking, bob: Member
) -> None:
    decide(db, "sms_per_number", 2)
    for number in range(3):
        payload: PhoneCodePayload = {"to": PHONE, "code": "123456", "minutes": 10}
        send(
            db,
            subject=f"phone:{number}",
            version=0,
            recipient_id=bob.id,
            channel=ChannelName.SMS,
            message=PHONE_CODE.saying(payload),
            now=NOW,
        )
    assert sorted(each.kind for each in leaving(db)) == ["phone_code", "phone_code", "reminder_hour"]
    assert reason(db) == "sms_cap"


def set_quiet(db: Session, start: int, end: int) -> None:
    """In minutes of the day; the hour's reminder is due at 13:00 in Paris, for 14:00."""
    decide(db, "sms_quiet_from", start)
    decide(db, "sms_quiet_until", end)


def waiting(db: Session, channel: ChannelName = ChannelName.SMS) -> list[datetime]:
    query = select(OutboxMessage.due_at).where(OutboxMessage.channel == channel, OutboxMessage.state == "waiting")
    return list(
        db.scalars(query.where(OutboxMessage.kind == "reminder_hour", OutboxMessage.recipient.has(first_name="Bob")))
    )


def test_a_late_sms_waits_for_the_end_of_todays_quiet_hours(db: Session, booking: Booking) -> None:
    set_quiet(db, 12 * 60, 13 * 60 + 30)
    morning = booking.starts_at - timedelta(minutes=30)
    assert (leaving(db), waiting(db)) == ([], [morning])
    leased = lease_due(db, ChannelName.SMS, now=morning, limit=10)
    assert [each.address for each in begin_sending(db, leased, now=morning)] == [PHONE]


def test_quiet_hours_are_those_of_the_zone_the_recipient_is_in_today(
    db: Session, booking: Booking, bob: Member
) -> None:
    bob.tzid = "Asia/Tokyo"
    db.flush()
    assert (leaving(db), reason(db)) == ([], "quiet_hours")


def test_where_the_morning_is_too_late_a_mail_says_it(db: Session, booking: Booking, bob: Member) -> None:
    set_quiet(db, 12 * 60, 16 * 60)
    leaving(db, ChannelName.MAIL)
    assert (leaving(db), reason(db)) == ([], "quiet_hours")
    assert [each.kind for each in leaving(db, ChannelName.MAIL) if each.recipient_id == bob.id] == ["reminder_hour"]


def test_a_code_that_was_asked_for_arrives_at_any_hour(db: Session, bob: Member) -> None:
    payload: PhoneCodePayload = {"to": PHONE, "code": "123456", "minutes": 10}
    at_once = NOW + SOON - timedelta(hours=1)
    set_quiet(db, 12 * 60, 16 * 60)
    send(
        db,
        subject="phone:1",
        version=0,
        recipient_id=bob.id,
        channel=ChannelName.SMS,
        message=PHONE_CODE.saying(payload),
        now=at_once,
    )
    assert [each.kind for each in leaving(db)] == ["phone_code"]
