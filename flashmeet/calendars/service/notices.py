"""What members are told about their calendars, by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.payloads import payload_for
from flashmeet.calendars.models import CalendarQuestion
from flashmeet.calendars.rules.messages import CALENDAR_MANY_GONE, CALENDAR_STAYS, CALENDAR_TROUBLE, DECLINE_QUESTION
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import send
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import AnyKind
from flashmeet.schedule.models import CalendarAccount


def notify_trouble(db: Session, account: CalendarAccount, fault: str, *, now: datetime) -> None:
    """Once, until the account is well again."""
    if account.told_at is not None:
        return
    account.told_at = now
    closed = network_settings(db).calendar_fails != "open"
    facts: dict[str, object] = {"label": account.label, "fault": fault, "closed": closed}
    _notify(db, account, account.member_id, CALENDAR_TROUBLE, facts, now=now)


def notify_many_gone(db: Session, account: CalendarAccount, count: int, *, now: datetime) -> None:
    """The member, and every administrator."""
    odiles = select(Member.id).where(Member.administrator, ~Member.suspended)
    facts = {"label": account.label, "count": count, "name": account.member.name}
    for recipient_id in sorted({account.member_id, *db.scalars(odiles)}):
        mine = recipient_id == account.member_id
        _notify(db, account, recipient_id, CALENDAR_MANY_GONE, {**facts, "mine": mine}, now=now)


def _notify(
    db: Session,
    account: CalendarAccount,
    recipient_id: int,
    kind: AnyKind,
    facts: dict[str, object],
    *,
    now: datetime,
) -> None:
    send(
        db,
        subject=f"calendar-account:{account.id}",
        version=int(now.timestamp()),
        recipient_id=recipient_id,
        channel=ChannelName.MAIL,
        message=kind.saying(facts),
        now=now,
    )


def ask(db: Session, question: CalendarQuestion, member: Member, kind: AnyKind, *, now: datetime) -> None:
    """The question by mail, with a link that answers it without a sign-in."""
    booking = question.booking
    facts: dict[str, Any] = {"question_id": question.id, "question_nonce": question.nonce}
    if question.proposed_at is not None:
        facts["proposed_at"] = question.proposed_at.isoformat()
    send(
        db,
        subject=f"calendar-question:{question.id}",
        version=int(now.timestamp()),
        recipient_id=member.id,
        channel=ChannelName.MAIL,
        message=kind.saying(payload_for(booking, member, **facts)),
        now=now,
        not_after=booking.starts_at,
    )


def notify_time_stays(db: Session, question: CalendarQuestion, booking: Booking, *, now: datetime) -> None:
    """The mentor's wish for another time did not suit."""
    ask(db, question, booking.mentor, CALENDAR_STAYS, now=now)


def announce_decline_question(db: Session, booking: Booking, member: Member, *, now: datetime) -> None:
    """The member's calendar declined: asks them, once for each time of the session, what follows from it."""
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
