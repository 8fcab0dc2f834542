"""Moving a booking to another time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.booking_rows import agreed_times, answer_due
from flashmeet.bookings.service.end import end_expired, live_booking, raise_sequence
from flashmeet.bookings.service.events import mentor_asked
from flashmeet.bookings.service.messages import invites
from flashmeet.core.errors import DayStays, TooManyRequests, TooOften
from flashmeet.core.limits import Limit, add_count
from flashmeet.identity.models import Member
from flashmeet.people.service.terms import require_terms
from flashmeet.schedule.rules.booked_hour import (
    BookingStatus,
    checked_start,
)
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.schedule.service.calendar_freshness import require_read
from flashmeet.schedule.service.claims import agreed_hour, offered_hour, take_agreed, take_hour

MOVES = Limit(name="moves", most=20, seconds=86_400)
"""Of one hour, by one of its two people."""


def move_booking(
    db: Session, member: Member, booking_id: int, *, starts_at: datetime, agreed: bool = False, now: datetime
) -> Booking:
    """Moves the booking to another start, at once, by either side, under the rules of booking.

    An hour that both `agreed` on need not be one that the mentor offers, nor lie within their limits. Raises NotFound,
    AlreadyOver, DayStays, TooOften, and what `book_slot` raises about the hour; the booking then keeps its old hour.
    """
    checked_start(starts_at)
    require_terms(db, member, now=now)
    booking, holder = live_booking(db, member, booking_id, now=now)
    refuse_for_days(booking)
    previous = booking.starts_at
    if starts_at == previous:
        return booking
    _count_move(db, member, booking, now=now)
    mentor, mentee, minutes = booking.mentor, booking.mentee, booking.minutes
    find = agreed_hour if agreed else offered_hour
    hour = find(db, mentor=mentor, mentee=mentee, starts_at=starts_at, minutes=minutes, now=now)
    end_expired(db, now=now, claiming=hour.wanted)
    if agreed:
        take_agreed(db, holder, hour, you=member, now=now)
    else:
        take_hour(db, holder, hour, you=member, now=now, waits=booking.status == BookingStatus.PENDING)
        require_read(db, mentor.id, now=now)
    for name, value in agreed_times(hour).items():
        setattr(booking, name, value)
    booking.buffer_before, booking.buffer_after = hour.schedule.policy.buffer_before, hour.schedule.policy.buffer_after
    if booking.status == BookingStatus.PENDING:
        booking.answer_due_at = holder.expires_at = answer_due(db, hour, now=now)
        db.flush()
        mentor_asked(db, booking, now)
        return booking
    raise_sequence(booking, now=now)
    booking.agreed_at, booking.agreed_sequence = now, booking.sequence
    db.flush()
    invites.announce_moved(db, booking, by=member, previous=previous, now=now)
    return booking


def _count_move(db: Session, member: Member, booking: Booking, *, now: datetime) -> None:
    """Raises TooOften."""
    window = MOVES.window(f"{booking.id}:{member.id}", now=now)
    try:
        window.check(add_count(db, window, times=1), now=now)
    except TooManyRequests as refusal:
        raise TooOften(**refusal.facts) from None


def refuse_for_days(booking: Booking) -> None:
    """Refuses to move a day, whose breaks and programme belong to its date. Raises DayStays."""
    if booking.format == Format.DAY:
        raise DayStays
