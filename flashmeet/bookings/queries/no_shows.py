"""They did not come: said by the other from minute 10 on, contested within 72 hours, settled by clock or person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.no_shows import Confirmation, NoShow
from flashmeet.identity.models.member import Member


def absence_of(session: Session, booking: Booking, member: Member) -> NoShow | None:
    """What the other says of this member, where it is open or stands."""
    found = session.scalars(_said_of(booking.id, member.id)).first()
    return found if found is not None and found.state != "withdrawn" else None


def _said_of(booking_id: int, about_id: int) -> Select[NoShow]:
    return select(NoShow).where(NoShow.booking_id == booking_id, NoShow.about_id == about_id)


def confirmation_of(session: Session, booking: Booking) -> Confirmation | None:
    """What was asked about the session at the time it has now."""
    return session.get(Confirmation, (booking.id, booking.starts_at))


def waits(booking: Booking, asked: Confirmation | None, *, now: datetime) -> bool:
    """Whether the mentee still has to say that they come."""
    return (
        asked is not None
        and asked.answered_at is None
        and asked.ended_at is None
        and now < asked.until
        and booking.status == "confirmed"
    )
