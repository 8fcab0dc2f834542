"""What was sent to whom about a session, as both of its people may read it: no addresses, no contents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.service.messages import subject_of
from flashmeet.store.models import Booking, Member, OutboxMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One message to one person. `action` is what an invite tells: booked, moved or cancelled; `at` is when it left,
    or when it is to leave."""

    kind: str
    action: str
    channel: str
    recipient: str
    state: str
    at: datetime


def told_about(session: Session, booking: Booking) -> Sequence[Told]:
    """Every message about this booking in the order it was written; those that were dropped are left out."""
    query = (
        select(OutboxMessage, Member)
        .join(Member, Member.id == OutboxMessage.recipient_id)
        .where(OutboxMessage.subject == subject_of(booking.id), OutboxMessage.state != "dropped")
        .order_by(OutboxMessage.id)
    )
    return [_told(message, member) for message, member in session.execute(query)]


def _told(message: OutboxMessage, member: Member) -> Told:
    return Told(
        kind=message.kind,
        action=str(message.payload.get("action", "")),
        channel=message.channel,
        recipient=member.name,
        state=message.state,
        at=message.settled_at or message.due_at,
    )
