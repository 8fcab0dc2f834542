"""What became of an hour: what its people answered, and where that is silent or at odds, who was in the room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.attendance import ProviderVisit
from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.queries.past_bookings import Over, evidence_between, over_between
from flashmeet.bookings.rules.outcomes import Outcome, Presence, outcome
from flashmeet.bookings.rules.reliability import LOOKS_BACK
from flashmeet.bookings.service.answers import answers_to
from flashmeet.bookings.service.attendance import presence_in, together
from flashmeet.core.intervals import Interval
from flashmeet.schedule.rules.booked_hour import STANDING_BOOKING, Mode, SeatRole


def outcome_of(session: Session, booking: Booking, *, now: datetime) -> Outcome | None:
    """None while it is not over, and of one that never stood."""
    if booking.ends_at > now or booking.status not in STANDING_BOOKING:
        return None
    answers = answers_to(session, booking.id)
    said = {seat.role: answers[seat.member_id].happened for seat in booking.seats if seat.member_id in answers}
    return outcome(said, _presence(session, booking, now=now))


def _presence(session: Session, booking: Booking, *, now: datetime) -> Presence | None:
    """None where they may have met elsewhere: whoever is not in our room may be in the other one."""
    went = exists().where(ProviderVisit.booking_id == booking.id, ProviderVisit.failed == "")
    if booking.mode != Mode.VIDEO or session.scalar(select(went)):
        return None
    return presence_of(session, booking, now=now)


def presence_of(session: Session, booking: Booking, *, now: datetime) -> Presence:
    """What our own room saw, whatever else they may have used."""
    stays = presence_in(session, booking, now=now)
    lengths = {
        seat.role: sum((each.length for each in stays if each.member_id == seat.member_id), timedelta())
        for seat in booking.seats
    }
    return Presence(
        lengths.get(SeatRole.MENTOR, timedelta()), lengths.get(SeatRole.MENTEE, timedelta()), together(stays)
    )


@dataclass(frozen=True, slots=True)
class Became:
    """A session that is over, what became of it, and how clear things are to the mentee now, where they say so."""

    session: Over
    outcome: Outcome
    clearer: int | None = None

    @property
    def minutes(self) -> int:
        """The minutes that count: those that were planned, or none."""
        return round(self.session.worked.total_seconds() / 60) if self.outcome.counts else 0


def became_between(
    session: Session, span: Interval, *, now: datetime, people: Collection[int] | None = None
) -> list[Became]:
    """Of every session that began within the span and has ended; `people` leaves out sessions of others."""
    seen = evidence_between(session, span, now=now, people=people)
    return [
        Became(each, outcome(seen.answers.get(each.id, {}), seen.presence.get(each.id)), seen.clearer.get(each.id))
        for each in over_between(session, span, now=now, people=people)
    ]


def stood_of(session: Session, member_ids: Collection[int], *, now: datetime) -> Mapping[int, int]:
    """By member, sessions of the last ninety days that stood until their end, kept or not."""
    found: Counter[int] = Counter()
    for each in over_between(session, _lately(now), now=now, people=member_ids):
        found.update((each.mentor_id, each.mentee_id))
    return found


def _lately(now: datetime) -> Interval:
    return Interval(now - LOOKS_BACK, now)
