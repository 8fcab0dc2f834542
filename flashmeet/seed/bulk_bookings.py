"""The booked hours of a large network, made while its mentors are written.

The parts of `bookings.service.book` say what each hour's rows are, and those of a thousand mentors are written table by
table; left out are the reads, and the rewriting of openings, around them: nobody else knows these people as yet. The
mentor's schedule is at hand, and not yet stored: openings are written once, afterwards, without the time that is taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest
from flashmeet.bookings.service.booking_rows import introduce, new_booking, new_seats
from flashmeet.bookings.service.messages.invites import booked_messages
from flashmeet.core.database.new_rows import write_in_bulk
from flashmeet.core.intervals import Interval, from_ticks, ticks
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Confirm
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.write import outbox_row
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.people.queries import terms_version_in_force
from flashmeet.schedule.models import Claim, Holder, QuotaUse
from flashmeet.schedule.queries.claims import claim_rows
from flashmeet.schedule.queries.quotas import use_row
from flashmeet.schedule.rules.booked_hour import BookingStatus, HolderKind
from flashmeet.schedule.rules.quotas import Period, mentor_quotas
from flashmeet.schedule.rules.slots import openings
from flashmeet.schedule.service.claims import Hour, limits_of
from flashmeet.seed.bookings import NOBODY_IS_MAILED
from flashmeet.seed.network import NewMentor, Occupied, Plan, Rows, insert_rows
from flashmeet.seed.people import random_for
from flashmeet.seed.wishes import Occasion, wish
from flashmeet.themes.models import Theme

MOST_PER_MENTOR, ASKED_EARLY = 2, 20


@dataclass(frozen=True, slots=True)
class _Asked:
    """An hour that fits, and what was asked for when."""

    hour: Hour
    request: BookingRequest
    theme: Theme
    at: datetime


@dataclass(slots=True)
class BulkBookings:
    """Spreads the plan's hours in bulk over its mentors. One who asks first, or is full, leaves theirs to the next.

    `made` counts them. Nobody is mailed: each message is there as a booking writes it, and dropped.
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
        hours: list[_Asked] = []
        full: dict[int, Occupied] = {}
        for mentor in mentors:
            occupied = _Occupied()
            for turn in range(self._owed_by(mentor)):
                mentee = asking[mentees[self.plan.hours_one_by_one + self.made]]
                asked = self._asked(db, mentor, giving[mentor.id], mentee, turn=turn, taken=occupied.all)
                if asked is not None:
                    self.made += 1
                    hours.append(asked)
                    occupied.add(asked.hour)
                    full[mentor.id] = occupied.all
        self._write(db, hours)
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

    def _asked(
        self, db: Session, new: NewMentor, mentor: Member, mentee: Member, *, turn: int, taken: Occupied
    ) -> _Asked | None:
        """Draws an hour that fits; returns None when there is none."""
        random = random_for(self.plan.seed, "bulk booking", MOST_PER_MENTOR * new.number + turn)
        occasion = Occasion.drawn(random, past=self.made % 2 == 0, now=self.now)
        starts = openings(new.schedule, span=occasion.week, taken=taken.taken, used=taken.used)
        starts_at = occasion.choose(random, new.schedule, starts)
        if starts_at is None:
            return None
        request = wish(db, random, mentor, mentee, starts_at, ways=new.schedule.ways)
        hour = Hour(mentor=mentor, mentee=mentee, schedule=new.schedule, starts_at=starts_at, minutes=request.minutes)
        return _Asked(hour, request, db.get_one(Theme, request.theme), occasion.asked_at)

    def _write(self, db: Session, hours: Sequence[_Asked]) -> None:
        """Writes all that belongs to the hours; those that are past are completed."""
        bookings = [new_booking(each.hour, each.request, each.theme, links=self.links, now=each.at) for each in hours]
        for booking in bookings:
            if booking.ends_at < self.now:
                booking.status = BookingStatus.COMPLETED
        write_in_bulk(db, bookings)
        seats = [new_seats(booking) for booking in bookings]
        write_in_bulk(db, [seat for both in seats for seat in both])
        for booking, both, each in zip(bookings, seats, hours, strict=True):
            introduce(booking, both, each.hour, each.theme)
        self._claim(db, bookings, [each.hour for each in hours])
        self._announce(db, bookings)

    @staticmethod
    def _claim(db: Session, bookings: Sequence[Booking], hours: Sequence[Hour]) -> None:
        """Gives each booking its time, and counts it towards the limits: nobody's hours were counted before."""
        holders = [
            Holder(kind=HolderKind.BOOKING, member_id=booking.mentee_id, booking_id=booking.id) for booking in bookings
        ]
        write_in_bulk(db, holders)
        uses: Rows = []
        counted = Counter[tuple[int, Period]]()
        for holder, hour in zip(holders, hours, strict=True):
            for owner_id, quota in limits_of(db, hour):
                counted[owner_id, quota.period] += 1
                uses.append(use_row(holder.id, owner_id, quota.period, counted[owner_id, quota.period]))
        insert_rows(db, QuotaUse, uses)
        paired = zip(holders, hours, strict=True)
        insert_rows(db, Claim, [row for holder, hour in paired for row in claim_rows(holder.id, hour.wanted)])

    def _announce(self, db: Session, bookings: Sequence[Booking]) -> None:
        """Writes what both are told, as dropped: nobody is mailed."""
        dropped = {"state": OutboxState.DROPPED, "reason": NOBODY_IS_MAILED, "settled_at": self.now}
        messages: Rows = [
            outbox_row(effect, now=booking.created_at) | dropped
            for booking in bookings
            for effect in booked_messages(db, booking, now=booking.created_at)
        ]
        insert_rows(db, OutboxMessage, messages)


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
