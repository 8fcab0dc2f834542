"""Who was in the room, as both may read it: evidence for hours served, nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.queries.attendance import stays_in
from flashmeet.bookings.rules.outcomes import AWAY_AFTER


@dataclass(frozen=True, slots=True)
class Stay:
    """One person from `joined_at` to `left_at`; `there` while they have not gone."""

    member_id: int
    name: str
    joined_at: datetime
    left_at: datetime
    there: bool

    @property
    def length(self) -> timedelta:
        return self.left_at - self.joined_at


def presence_in(session: Session, booking: Booking, *, now: datetime) -> Sequence[Stay]:
    """Every stay in the booking's room, in the order they came."""
    people = {seat.id: seat.member for seat in booking.seats}
    return [
        Stay(
            member_id=people[each.seat_id].id,
            name=people[each.seat_id].name,
            joined_at=each.joined_at,
            left_at=each.left_at,
            there=now - each.left_at <= AWAY_AFTER and now < booking.ends_at,
        )
        for each in stays_in(session, booking.id)
        if each.seat_id in people
    ]


def together(stays: Sequence[Stay]) -> timedelta:
    """For how long two people were in the room at the same time."""
    shared = timedelta()
    for number, one in enumerate(stays):
        for other in stays[number + 1 :]:
            if one.member_id != other.member_id:
                overlap = min(one.left_at, other.left_at) - max(one.joined_at, other.joined_at)
                shared += max(overlap, timedelta())
    return shared
