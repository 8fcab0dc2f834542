"""Whose a booking is."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from flashmeet.bookings.models.booking import Booking

_Id = int | InstrumentedAttribute[int] | InstrumentedAttribute[int | None]


def of_member(member_id: int) -> ColumnElement[bool]:
    """Selects the bookings of this member, as mentor or as mentee."""
    return or_(Booking.mentor_id == member_id, Booking.mentee_id == member_id)


def of_pair(one_id: _Id, other_id: _Id) -> ColumnElement[bool]:
    """Selects the bookings of these two, either one as mentor."""
    return or_(
        and_(Booking.mentor_id == one_id, Booking.mentee_id == other_id),
        and_(Booking.mentor_id == other_id, Booking.mentee_id == one_id),
    )


def have_booked(db: Session, one_id: int, other_id: int) -> bool:
    """Whether these two ever had a booking, whatever its status."""
    return db.scalar(select(Booking.id).where(of_pair(one_id, other_id)).limit(1)) is not None
