"""Reports that somebody did not come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import NoShow
from flashmeet.bookings.rules.outcomes import ABSENCE_UNDO, AbsenceState
from flashmeet.core.database.prepared import prepared
from flashmeet.identity.models import Member


def absence_of(db: Session, booking: Booking, member: Member) -> NoShow | None:
    """Returns the other's report that this member did not come, unless it was withdrawn."""
    found = db.scalars(select_absence(booking.id, member.id)).first()
    return found if found is not None and found.state != AbsenceState.WITHDRAWN else None


def absences_open_about(db: Session, member: Member, *, now: datetime) -> Sequence[NoShow]:
    """Returns the reports that this member did not come which they were told of and may still answer."""
    return db.scalars(*open_absences(member.id, now, now - ABSENCE_UNDO)).all()


@prepared
def open_absences(about_id: int, now: datetime, said_until: datetime) -> Select[NoShow]:
    query = select(NoShow).where(NoShow.about_id == about_id, NoShow.state == AbsenceState.SAID)
    return query.where(NoShow.until > now, NoShow.said_at <= said_until).order_by(NoShow.until)


def select_absence(booking_id: int, about_id: int) -> Select[NoShow]:
    """Selects the report that this member did not come to that booking, in whatever state."""
    return select(NoShow).where(NoShow.booking_id == booking_id, NoShow.about_id == about_id)
