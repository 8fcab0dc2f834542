"""What calendars answer to our invites: believed when it shows the invite, counted once, cancelling nothing by itself.

Anybody may send a mail in anybody's name. An answer is believed when it names the attendee of a seat *and* shows that
its sender has that seat's invite: by the token which only that invite carries, or by referring to its Message-ID,
which is as long and as secret. Neither is in what the other person gets.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.models.calendar_reply import SeatReply


def calendar_answers(session: Session, booking: Booking) -> dict[int, SeatReply]:
    """The latest answer of each member to the session as it is now: later ones replace earlier ones."""
    query = (
        select(SeatReply)
        .join(Seat, Seat.id == SeatReply.seat_id)
        .where(Seat.booking_id == booking.id, SeatReply.sequence == booking.sequence)
        .order_by(SeatReply.stamped_at, SeatReply.id)
    )
    return {each.seat.member_id: each for each in session.scalars(query)}


def open_decline(session: Session, booking: Booking, member_id: int, *, now: datetime) -> SeatReply | None:
    """The answer by which that member's calendar declined, while nobody has said what follows from it."""
    latest = calendar_answers(session, booking).get(member_id) if is_awaited(booking, now) else None
    return latest if latest is not None and latest.answer == "declined" and not latest.settled else None


def is_awaited(booking: Booking, now: datetime) -> bool:
    return booking.status == "confirmed" and booking.starts_at > now
