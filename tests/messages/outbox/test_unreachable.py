"""What fails marks the address or number that it was sent to, whatever its recipient has by now."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.identity.models import BlockedNumber, Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import begin_sending, lease_due
from flashmeet.messages.outbox.settle import settle
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName, Refused, Sent
from flashmeet.messages.service.deliveries import mail_failed, mail_fault, note_delivery
from flashmeet.people.rules.messages import PHONE_CODE, SIGN_IN_CODE
from tests.people import NOW, member

OLD, NEW = "+33612345678", "+33698765432"


@pytest.fixture
def bob(db: Session) -> Member:
    return member(db, "Bob")


def sent(db: Session, bob: Member, channel: ChannelName, outcome: Sent | Refused, **changed: Any) -> OutboxMessage:
    """A code that left; before its outcome is known the member has `changed`."""
    message = (
        SIGN_IN_CODE.saying({"code": "123456", "minutes": 10})
        if channel == ChannelName.MAIL
        else PHONE_CODE.saying({"code": "123456", "minutes": 10, "to": OLD})
    )
    send(db, subject="code", version=0, recipient_id=bob.id, channel=channel, message=message, now=NOW)
    (leased,) = lease_due(db, channel, now=NOW, limit=1)
    begin_sending(db, [leased], now=NOW)
    for name, value in changed.items():
        setattr(bob, name, value)
    db.flush()
    settle(db, [(leased, outcome)], now=NOW)
    return db.scalars(select(OutboxMessage).execution_options(populate_existing=True)).one()


def test_a_mail_that_is_refused_marks_the_address_it_went_to(db: Session, bob: Member) -> None:
    sent(db, bob, ChannelName.MAIL, Refused("550 5.1.1"))
    assert mail_fault(db, bob) is not None


@pytest.mark.parametrize("outcome", [Refused("550 5.1.1"), Sent()])
def test_what_fails_at_the_old_address_says_nothing_of_the_new_one(
    db: Session, bob: Member, outcome: Sent | Refused
) -> None:
    row = sent(db, bob, ChannelName.MAIL, outcome, email="robert@example.org")
    mail_failed(db, message_key=row.message_key, status="5.1.1", now=NOW)
    assert (row.sent_to, mail_fault(db, bob)) == ("bob@example.org", None)


def test_what_fails_at_the_old_number_blocks_the_old_one(db: Session, bob: Member) -> None:
    sent(db, bob, ChannelName.SMS, Sent("SM1"), phone=NEW)
    note_delivery(db, ref="SM1", status="undelivered", error="30005", now=NOW)
    assert list(db.scalars(select(BlockedNumber.phone))) == [OLD]
