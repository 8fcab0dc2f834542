"""Queries on the contents of members' calendars."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.schedule.queries.calendars import _parts


def own_uids(db: Session, member_id: int, uids: Collection[str]) -> set[str]:
    """Returns which of these UIDs are our own bookings with this member."""
    theirs = or_(Booking.mentor_id == member_id, Booking.mentee_id == member_id)
    found: set[str] = set()
    for part in _parts(sorted(uids)):
        found.update(db.scalars(select(Booking.uid).where(Booking.uid.in_(part), theirs)))
    return found
