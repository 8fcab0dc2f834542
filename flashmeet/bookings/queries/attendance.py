"""Who stayed in a room, and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from flashmeet.bookings.models.attendance import Presence
from flashmeet.bookings.rules.outcomes import AWAY_AFTER


def note_presence(session: Session, *, booking_id: int, seat_id: int, now: datetime) -> None:
    """Moves the end of the seat's latest stay on; after an absence a new stay begins."""
    latest = select(func.max(Presence.id)).where(Presence.seat_id == seat_id).scalar_subquery()
    moved = session.execute(
        update(Presence)
        .where(Presence.id == latest, Presence.left_at >= now - AWAY_AFTER)
        .values(left_at=now)
        .returning(Presence.id)
    )
    if not moved.all():
        session.add(Presence(booking_id=booking_id, seat_id=seat_id, joined_at=now, left_at=now))


def stays_in(session: Session, booking_id: int) -> Sequence[Presence]:
    """Every stay of both people, in the order they came."""
    query = select(Presence).where(Presence.booking_id == booking_id)
    return session.scalars(query.order_by(Presence.joined_at, Presence.id)).all()
