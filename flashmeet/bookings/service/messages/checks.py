"""Whether a message about a booking is still current (`messages.outbox.drop_reasons`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import named

STANDS = ("confirmed", "completed")


def changed_bookings(db: Session, rows: Sequence[OutboxMessage], _now: datetime) -> Mapping[int, str]:
    """Returns rows whose booking was `cancelled` or `moved` since; a row's version is its hour's `agreed_sequence`."""
    ids = {named(row, "booking_id") for row in rows}
    found = db.execute(select(Booking.id, Booking.status, Booking.agreed_sequence).where(Booking.id.in_(ids)))
    bookings = {each.id: each for each in found}
    reasons: dict[int, str] = {}
    for row in rows:
        booking = bookings.get(named(row, "booking_id"))
        if booking is not None and booking.status not in STANDS:
            reasons[row.id] = "cancelled"
        elif booking is not None and booking.agreed_sequence != row.version:
            reasons[row.id] = "moved"
    return reasons
