"""What followed the past year's hours: answers, thanks, what came of them, words to each other, an absence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, ThreadMessage
from flashmeet.bookings.models.outcome import BookingAnswer, NoShow, RoomVisit
from flashmeet.bookings.models.series import LaterAnswer
from flashmeet.bookings.rules.follow_up import FollowUpAnswer
from flashmeet.bookings.rules.outcomes import AbsenceState, Happened, asked_at
from flashmeet.bookings.rules.threads import ThreadKind
from flashmeet.core.database.base import Base
from flashmeet.core.database.bulk import insert_all, reserve_ids
from flashmeet.identity.models import Member
from flashmeet.people.models import CaseEvent, ConductCase
from flashmeet.people.rules.cases import CaseKind, CaseStep, Decision
from flashmeet.schedule.rules.booked_hour import BookingStatus, Mode, SeatRole
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.seed.people import random_for
from flashmeet.seed.words_after import ABSENCE, CAME_OF_IT, NEXT_STEPS, THANKS, WORDS

Row = dict[str, object]
MENTEES_ANSWER, MENTORS_ANSWER, WRITE, SEEN = 0.82, 0.66, 0.3, 0.85
CLEARER = ((5, 46), (4, 35), (3, 13), (2, 5), (1, 1))
"""How many in a hundred of those who answer find that they see how much clearer, of five."""
LATER = ((30, 0.5), (90, 0.4))
LATER_ANSWERS = ((FollowUpAnswer.DONE, 42), (FollowUpAnswer.UNDER_WAY, 34), (FollowUpAnswer.NOT_YET, 18))
ABSENCE_AGO = timedelta(days=60)


def seed_afterwards(db: Session, mentor_ids: Sequence[int], decides: Member, *, seed: int, now: datetime) -> int:
    """Creates what followed the hours of these mentors; returns how many mentees answered.

    An absence that was contested has been decided by `decides`. The same arguments give the same year.
    """
    query = select(Booking).where(Booking.mentor_id.in_(mentor_ids), Booking.status == BookingStatus.COMPLETED)
    held = [booking for booking in db.scalars(query.order_by(Booking.id)).unique() if booking.ends_at < now]
    _absence(db, held, decides, now=now)
    answers: list[Row] = []
    words: list[Row] = []
    visits: list[Row] = []
    later: list[Row] = []
    for number, booking in enumerate(held):
        if booking.status == BookingStatus.COMPLETED:
            random = random_for(seed, "afterwards", number)
            answers += _answers(random, booking, now=now)
            words += _words(random, booking)
            visits += _visits(random, booking)
            later += _later(random, booking, now=now)
    _insert(db, BookingAnswer, answers)
    _insert(db, LaterAnswer, later)
    _insert(db, ThreadMessage, _numbered(db, ThreadMessage, words))
    _insert(db, RoomVisit, _numbered(db, RoomVisit, visits))
    return sum(1 for row in answers if row["clearer"] is not None)


def _insert(db: Session, model: type[Base], rows: list[Row]) -> None:
    insert_all(db, cast(Table, model.__table__), rows)


def _numbered(db: Session, model: type[Base], rows: list[Row]) -> list[Row]:
    ids = reserve_ids(db, cast(Table, model.__table__), len(rows))
    return [{**row, "id": id} for id, row in zip(ids, rows, strict=True)]


def _weighted(random: Random, choices: Sequence[tuple[object, int]]) -> object:
    return random.choices([choice for choice, _ in choices], weights=[weight for _, weight in choices])[0]


def _answers(random: Random, booking: Booking, *, now: datetime) -> Iterator[Row]:
    """Yields what each of the two said: most mentees whether they see clearer, fewer mentors that the hour was held."""
    for seat in sorted(booking.seats, key=lambda seat: seat.role):
        mentee = seat.role == SeatRole.MENTEE
        at = asked_at(booking.starts_at, seat.member.tzid) + timedelta(minutes=random.randrange(5, 1_600))
        if random.random() < (MENTEES_ANSWER if mentee else MENTORS_ANSWER) and at < now:
            locale = seat.member.locale
            yield {
                "booking_id": booking.id,
                "member_id": seat.member_id,
                "happened": Happened.YES,
                "clearer": _weighted(random, CLEARER) if mentee else None,
                "next_step": random.choice(NEXT_STEPS[locale]) if mentee and random.random() < 0.5 else "",
                "thanks": random.choice(THANKS[locale]) if mentee and random.random() < 0.45 else "",
                "answered_at": at,
            }


def _later(random: Random, booking: Booking, *, now: datetime) -> Iterator[Row]:
    for days, share in LATER:
        at = booking.starts_at + timedelta(days=days, hours=random.randrange(1, 60))
        if random.random() < share and at < now:
            answer = cast(FollowUpAnswer, _weighted(random, LATER_ANSWERS))
            lines = CAME_OF_IT[booking.mentee.locale][answer]
            line = random.choice(lines) if random.random() < 0.6 else ""
            yield {"booking_id": booking.id, "days": days, "answer": answer, "line": line, "answered_at": at}


def _words(random: Random, booking: Booking) -> Iterator[Row]:
    """Yields a few words that the two wrote to each other before the hour."""
    if random.random() > WRITE:
        return
    at = booking.created_at + timedelta(hours=random.randrange(1, 12))
    asked, answered = random.choice(WORDS[booking.mentee.locale])
    for author, text in ((booking.mentee, asked), (booking.mentor, answered)):
        if at < booking.starts_at:
            yield {
                "booking_id": booking.id,
                "request_id": None,
                "author_id": author.id,
                "kind": ThreadKind.WORD,
                "text": text,
                "at": at,
            }
        at += timedelta(minutes=random.randrange(20, 900))


def _visits(random: Random, booking: Booking) -> Iterator[Row]:
    """Yields both people's stay in the room, of most hours that were held there."""
    if booking.mode != Mode.VIDEO or booking.format == Format.DAY or random.random() > SEEN:
        return
    leaves = random.randrange(38, 63)
    for seat in sorted(booking.seats, key=lambda seat: seat.role):
        yield {
            "booking_id": booking.id,
            "seat_id": seat.id,
            "joined_at": booking.starts_at + timedelta(minutes=random.randrange(-4, 4)),
            "left_at": booking.starts_at + timedelta(minutes=leaves),
        }


