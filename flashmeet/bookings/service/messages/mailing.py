"""A mail about a booking to one of its two: in which order, and when, it leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import INVITE
from flashmeet.bookings.service.messages.payloads import subject_of
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.calm import WITHIN, due_after, mails_caused
from flashmeet.messages.outbox.write import Effect, send_all
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import Message
from flashmeet.schedule.rules.free_now import is_near


def tell(
    db: Session,
    booking: Booking,
    member: Member,
    message: Message,
    *,
    due_at: datetime | None = None,
    again: bool = False,
    text_until: datetime | None = None,
    now: datetime,
) -> None:
    """Mails one person about the booking; mails to one recipient are sent in the order written. `again`: even
    within the second in which the last one of its kind was written. `text_until`: it is said by SMS too, which is of
    use until then."""
    effect = replace(mail_effect(booking, member, message, now=now), due_at=due_at)
    if again:
        written = select(func.max(OutboxMessage.version)).where(
            OutboxMessage.subject == effect.subject, OutboxMessage.kind == message.kind
        )
        effect = replace(effect, version=max(effect.version, (db.scalar(written) or 0) + 1))
    text = replace(effect, channel=ChannelName.SMS, ordering_key=None, due_at=None, not_after=text_until)
    send_all(db, [effect] if text_until is None else [effect, text], now=now)


def mail_effect(booking: Booking, member: Member, message: Message, *, now: datetime) -> Effect:
    """Returns the message to send. The version of an invite is its sequence; that of any other mail is its time."""
    return Effect(
        subject=subject_of(booking.id),
        version=booking.sequence if message.kind == INVITE else int(now.timestamp()),
        recipient_id=member.id,
        channel=ChannelName.MAIL,
        message=message,
        ordering_key=ordering_key(booking, member),
    )


def ordering_key(booking: Booking, member: Member) -> str:
    """Returns the key of one person's mails about a booking: they leave in the order in which they were written."""
    return f"{subject_of(booking.id)}:{member.id}"


def mails_between(by_id: int, to_id: int, *, since: datetime, about: str | None = None) -> ColumnElement[int]:
    """Selects how many mails one person has caused another, about one hour or any; since `WITHIN` ago they count."""
    return mails_caused(by=by_id, to=to_id, since=since, about=about)


def due_of(
    db: Session, booking: Booking, *, by: Member | None, mails: int | None = None, now: datetime
) -> datetime | None:
    """Returns when a mail that `by` causes leaves; None, at once, where the hour is near or the clock caused it.

    `mails` is how many `by` has caused the other, where the hour is new and the caller has read it.
    """
    if by is None or is_near(booking.starts_at, now=now):
        return None
    if mails is None:
        to, since = booking.other(by.id).id, now - WITHIN
        about = mails_between(by.id, to, since=since, about=subject_of(booking.id))
        ours, in_all = db.execute(select(about, mails_between(by.id, to, since=since))).one()
        due_at = due_after(about=ours, in_all=in_all, now=now)
    else:
        due_at = due_after(in_all=mails, now=now)
    return due_at if due_at > now else None
