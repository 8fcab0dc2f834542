"""Who is in the built-in room, as its pages say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from flashmeet.bookings.models.outcome import RoomVisit
from flashmeet.bookings.rules.outcomes import AWAY_AFTER


def note_presence(db: Session, *, booking_id: int, seat_id: int, now: datetime) -> None:
    """Extends the seat's latest stay to `now`, or begins a new stay after an absence."""
    latest = select(func.max(RoomVisit.id)).where(RoomVisit.seat_id == seat_id).scalar_subquery()
    moved = db.execute(
        update(RoomVisit)
        .where(RoomVisit.id == latest, RoomVisit.left_at >= now - AWAY_AFTER)
        .values(left_at=now)
        .returning(RoomVisit.id)
    )
    if not moved.all():
        db.add(RoomVisit(booking_id=booking_id, seat_id=seat_id, joined_at=now, left_at=now))