def _absence(db: Session, held: Sequence[Booking], decides: Member, *, now: datetime) -> None:
    """Makes one hour an absence that the mentee contested; a person has read both, and let it go."""
    booking = next((each for each in held if each.mode == Mode.VIDEO and each.ends_at > now - ABSENCE_AGO), None)
    if booking is None:
        return
    said, words = booking.starts_at + timedelta(minutes=25), ABSENCE[booking.mentee.locale]
    contested, decided = said + timedelta(hours=3), said + timedelta(days=1, hours=2)
    case = ConductCase(
        kind=CaseKind.NO_SHOW,
        about_id=booking.mentee_id,
        by_id=booking.mentor_id,
        booking_id=booking.id,
        opened_at=contested,
        closed_at=decided,
        decision=Decision.DROPPED,
    )
    db.add(case)
    db.flush()
    steps = ((CaseStep.OPENED, booking.mentor_id, said), (CaseStep.CONTESTED, booking.mentee_id, contested))
    for kind, by_id, at in (*steps, (CaseStep.DROPPED, decides.id, decided)):
        db.add(CaseEvent(case_id=case.id, kind=kind, by_id=by_id, at=at, text=""))
    db.add(
        NoShow(
            booking_id=booking.id,
            about_id=booking.mentee_id,
            by_id=booking.mentor_id,
            role=SeatRole.MENTEE,
            state=AbsenceState.DROPPED,
            said_at=said,
            until=said + timedelta(days=2),
            starts_at=booking.starts_at,
            answer=words,
            answered_at=contested,
            nonce=f"absence-{booking.id}",
            case_id=case.id,
        )
    )
    db.add(BookingAnswer(booking_id=booking.id, member_id=booking.mentor_id, happened=Happened.NO, answered_at=said))
    booking.status = BookingStatus.CONFIRMED
    db.flush()
