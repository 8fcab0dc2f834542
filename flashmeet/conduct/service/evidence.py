"""Evidence where two people disagree: the room, visits to a provider, late notices, answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import BookingAnswer, LateWord, NoShow, ProviderVisit
from flashmeet.bookings.service.answers import answers_to
from flashmeet.bookings.service.outcomes import Stay, presence_in


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit to a provider's room."""

    name: str
    at: datetime
    failed: bool


@dataclass(frozen=True, slots=True)
class Late:
    """A late notice, with its time."""

    name: str
    minutes: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Evidence about one booking. `absences` are what each reported of the other, with the answer. The brief and the
    two people's messages are left out."""

    stays: Sequence[Stay]
    visits: Sequence[Visit]
    late: Sequence[Late]
    answers: Sequence[tuple[str, BookingAnswer]]
    absences: Sequence[NoShow]


def evidence_of(db: Session, booking: Booking, *, now: datetime) -> Evidence:
    people = {seat.id: seat.member for seat in booking.seats}
    names = {each.id: each.name for each in people.values()}
    visits = select(ProviderVisit).where(ProviderVisit.booking_id == booking.id).order_by(ProviderVisit.id)
    late = select(LateWord).where(LateWord.seat_id.in_(people)).order_by(LateWord.said_at)
    absences = select(NoShow).where(NoShow.booking_id == booking.id).order_by(NoShow.id)
    return Evidence(
        stays=presence_in(db, booking, now=now),
        visits=[Visit(people[each.seat_id].name, each.visited_at, bool(each.failed)) for each in db.scalars(visits)],
        late=[Late(people[each.seat_id].name, each.minutes, each.said_at) for each in db.scalars(late)],
        answers=[(names[member_id], each) for member_id, each in answers_to(db, booking.id).items()],
        absences=db.scalars(absences).all(),
    )
