"""The booked hours of a large network, made while its mentors are written.

Each hour is claimed, counted, written and announced by the parts of `bookings.service.book` themselves; left out are
the reads and the rewriting of openings around them. The mentor's schedule is at hand, and not yet stored: openings are
written once, afterwards, without the time that is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import announce_new
from flashmeet.bookings.service.booking_rows import write_booking
from flashmeet.bookings.service.holds import take_over_hold
from flashmeet.bookings.service.messages.payloads import subject_of
from flashmeet.core.intervals import Interval, from_ticks, ticks
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Confirm
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.people.queries import terms_version_in_force
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.quotas import Period, mentor_quotas
from flashmeet.schedule.rules.slots import openings
from flashmeet.schedule.service.claims import Hour, take_hour
from flashmeet.seed.bookings import NOBODY_IS_MAILED
from flashmeet.seed.network import NewMentor, Occupied, Plan
from flashmeet.seed.people import random_for
from flashmeet.seed.wishes import Occasion, wish
from flashmeet.themes.models import Theme

MOST_PER_MENTOR, ASKED_EARLY, SUBJECTS_AT_ONCE = 2, 20, 500


@dataclass(slots=True)
class BulkBookings:
    """Spreads the plan's hours in bulk over its mentors. One who asks first, or is full, leaves theirs to the next.

    `made` counts them. Nobody is mailed: each message is written as a booking writes it, and dropped.
    """

    plan: Plan
    links: Links
    now: datetime
    made: int = 0

    def book(self, db: Session, mentors: Sequence[NewMentor], mentees: Sequence[int]) -> Mapping[int, Occupied]:
        """Books the hours that are due of these mentors (`network.Book`); none while terms are in force, which nobody
        invented has accepted."""
        first, due = self.plan.hours_one_by_one + self.made, self._due_by(mentors[-1]) - self.made
        if due <= 0 or terms_version_in_force(db, now=self.now):
            return {}
        giving = _members(db, [mentor.id for mentor in mentors])
        asking = _members(db, mentees[first : first + due])
        bookings: list[Booking] = []
        full: dict[int, Occupied] = {}
        for mentor in mentors:
            occupied = _Occupied()
            for turn in range(self._owed_by(mentor)):
                mentee = asking[mentees[self.plan.hours_one_by_one + self.made]]
                booking = self._booked(db, mentor, giving[mentor.id], mentee, turn=turn, occupied=occupied)
                if booking is not None:
                    self.made += 1
                    bookings.append(booking)
                    full[mentor.id] = occupied.all
        self._settle(db, bookings)
        return full

    def _due_by(self, mentor: NewMentor) -> int:
        """Returns how many hours are due once this mentor has given theirs.

        The first mentors are asked a little early, so that what the last ones cannot give is there already.
        """
        asked = mentor.number + 1 + self.plan.mentors // ASKED_EARLY
        return min(asked * self.plan.hours_in_bulk // self.plan.mentors, self.plan.hours_in_bulk)

    def _owed_by(self, mentor: NewMentor) -> int:
        asked_first = mentor.schedule.policy.confirm == Confirm.ASK
        return 0 if asked_first else min(self._due_by(mentor) - self.made, MOST_PER_MENTOR)

    def _booked(
        self, db: Session, new: NewMentor, mentor: Member, mentee: Member, *, turn: int, occupied: _Occupied
    ) -> Booking | None:
        """Books an hour that fits; returns None when there is none."""
        random = random_for(self.plan.seed, "bulk booking", MOST_PER_MENTOR * new.number + turn)
        occasion = Occasion.drawn(random, past=self.made % 2 == 0, now=self.now)
        taken, used = occupied.all.taken, occupied.all.used
        starts = openings(new.schedule, span=occasion.week, taken=taken, used=used)
        starts_at = occasion.choose(random, new.schedule, starts)
        if starts_at is None:
            return None
        asked = wish(db, random, mentor, mentee, starts_at, ways=new.schedule.ways)
        at = occasion.asked_at
        hour = Hour(mentor=mentor, mentee=mentee, schedule=new.schedule, starts_at=starts_at, minutes=asked.minutes)
        holder = take_over_hold(db, mentee, now=at)
        take_hour(db, holder, hour, you=mentee, now=at)
        theme = db.get_one(Theme, asked.theme)
        booking = write_booking(db, hour, asked, theme, waits=False, links=self.links, now=at)
        announce_new(db, holder, booking, by=hour.mentee, now=at)
        occupied.add(hour)
        return booking

    def _settle(self, db: Session, bookings: Sequence[Booking]) -> None:
        """Drops their messages, and completes the hours that are past."""
        subjects = [subject_of(booking.id) for booking in bookings]
        for first in range(0, len(subjects), SUBJECTS_AT_ONCE):
            about = OutboxMessage.subject.in_(subjects[first : first + SUBJECTS_AT_ONCE])
            db.execute(
                update(OutboxMessage)
                .where(about, OutboxMessage.state == OutboxState.WAITING)
                .values(state=OutboxState.DROPPED, reason=NOBODY_IS_MAILED, settled_at=self.now)
                .execution_options(synchronize_session=False)
            )
        for booking in bookings:
            if booking.ends_at < self.now:
                booking.status = BookingStatus.COMPLETED


@dataclass(slots=True)
class _Occupied:
    """What bookings have taken of one mentor so far."""

    _taken: list[Interval] = field(default_factory=list)
    _used: Counter[Period] = field(default_factory=Counter)

    @property
    def all(self) -> Occupied:
        return Occupied(self._taken, self._used)

    def add(self, hour: Hour) -> None:
        self._taken += from_ticks(ticks(hour.wanted[hour.mentor.id]))
        quotas = mentor_quotas(hour.schedule.policy, local_date(hour.starts_at, hour.schedule.tzid))
        self._used.update(quota.period for quota in quotas)


def _members(db: Session, ids: Sequence[int]) -> dict[int, Member]:
    """Returns these members with the themes they help with."""
    query = select(Member).where(Member.id.in_(ids)).options(selectinload(Member.offers))
    return {member.id: member for member in db.scalars(query)}
