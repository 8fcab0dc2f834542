"""How two people meet, and their relation: changed by either of them after booking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.agenda import booking_of
from flashmeet.bookings.service.end import live_booking, raise_sequence
from flashmeet.bookings.service.messages.invites import announce_changed
from flashmeet.bookings.service.messages.payloads import subject_of
from flashmeet.core.errors import AlreadyOver, BadInput
from flashmeet.core.phone_numbers import ARRIVED, FAILED
from flashmeet.identity.models import Member
from flashmeet.messages.models import Delivery, OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.schedule.rules.booked_hour import BookingStatus, Mode
from flashmeet.schedule.rules.booking_facts import Format, checked_place, checked_relation


def say_relation(db: Session, member: Member, booking_id: int, relation: str) -> Booking:
    """Corrects the relation of the two; "" removes it. Nobody is notified.

    Raises NotFound; AlreadyOver for a cancelled booking; BadInput.
    """
    booking = booking_of(db, member, booking_id)
    if booking.status == BookingStatus.CANCELLED:
        raise AlreadyOver(status=booking.status)
    booking.relation = checked_relation(relation)
    db.flush()
    return booking


def say_place(db: Session, member: Member, booking_id: int, place: str, *, now: datetime) -> Booking:
    """Sets where they meet on site; both are told, and calendars follow. The place of a day is its mentor's to say.

    Raises NotFound, AlreadyOver, BadInput.
    """
    booking, _ = live_booking(db, member, booking_id, now=now)
    if booking.mode != Mode.ON_SITE or (booking.format == Format.DAY and member.id != booking.mentor_id):
        raise BadInput("place")
    line = checked_place(place)
    if line == booking.place:
        return booking
    booking.place = line
    return _changed(db, booking, member, now=now)


def share_phone(db: Session, member: Member, booking_id: int, *, share: bool, now: datetime) -> Booking:
    """Shares the member's own number for this call, or takes it back. Raises NotFound, AlreadyOver, BadInput."""
    booking, _ = live_booking(db, member, booking_id, now=now)
    if booking.mode != Mode.PHONE or (share and not member.phone):
        raise BadInput("phone")
    number = (member.phone or "") if share else ""
    if number == booking.phone_of(member.id):
        return booking
    if member.id == booking.mentor_id:
        booking.mentor_phone = number
    else:
        booking.mentee_phone = number
    return _changed(db, booking, member, now=now)


def _changed(db: Session, booking: Booking, by: Member, *, now: datetime) -> Booking:
    """Sends a confirmed booking's invite again, changed; a pending one has no invite yet."""
    if booking.status == BookingStatus.CONFIRMED:
        raise_sequence(booking, now=now)
        db.flush()
        announce_changed(db, booking, by=by, now=now)
    db.flush()
    return booking


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageLogEntry:
    """One message to one person. `action` is what an invite announces: booked, moved or cancelled; `at` is when it
    was sent or is due. `arrived`: the provider confirmed delivery."""

    kind: str
    action: str
    channel: str
    recipient: str
    state: OutboxState
    at: datetime
    arrived: bool = False


def message_log(db: Session, booking: Booking) -> Sequence[MessageLogEntry]:
    """Returns every message about this booking in the order written, without dropped ones."""
    query = (
        select(OutboxMessage, Member, Delivery)
        .join(Member, Member.id == OutboxMessage.recipient_id)
        .outerjoin(Delivery, Delivery.ref == OutboxMessage.provider_ref)
        .where(OutboxMessage.subject == subject_of(booking.id), OutboxMessage.state != OutboxState.DROPPED)
        .order_by(OutboxMessage.id)
    )
    return [_log_entry(message, member, delivery) for message, member, delivery in db.execute(query)]


def _log_entry(message: OutboxMessage, member: Member, delivery: Delivery | None) -> MessageLogEntry:
    state, at = message.state, message.settled_at or message.due_at
    arrived = delivery is not None and delivery.status in ARRIVED
    if delivery is not None and delivery.status in FAILED:
        state = OutboxState.REFUSED
    if delivery is not None and (arrived or state == OutboxState.REFUSED):
        at = delivery.told_at
    return MessageLogEntry(
        kind=message.kind,
        action=str(message.payload.get("action", "")),
        channel=message.channel,
        recipient=member.name,
        state=state,
        at=at,
        arrived=arrived,
    )
