"""The facts of a booking that a message tells as they are when it leaves (`messages.outbox.todays_facts`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.messages.payloads import payload_for
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.drop_reasons import named
from flashmeet.messages.rules.kinds import KINDS

ALWAYS = (
    *("other_id", "other_name", "other_about", "other_year", "other_tzid"),
    *("theme", "regulated", "relation", "seat_nonce"),
)
WHILE_CURRENT = ("mode", "place", "place_tzid", "my_phone", "other_phone")
"""Where the booking was changed since, a later invite tells of it; what hangs on the hour tells it all the same."""


def booking_today(db: Session, rows: Sequence[OutboxMessage]) -> Mapping[int, Mapping[str, Any]]:
    """Returns names, zone, theme, place and numbers by row id; the hour itself stays the one that the row is about."""
    ids = {named(row, "booking_id") for row in rows}
    query = select(Booking).where(Booking.id.in_(ids)).options(selectinload(Booking.seats))
    bookings = {each.id: each for each in db.scalars(query)}
    found: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        booking = bookings.get(named(row, "booking_id"))
        told = "seat_id" in row.payload and booking is not None
        if booking is None or not told or row.recipient_id not in (booking.mentor_id, booking.mentee_id):
            continue
        current = row.payload.get("sequence") == booking.sequence or _hangs_on_hour(row, booking)
        today: Mapping[str, Any] = {**payload_for(booking, row.recipient)}
        found[row.id] = {name: today[name] for name in (*ALWAYS, *(WHILE_CURRENT if current else ()))}
    return found


def _hangs_on_hour(row: OutboxMessage, booking: Booking) -> bool:
    return KINDS[row.kind].hangs_on == "booking" and row.version == booking.agreed_sequence
