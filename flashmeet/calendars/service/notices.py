"""What members are told about their calendars, by mail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.payloads import payload_for
from flashmeet.calendars.models.account import CalendarQuestion
from flashmeet.core.settings.queries import network_settings
from flashmeet.identity.models.member import Member
from flashmeet.messages.outbox.write import enqueue
from flashmeet.messages.rules.payloads import Kind
from flashmeet.schedule.models.calendar import CalendarAccount


def tell_of_trouble(session: Session, account: CalendarAccount, fault: str, *, now: datetime) -> None:
    """Once, until the account is well again."""
    if account.told_at is not None:
        return
    account.told_at = now
    closed = network_settings(session).calendar_fails != "open"
    facts: dict[str, object] = {"label": account.label, "fault": fault, "closed": closed}
    _tell(session, account, account.member_id, "calendar_trouble", facts, now=now)


def tell_of_many_gone(session: Session, account: CalendarAccount, count: int, *, now: datetime) -> None:
    """The member, and every administrator."""
    odiles = select(Member.id).where(Member.administrator, ~Member.suspended)
    facts = {"label": account.label, "count": count, "name": account.member.name}
    for recipient_id in sorted({account.member_id, *session.scalars(odiles)}):
        mine = recipient_id == account.member_id
        _tell(session, account, recipient_id, "calendar_many_gone", {**facts, "mine": mine}, now=now)


def _tell(
    session: Session,
    account: CalendarAccount,
    recipient_id: int,
    kind: Kind,
    facts: dict[str, object],
    *,
    now: datetime,
) -> None:
    enqueue(
        session,
        subject=f"calendar-account:{account.id}",
        version=int(now.timestamp()),
        recipient_id=recipient_id,
        channel="mail",
        kind=kind,
        payload=facts,
        now=now,
    )


def ask(session: Session, question: CalendarQuestion, member: Member, kind: Kind, *, now: datetime) -> None:
    """The question by mail, with a link that answers it without a sign-in."""
    booking = question.booking
    facts: dict[str, Any] = {"question_id": question.id, "question_nonce": question.nonce}
    if question.proposed_at is not None:
        facts["proposed_at"] = question.proposed_at.isoformat()
    enqueue(
        session,
        subject=f"calendar-question:{question.id}",
        version=int(now.timestamp()),
        recipient_id=member.id,
        channel="mail",
        kind=kind,
        payload=payload_for(booking, member, **facts),
        now=now,
        not_after=booking.starts_at,
    )


def tell_that_it_stays(session: Session, question: CalendarQuestion, booking: Booking, *, now: datetime) -> None:
    """The mentor's wish for another time did not suit."""
    ask(session, question, booking.mentor, "calendar_stays", now=now)
