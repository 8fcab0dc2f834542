"""Replies to an SMS: STOP and START for the number; 1, 2 or 3 for the booking that the reminder was about.

Words are read by people: they go into that booking's thread, and the sender is told once what a link can do.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Coming
from flashmeet.bookings.queries.people import of_member
from flashmeet.bookings.rules.messages import SMS_REPLY
from flashmeet.bookings.service.events import coming_said
from flashmeet.bookings.service.messages.payloads import payload_for
from flashmeet.bookings.service.thread.messages import write_word
from flashmeet.core.database.bulk import insert_new
from flashmeet.core.errors import BadInput, ThreadClosed, TooManyRequests
from flashmeet.core.limits import count_up
from flashmeet.core.phone_numbers import SmsAnswer, read_answer
from flashmeet.identity.models import Member
from flashmeet.identity.rules import BlockReason
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.unreachable import block_number, unblock_number
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.left_replies import LeftWhy
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.messages.service.left_replies import note_left
from flashmeet.schedule.rules.booked_hour import BookingStatus

REPLY_LASTS, REF_LASTS, UNDER_WAY = timedelta(hours=1), timedelta(days=90), timedelta(hours=1)
LOOKED_AT = 20
PASSED_ON, NOT_PASSED_ON, WAITS, BEGUN = "passed_on", "not_passed_on", "waits", "begun"
"""What an SMS in words is answered with, in the payload of `SMS_REPLY`; and a number about an hour that is not agreed,
or that has begun: these are answered on a page."""


def take_answer(db: Session, *, phone: str, text: str, ref: str, now: datetime) -> SmsAnswer:
    """Does what the SMS asks, once, however often and late its call is repeated; returns how it was read.

    `ref` is the provider's id of it. 1 tells the other that they come; 2 and 3 are answered with the link of the page
    that moves or cancels, because a sender's number is not proof enough to do it. Words are passed on to the other.
    """
    answer = read_answer(text)
    if count_up(db, f"sms_in:{ref}", expires_at=now + REF_LASTS) > 1:
        return answer
    if answer == SmsAnswer.STOP:
        block_number(db, phone, BlockReason.OPTED_OUT, now=now)
    elif answer == SmsAnswer.START:
        unblock_number(db, phone)
    elif answer != SmsAnswer.OTHER:
        _about_their_hour(db, phone, answer, text, ref, now=now)
    elif text.strip():
        _pass_on(db, phone, text, ref, now=now)
    return answer


def _about_their_hour(db: Session, phone: str, answer: SmsAnswer, text: str, ref: str, *, now: datetime) -> None:
    """Does what the number says. Once the hour has begun it says where to write; without an hour, it is left to an
    administrator."""
    found = _meant(db, phone, now=now) or _meant(db, phone, now=now - UNDER_WAY)
    if found is None:
        if _owners(db, phone):
            _leave(db, phone, text, ref, LeftWhy.NO_HOUR, now=now)
        return
    booking, member = found
    begun, waits = booking.starts_at <= now, booking.status == BookingStatus.PENDING
    if answer == SmsAnswer.COME and not waits and not begun:
        say_coming(db, booking, member, now=now)
    send(
        db,
        subject=f"sms_in:{ref}",
        version=0,
        recipient_id=member.id,
        channel=ChannelName.SMS,
        message=SMS_REPLY.saying(
            {**payload_for(booking, member), "answer": BEGUN if begun else WAITS if waits else answer}
        ),
        now=now,
        not_after=now + REPLY_LASTS if begun else min(now + REPLY_LASTS, booking.starts_at),
    )


def _pass_on(db: Session, phone: str, text: str, ref: str, *, now: datetime) -> None:
    """Writes the words into the booking's thread, and answers with its link, once for the hour as it is agreed.

    Whoever runs late writes after the start. A second answer could meet a machine that answers each of ours.
    """
    found = _meant(db, phone, now=now - UNDER_WAY)
    if found is None:
        if _owners(db, phone):  # a stranger's words are nobody's here
            _leave(db, phone, text, ref, LeftWhy.NO_HOUR, now=now)
        return
    booking, member = found
    shown = _shown_to_other(db, booking, member, text, now=now)
    if not shown:
        _leave(db, phone, text, ref, LeftWhy.CLOSED, now=now)
    send(
        db,
        subject=f"sms_words:{booking.id}",
        version=booking.agreed_sequence,
        recipient_id=member.id,
        channel=ChannelName.SMS,
        message=SMS_REPLY.saying(
            {
                **payload_for(booking, member),
                "answer": PASSED_ON if shown else NOT_PASSED_ON,
            }
        ),
        now=now,
        not_after=now + REPLY_LASTS,
    )


def _leave(db: Session, phone: str, text: str, ref: str, why: LeftWhy, *, now: datetime) -> None:
    note_left(db, channel=ChannelName.SMS, ref=ref, sender=phone, words=text, why=why, now=now)


def _shown_to_other(db: Session, booking: Booking, member: Member, text: str, *, now: datetime) -> bool:
    """Whether the other is shown the words: not where the two may not write to each other, or wrote too much."""
    try:
        write_word(db, member, booking.id, text, now=now)
    except (ThreadClosed, BadInput, TooManyRequests):
        return False
    return True


def say_coming(db: Session, booking: Booking, member: Member, *, now: datetime) -> None:
    """Records that the member comes to the hour as it is agreed now, wherever it takes place; the first time counts."""
    row = {"booking_id": booking.id, "member_id": member.id, "sequence": booking.agreed_sequence, "said_at": now}
    if not insert_new(db, cast(Table, Coming.__table__), [row]):
        said = db.get_one(Coming, (booking.id, member.id), populate_existing=True)
        if said.sequence != booking.agreed_sequence:
            said.sequence, said.said_at = booking.agreed_sequence, now
            db.flush()
    coming_said(db, booking, member, now)


def coming_to(db: Session, booking: Booking) -> dict[int, datetime]:
    """Returns who said that they come to the hour as it is agreed now, and when, by member id."""
    query = select(Coming).where(Coming.booking_id == booking.id, Coming.sequence == booking.agreed_sequence)
    return {each.member_id: each.said_at for each in db.scalars(query)}


def _owners(db: Session, phone: str) -> Sequence[Member]:
    """Returns members who have the number today, the last who proved it first; two people may share one."""
    query = select(Member).where(Member.phone == phone, Member.phone_verified_at.is_not(None), ~Member.suspended)
    return db.scalars(query.order_by(Member.phone_verified_at.desc(), Member.id.desc())).all()


def _meant(db: Session, phone: str, *, now: datetime) -> tuple[Booking, Member] | None:
    """Returns the coming booking that our latest SMS to the number was about, agreed or not, and who got it; else the
    next agreed one of the member who proved the number last.

    What was sent before somebody else proved the number decides nothing: the number may have moved to them.
    """
    owners = _owners(db, phone)
    if not owners:
        return None
    sent = db.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.recipient_id.in_([each.id for each in owners]),
            OutboxMessage.channel == ChannelName.SMS,
            OutboxMessage.sent_to == phone,
            OutboxMessage.state.in_((OutboxState.SENDING, OutboxState.SENT, OutboxState.UNKNOWN)),
        )
        .order_by(OutboxMessage.due_at.desc(), OutboxMessage.id.desc())
        .limit(LOOKED_AT)
    )
    for row in sent:
        booking = db.get(Booking, row.payload.get("booking_id")) if "booking_id" in row.payload else None
        moved = any(each.id != row.recipient_id and _proved(each) > row.due_at for each in owners)
        if booking is not None and not moved and _coming(booking, now):
            return booking, row.recipient
    booking = _next(db, owners[0], now=now)
    return None if booking is None else (booking, owners[0])


def _proved(owner: Member) -> datetime:
    return cast(datetime, owner.phone_verified_at)  # `_owners` returns no others


def _next(db: Session, member: Member, *, now: datetime) -> Booking | None:
    query = select(Booking).where(
        of_member(member.id),
        Booking.status == BookingStatus.CONFIRMED,
        Booking.starts_at > now,
    )
    return db.scalars(query.order_by(Booking.starts_at, Booking.id).limit(1)).first()


def _coming(booking: Booking, now: datetime) -> bool:
    return booking.status in (BookingStatus.PENDING, BookingStatus.CONFIRMED) and booking.starts_at > now
