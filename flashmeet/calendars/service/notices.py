"""Mails to members about their calendars."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.payloads import payload_for
from flashmeet.calendars.models import CalendarQuestion
from flashmeet.calendars.rules.messages import (
    CALENDAR_MANY_GONE,
    CALENDAR_STAYS,
    CALENDAR_TROUBLE,
    CALENDAR_UNREAD,
    DECLINE_QUESTION,
    NOT_DELEGABLE,
    QuestionPayload,
)
from flashmeet.core.settings.policies import UnreadCalendar
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import Message, MessageKind
from flashmeet.schedule.models import CalendarAccount, MemberCalendar

MOST_TITLES = 5


def notify_trouble(db: Session, account: CalendarAccount, fault: str, *, now: datetime) -> None:
    """Tells the member once, until the account has recovered."""
    if account.told_at is not None:
        return
    account.told_at = now
    closed = network_settings(db).calendar_fails != UnreadCalendar.OPEN
    message = CALENDAR_TROUBLE.saying({"label": account.label, "fault": fault, "closed": closed})
    _notify(db, account, account.member_id, message, now=now)


def notify_unread(db: Session, calendar: MemberCalendar, titles: Sequence[str], *, now: datetime) -> None:
    """Names the events that could not be read wholly; each of them is told of once."""
    account = calendar.account
    label = calendar.name or account.label
    message = CALENDAR_UNREAD.saying({"label": label, "count": len(titles), "titles": sorted(titles)[:MOST_TITLES]})
    _notify(db, account, account.member_id, message, now=now)


def notify_many_gone(db: Session, account: CalendarAccount, count: int, *, now: datetime) -> None:
    """Tells the member and every administrator."""
    administrators = select(Member.id).where(Member.administrator, ~Member.suspended)
    for recipient_id in sorted({account.member_id, *db.scalars(administrators)}):
        mine = recipient_id == account.member_id
        message = CALENDAR_MANY_GONE.saying(
            {"label": account.label, "count": count, "name": account.member.name, "mine": mine}
        )
        _notify(db, account, recipient_id, message, now=now)


def _notify(db: Session, account: CalendarAccount, recipient_id: int, message: Message, *, now: datetime) -> None:
    send(
        db,
        subject=f"calendar-account:{account.id}",
        version=int(now.timestamp()),
        recipient_id=recipient_id,
        channel=ChannelName.MAIL,
        message=message,
        now=now,
    )


def ask(
    db: Session, question: CalendarQuestion, member: Member, kind: MessageKind[QuestionPayload], *, now: datetime
) -> None:
    """Mails the question, with a link that answers it without signing in."""
    booking = question.booking
    payload: QuestionPayload = {
        **payload_for(booking, member),
        "question_id": question.id,
        "question_nonce": question.nonce,
        "proposed_at": question.proposed_at.isoformat() if question.proposed_at else "",
    }
    send(
        db,
        subject=f"calendar-question:{question.id}",
        version=int(now.timestamp()),
        recipient_id=member.id,
        channel=ChannelName.MAIL,
        message=kind.saying(payload),
        now=now,
        not_after=booking.starts_at,
    )


def notify_time_stays(db: Session, question: CalendarQuestion, booking: Booking, *, now: datetime) -> None:
    """The wish for another time did not suit."""
    ask(db, question, booking.other(question.member_id), CALENDAR_STAYS, now=now)


def notify_not_delegable(db: Session, booking: Booking, member: Member, *, now: datetime) -> None:
    """Nobody can be sent in one's place; said once for each time of the booking."""
    send(
        db,
        subject=f"delegated:{booking.seat_of(member.id).id}",
        version=booking.sequence,
        recipient_id=member.id,
        channel=ChannelName.MAIL,
        message=NOT_DELEGABLE.saying(payload_for(booking, member)),
        now=now,
        not_after=booking.starts_at,
    )


def announce_decline_question(db: Session, booking: Booking, member: Member, *, now: datetime) -> None:
    """Asks the member what follows from their calendar's decline, once per sequence of the booking."""
    seat = booking.seat_of(member.id)
    send(
        db,
        subject=f"declined:{seat.id}",
        version=booking.sequence,
        recipient_id=member.id,
        channel=ChannelName.MAIL,
        message=DECLINE_QUESTION.saying(payload_for(booking, member)),
        now=now,
        not_after=booking.starts_at,
    )
