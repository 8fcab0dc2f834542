"""Bookings of invented people, made by the usual use cases with an earlier time as `now`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import update
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, answer_booking, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.core.errors import Refusal
from flashmeet.core.intervals import Interval
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.booked_hour import BookingStatus, Mode
from flashmeet.schedule.rules.slots import openings, require_offered
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.seed.network import Plan, Progress, Seeded, Unit
from flashmeet.seed.people import random_for
from flashmeet.seed.stories import STORIES
from flashmeet.seed.themes import THEMES
from flashmeet.themes.models import Theme

PER_MENTOR, MOST = 4 / 3, 1_000
AT_ONCE, TRIES = 20, 4
GOOD_HOUR = {
    "fr": (
        "Repartir avec une prochaine étape claire.",
        "Entendre ce que vous feriez à ma place.",
        "Un regard franc, même s'il pique.",
    ),
    "en": (
        "To leave with one clear next step.",
        "To hear what you would do in my place.",
        "A frank view, even if it stings.",
    ),
}
"""Texts for `good_hour`."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outing:
    """What happens to the messages that bookings cause: in a demo coming ones are sent, else nobody is mailed."""

    links: Links
    sends: bool


def seed_bookings(unit: Unit, seeded: Seeded, plan: Plan, *, outing: Outing, now: datetime, progress: Progress) -> int:
    """Books four hours per three mentors, at most 1,000, half of them past; returns how many were booked."""
    wanted, made = min(round(plan.mentors * PER_MENTOR), MOST), 0
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
    """Books an hour that fits, asked for one to six days ahead; returns None when there is none."""
    schedule = read_schedule(db, mentor.id)
    if schedule is None:
        return None
    begin = now + (-random.randrange(4, 40) if past else random.randrange(1, 12)) * _DAY
    asked_at = (
        begin - timedelta(hours=random.randrange(30, 140)) if past else now - timedelta(hours=random.randrange(1, 30))
    )
    starts_at = _start(
        random, schedule, Interval(begin, begin + 7 * _DAY), asked_at=asked_at, until=now if past else None
    )
    if starts_at is None:
        return None
    request = _request(db, random, mentor, mentee, starts_at)
    try:
        with db.begin_nested():
            return book_slot(db, mentee, request, links=links, now=asked_at)
    except Refusal:
        return None


def _start(
    random: Random, schedule: Schedule, span: Interval, *, asked_at: datetime, until: datetime | None
) -> datetime | None:
    starts = [start.starts_at for start in openings(schedule, span=span)]
    fitting = [at for at in starts if (until is None or at + 2 * _DAY < until) and _offered(schedule, at, asked_at)]
    return random.choice(fitting) if fitting else None


def _offered(schedule: Schedule, starts_at: datetime, asked_at: datetime) -> bool:
    try:
        require_offered(schedule, starts_at=starts_at, minutes=60, now=asked_at)
    except Refusal:
        return False
    return True


def _request(db: Session, random: Random, mentor: Member, mentee: Member, starts_at: datetime) -> BookingRequest:
    theme = db.get_one(Theme, random.choice(mentor.offers).theme_id)
    key = next((seed.key for seed in THEMES if seed.fr == theme.names.get("fr")), "career")
    return BookingRequest(
        mentor_id=mentor.id,
        starts_at=starts_at,
        theme=theme.id,
        need=random.choice(STORIES[key, mentee.locale].needs),
        good_hour=random.choice(GOOD_HOUR[mentee.locale]),
        mode=Mode.PHONE if random.random() < 0.06 else Mode.VIDEO,
    )


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
            db.execute(waiting.values(state=OutboxState.DROPPED, reason="made-up people", settled_at=now))
        elif booking.ends_at < now:
            about = waiting.where(OutboxMessage.subject == f"booking:{booking.id}")
            db.execute(about.values(state=OutboxState.SENT, settled_at=OutboxMessage.due_at))
    for mentor_id in sorted({booking.mentor_id for booking in bookings}):
        refresh_openings(db, mentor_id, now=now)
