"""The outcome of a booking: from its people's answers and, where they are missing or disagree, presence in the room."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import ProviderVisit
from flashmeet.bookings.queries.evidence import evidence_between, stays_in
from flashmeet.bookings.queries.over import Over, over_between, stood_by_member
from flashmeet.bookings.rules.outcomes import AWAY_AFTER, Happened, Outcome, Presence, outcome
from flashmeet.bookings.rules.reliability import LOOKS_BACK
from flashmeet.bookings.service.answers import answers_to
from flashmeet.bookings.service.reliability import absence_sayable
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import STANDING_BOOKING, Mode, SeatRole


def outcome_of(db: Session, booking: Booking, *, now: datetime) -> Outcome | None:
    """Returns the outcome; None while the booking is not over, or if it was never agreed or was cancelled."""
    if booking.ends_at > now or booking.status not in STANDING_BOOKING:
        return None
    answers = answers_to(db, booking.id)
    said = {seat.role: answers[seat.member_id].happened for seat in booking.seats if seat.member_id in answers}
    return outcome(said, _presence(db, booking, now=now))


def _presence(db: Session, booking: Booking, *, now: datetime) -> Presence | None:
    """Returns None where they may have met elsewhere: absence from our room then proves nothing."""
    went = exists().where(ProviderVisit.booking_id == booking.id, ProviderVisit.failed == "")
    if booking.mode != Mode.VIDEO or db.scalar(select(went)):
        return None
    return presence_of(db, booking, now=now)


def presence_of(db: Session, booking: Booking, *, now: datetime) -> Presence:
    """Returns presence in the built-in room, whatever else they used."""
    stays = presence_in(db, booking, now=now)
    lengths = {
        seat.role: sum((each.length for each in stays if each.member_id == seat.member_id), timedelta())
        for seat in booking.seats
    }
    return Presence(
        lengths.get(SeatRole.MENTOR, timedelta()), lengths.get(SeatRole.MENTEE, timedelta()), together(stays)
    )


def may_report_absence(db: Session, booking: Booking, member: Member, *, now: datetime) -> bool:
    """Whether this member is offered to report now that the other did not come.

    Not where the other says that it took place, nor where the room saw the two together: that contradicts it.
    """
    if not absence_sayable(db, booking, now=now):
        return False
    theirs = answers_to(db, booking.id).get(booking.other(member.id).id)
    if theirs is not None and theirs.happened == Happened.YES:
        return False
    return not presence_of(db, booking, now=now).together


@dataclass(frozen=True, slots=True)
class BookingOutcome:
    """A booking that is over, its outcome, and the mentee's `clearer` score where given."""

    booking: Over
    outcome: Outcome
    clearer: int | None = None

    @property
    def minutes(self) -> int:
        """The minutes that count: the planned ones, or none."""
        return round(self.booking.worked.total_seconds() / 60) if self.outcome.counts else 0


def became_between(
    db: Session, span: Interval, *, now: datetime, people: Collection[int] | None = None
) -> list[BookingOutcome]:
    """Returns every booking that began within the span and has ended, with its outcome; of `people` where given."""
    seen = evidence_between(db, span, now=now, people=people)
    return [
        BookingOutcome(
            each, outcome(seen.answers.get(each.id, {}), seen.presence.get(each.id)), seen.clearer.get(each.id)
        )
        for each in over_between(db, span, now=now, people=people)
    ]


def stood_of(db: Session, member_ids: Collection[int], *, now: datetime) -> Mapping[int, int]:
    """Returns, by member, how many bookings of the last 90 days stood until their end, held or not."""
    return stood_by_member(db, _lately(now), now=now, people=member_ids)


def _lately(now: datetime) -> Interval:
    return Interval(now - LOOKS_BACK, now)


@dataclass(frozen=True, slots=True)
class Stay:
    """One person's stay from `joined_at` to `left_at`; `there` while they have not left."""

    member_id: int
    name: str
    joined_at: datetime
    left_at: datetime
    there: bool

    @property
    def length(self) -> timedelta:
        return self.left_at - self.joined_at


def presence_in(db: Session, booking: Booking, *, now: datetime) -> Sequence[Stay]:
    """Returns every stay in the booking's room, in order of arrival."""
    people = {seat.id: seat.member for seat in booking.seats}
    return [
        Stay(
            member_id=people[each.seat_id].id,
            name=people[each.seat_id].name,
            joined_at=each.joined_at,
            left_at=each.left_at,
            there=now - each.left_at <= AWAY_AFTER and now < booking.ends_at,
        )
        for each in stays_in(db, booking.id)
        if each.seat_id in people
    ]


def together(stays: Sequence[Stay]) -> timedelta:
    """Returns how long two people were in the room at the same time."""
    shared = timedelta()
    for number, one in enumerate(stays):
        for other in stays[number + 1 :]:
            if one.member_id != other.member_id:
                overlap = min(one.left_at, other.left_at) - max(one.joined_at, other.joined_at)
                shared += max(overlap, timedelta())
    return shared
