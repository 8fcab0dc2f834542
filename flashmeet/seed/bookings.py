"""Bookings of invented people, made by the usual use cases with an earlier time as `now`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import update
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import answer_booking, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.core.errors import Refusal
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.slots import openings
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.seed.network import Plan, Progress, Seeded, Unit
from flashmeet.seed.people import random_for
from flashmeet.seed.wishes import Occasion, wish

AT_ONCE, TRIES = 20, 4
NOBODY_IS_MAILED = "made-up people"
"""Why a message to invented people was dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outing:
    """What happens to the messages that bookings cause: in a demo coming ones are sent, else nobody is mailed."""

    links: Links
    sends: bool


def seed_bookings(unit: Unit, seeded: Seeded, plan: Plan, *, outing: Outing, now: datetime, progress: Progress) -> int:
    """Books the plan's hours that go through the whole use case, half of them past; returns how many were booked."""
    wanted, made = plan.hours_one_by_one, 0
    for first in range(0, wanted, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, wanted))
        with unit() as db:
            bookings = list(_some(db, numbers, seeded, plan, outing=outing, now=now))
            _settle(db, bookings, sends=outing.sends, now=now)
            made += len(bookings)
        progress(len(numbers))
    return made


def _some(
    db: Session, numbers: range, seeded: Seeded, plan: Plan, *, outing: Outing, now: datetime
) -> Iterator[Booking]:
    for number in numbers:
        random = random_for(plan.seed, "booking", number)
        mentee = db.get_one(Member, seeded.mentees[number % len(seeded.mentees)])
        past = number % 2 == 0
        for _ in range(TRIES):
            mentor = db.get_one(Member, random.choice(seeded.mentors))
            booking = _booked(db, random, mentor, mentee, past=past, links=outing.links, now=now)
            if booking is not None:
                _live_on(db, random, booking, now=now)
                yield booking
                break


def _booked(
    db: Session, random: Random, mentor: Member, mentee: Member, *, past: bool, links: Links, now: datetime
) -> Booking | None:
    """Books an hour that fits; returns None when there is none."""
    schedule = read_schedule(db, mentor.id)
    if schedule is None:
        return None
    occasion = Occasion.drawn(random, past=past, now=now)
    starts_at = occasion.choose(random, schedule, openings(schedule, span=occasion.week))
    if starts_at is None:
        return None
    try:
        with db.begin_nested():
            request = wish(db, random, mentor, mentee, starts_at, ways=schedule.ways)
            return book_slot(db, mentee, request, links=links, now=occasion.asked_at)
    except Refusal:
        return None


def _live_on(db: Session, random: Random, booking: Booking, *, now: datetime) -> None:
    """Answers past requests, leaves coming ones open, and cancels one hour in twelve."""
    past, soon = booking.starts_at < now, min(now, booking.created_at + timedelta(hours=6))
    if booking.status == BookingStatus.PENDING and past:
        answer_booking(db, booking.mentor, booking.id, accept=True, now=soon)
    if booking.status == BookingStatus.CONFIRMED and random.random() < 1 / 12:
        who = random.choice((booking.mentor, booking.mentee))
        reason = {"fr": "Un imprévu de mon côté, avec mes excuses.", "en": "Something came up, I am sorry."}[who.locale]
        cancel_booking(db, who, booking.id, reason=reason, now=soon)
    if booking.status == BookingStatus.CONFIRMED and booking.ends_at < now:
        booking.status = BookingStatus.COMPLETED


def _settle(db: Session, bookings: Sequence[Booking], *, sends: bool, now: datetime) -> None:
    """Drops waiting messages if nobody is mailed, else marks those about past hours as sent; refreshes the openings."""
    for booking in bookings:
        people = OutboxMessage.recipient_id.in_((booking.mentor_id, booking.mentee_id))
        waiting = update(OutboxMessage).where(people, OutboxMessage.state == OutboxState.WAITING)
        if not sends:
            db.execute(waiting.values(state=OutboxState.DROPPED, reason=NOBODY_IS_MAILED, settled_at=now))
        elif booking.ends_at < now:
            about = waiting.where(OutboxMessage.subject == f"booking:{booking.id}")
            db.execute(about.values(state=OutboxState.SENT, settled_at=OutboxMessage.due_at))
    for mentor_id in sorted({booking.mentor_id for booking in bookings}):
        refresh_openings(db, mentor_id, now=now)
