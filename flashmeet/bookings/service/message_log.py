"""What was sent to whom about a session, as both of its people may read it: no addresses, no contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.payloads import subject_of
from flashmeet.core.phone_numbers import ARRIVED, FAILED
from flashmeet.identity.models.member import Member
from flashmeet.messages.models.outbox import Delivery, OutboxMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message to one person. `action` is what an invite tells: booked, moved or cancelled; `at` is when it left,
    or when it is to leave. `state` is the outbox's, or `delivered` where the provider says that it arrived."""

    kind: str
    action: str
    channel: str
    recipient: str
    state: str
    at: datetime


def told_about(session: Session, booking: Booking) -> Sequence[Told]:
    """Every message about this booking in the order it was written; those that were dropped are left out."""
    query = (
        select(OutboxMessage, Member, Delivery)
        .join(Member, Member.id == OutboxMessage.recipient_id)
        .outerjoin(Delivery, Delivery.ref == OutboxMessage.provider_ref)
        .where(OutboxMessage.subject == subject_of(booking.id), OutboxMessage.state != "dropped")
        .order_by(OutboxMessage.id)
    )
    return [_told(message, member, delivery) for message, member, delivery in session.execute(query)]


def _told(message: OutboxMessage, member: Member, delivery: Delivery | None) -> Told:
    state, at = message.state, message.settled_at or message.due_at
    if delivery is not None and delivery.status in ARRIVED:
        state, at = "delivered", delivery.told_at
    elif delivery is not None and delivery.status in FAILED:
        state, at = "refused", delivery.told_at
    return Told(
        kind=message.kind,
        action=str(message.payload.get("action", "")),
        channel=message.channel,
        recipient=member.name,
        state=state,
        at=at,
    )
