"""Evidence of whether bookings took place: the answers of both, and their presence in the room."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.models.outcome import BookingAnswer, ProviderVisit, RoomVisit
from flashmeet.bookings.queries.over import ids_over
from flashmeet.bookings.rules.outcomes import Happened, Presence
from flashmeet.core.database.lists import among
from flashmeet.core.intervals import Interval
from flashmeet.schedule.rules.booked_hour import Mode, SeatRole


@dataclass(frozen=True, slots=True)
class Evidence:
    """`answers` and `clearer` by booking id; `presence` leaves out bookings whose people may have met elsewhere."""

    answers: Mapping[int, Mapping[SeatRole, Happened]]
    clearer: Mapping[int, int]
    presence: Mapping[int, Presence]


def evidence_between(db: Session, span: Interval, *, now: datetime, people: Collection[int] | None) -> Evidence:
    """Returns the evidence about the bookings of `over_between`."""
    ids = ids_over(span, now, people)
    answers, clearer = _answers(db, ids)
    return Evidence(answers, clearer, _presence(db, ids))


def evidence_about(db: Session, booking_ids: Collection[int]) -> Evidence:
    """Returns the evidence about these bookings, in three statements however many there are."""
    ids = select(Booking.id).where(among(Booking.id, booking_ids))
    answers, clearer = _answers(db, ids)
    return Evidence(answers, clearer, _presence(db, ids))


def stays_in(db: Session, booking_id: int) -> Sequence[RoomVisit]:
    """Returns every stay of both people, in order of arrival."""
    query = select(RoomVisit).where(RoomVisit.booking_id == booking_id)
    return db.scalars(query.order_by(RoomVisit.joined_at, RoomVisit.id)).all()


def _answers(db: Session, ids: Select[int]) -> tuple[Mapping[int, dict[SeatRole, Happened]], dict[int, int]]:
    query = (
        select(Seat.booking_id, Seat.role, BookingAnswer.happened, BookingAnswer.clearer)
        .join(
            BookingAnswer,
            (BookingAnswer.booking_id == Seat.booking_id) & (BookingAnswer.member_id == Seat.member_id),
        )
        .where(Seat.booking_id.in_(ids))
    )
    said: defaultdict[int, dict[SeatRole, Happened]] = defaultdict(dict)
    clearer: dict[int, int] = {}
    for booking_id, role, happened, points in db.execute(query):
        said[booking_id][role] = happened
        if points is not None:
            clearer[booking_id] = points
    return said, clearer


def _presence(db: Session, ids: Select[int]) -> dict[int, Presence]:
    """Returns presence in video bookings that nobody left for a provider."""
    elsewhere = select(ProviderVisit.booking_id).where(ProviderVisit.failed == "")
    here = db.scalars(
        select(Booking.id).where(Booking.id.in_(ids), Booking.mode == Mode.VIDEO, ~Booking.id.in_(elsewhere))
    ).all()
    query = (
        select(RoomVisit.booking_id, Seat.role, RoomVisit.joined_at, RoomVisit.left_at)
        .join(Seat, Seat.id == RoomVisit.seat_id)
        .where(RoomVisit.booking_id.in_(ids))
    )
    stays: defaultdict[int, defaultdict[SeatRole, list[Interval]]] = defaultdict(lambda: defaultdict(list))
    for booking_id, role, joined_at, left_at in db.execute(query):
        stays[booking_id][role].append(Interval(joined_at, left_at))
    return {booking_id: _seen(stays[booking_id]) if booking_id in stays else _NOBODY for booking_id in here}


_NOBODY = Presence(timedelta(), timedelta(), timedelta())


def _seen(stays: Mapping[SeatRole, Sequence[Interval]]) -> Presence:
    mentor, mentee = stays.get(SeatRole.MENTOR, ()), stays.get(SeatRole.MENTEE, ())
    together = sum((_shared(one, other) for one in mentor for other in mentee), timedelta())
    return Presence(_length(mentor), _length(mentee), together)


def _length(stays: Sequence[Interval]) -> timedelta:
    return sum((each.end - each.start for each in stays), timedelta())


def _shared(one: Interval, other: Interval) -> timedelta:
    return max(min(one.end, other.end) - max(one.start, other.start), timedelta())
