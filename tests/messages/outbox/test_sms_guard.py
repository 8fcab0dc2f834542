"""Before an SMS costs money it is looked at once more, and a reminder that may not leave is said by mail."""

from __future__ import annotations

from datetime import timedelta

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
