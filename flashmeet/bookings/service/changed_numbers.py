"""A member's changed phone number, offered to the coming phone hours that they gave the former one to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.booking_details import share_phone
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING, Mode


def hours_with_former_number(db: Session, member: Member, *, now: datetime) -> Sequence[Booking]:
    """Returns the member's coming phone hours to which they gave another number than their present one, in order."""
    if not member.phone:
        return []
    given = or_(
        and_(Booking.mentor_id == member.id, Booking.mentor_phone.not_in(("", member.phone))),
        and_(Booking.mentee_id == member.id, Booking.mentee_phone.not_in(("", member.phone))),
    )
    query = select(Booking).where(
        given, Booking.mode == Mode.PHONE, Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now
    )
    return db.scalars(query.order_by(Booking.starts_at, Booking.id)).all()


def has_hours_with_former_number(db: Session, member: Member, now: datetime) -> bool:
    return bool(hours_with_former_number(db, member, now=now))


def give_present_number(db: Session, member: Member, *, now: datetime) -> int:
    """Gives those hours the present number; the changed invite goes out. Returns how many."""
    ids = sorted(booking.id for booking in hours_with_former_number(db, member, now=now))
    for booking_id in ids:
        share_phone(db, member, booking_id, share=True, now=now)
    return len(ids)
