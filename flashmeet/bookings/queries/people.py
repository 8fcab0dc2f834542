"""Who booked an hour with whom."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking


def pair(one_id: int, other_id: int) -> ColumnElement[bool]:
    """Sessions of these two."""
    return or_(
        and_(Booking.mentor_id == one_id, Booking.mentee_id == other_id),
        and_(Booking.mentor_id == other_id, Booking.mentee_id == one_id),
    )


def have_booked(session: Session, one_id: int, other_id: int) -> bool:
    """Whether these two ever had a booking, whatever became of it."""
    return session.scalar(select(Booking.id).where(pair(one_id, other_id)).limit(1)) is not None
