"""A word on being late: told on the other's page at once, by mail, and by SMS where they want it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.reminders import ChannelName
from flashmeet.bookings.service.payloads import payload_for, subject_of
from flashmeet.core.errors import BadInput, RoomClosed
from flashmeet.identity.models.member import Member
from flashmeet.messages.outbox.write import send
from flashmeet.rooms.models.room import LateWord
from flashmeet.rooms.rules.messages import LATE
from flashmeet.rooms.service.room import Door
from flashmeet.schedule.rules.booked_hour import BookingStatus

LATE_MINUTES = (5, 10, 15)
FROM, UNTIL = timedelta(hours=1), timedelta(minutes=15)
POINTLESS_AFTER = timedelta(minutes=30)
_VERSIONS = 100
"""More than any number of minutes: each is told once for each sequence of the booking."""


def may_be_late(booking: Booking, *, now: datetime) -> bool:
    """From an hour before until a quarter past the start of a session that is agreed."""
    return booking.status == BookingStatus.CONFIRMED and booking.starts_at - FROM <= now < booking.starts_at + UNTIL


def say_late(session: Session, door: Door, *, minutes: int, now: datetime) -> None:
    """Keeps the word and tells the other. The same word again tells nobody anew. Raises BadInput, RoomClosed."""
    if minutes not in LATE_MINUTES:
        raise BadInput("minutes", value=minutes)
    if not may_be_late(door.booking, now=now):
        raise RoomClosed(door.state)
    session.merge(LateWord(seat_id=door.seat.id, minutes=minutes, said_at=now))
    _tell(session, door, minutes=minutes, now=now)


def late_minutes(session: Session, seat_id: int) -> int:
    """What that seat said last; 0 where they said nothing."""
    word = session.get(LateWord, seat_id)
    return word.minutes if word else 0


def _tell(session: Session, door: Door, *, minutes: int, now: datetime) -> None:
    booking, me = door.booking, door.seat.member
    other = booking.other(me.id)
    for channel in _channels(other):
        send(
            session,
            subject=subject_of(booking.id),
            version=booking.sequence * _VERSIONS + minutes,
            recipient_id=other.id,
            channel=channel,
            message=LATE.saying(payload_for(booking, other, late_minutes=minutes)),
            now=now,
            not_after=min(booking.ends_at, now + POINTLESS_AFTER),
        )


def _channels(member: Member) -> tuple[ChannelName, ...]:
    return ("mail", "sms") if member.takes_sms else ("mail",)
