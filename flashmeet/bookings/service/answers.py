"""Answers about a booking once it has begun, and the completion of bookings that are over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload, selectinload

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.models.outcome import BookingAnswer
from flashmeet.bookings.rules.follow_up import next_question
from flashmeet.bookings.rules.messages import DID_IT_HAPPEN
from flashmeet.bookings.rules.outcomes import (
    ASKED_FOR,
    LINE_CHARACTERS,
    Happened,
    asked_at,
    checked_clearer,
    checked_happened,
)
from flashmeet.bookings.service.agenda import booking_of
from flashmeet.bookings.service.events import absence_said, outcome_said
from flashmeet.bookings.service.messages.payloads import payload_for, subject_of
from flashmeet.bookings.service.reliability import absence_sayable_from
from flashmeet.core.errors import NotFound, TooEarlyToSay
from flashmeet.core.link_kinds import AFTER
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import PersonalLink, resolve_link
from flashmeet.messages.outbox.write import drop_waiting, mail
from flashmeet.schedule.rules.booked_hour import BookingStatus, SeatRole, checked_text

COMPLETED_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as received; a field that is None stays as it was. `clearer` is the mentee's."""

    happened: str
    clearer: str | None = None
    next_step: str | None = None
    thanks: str | None = None

    def values(self, role: SeatRole) -> dict[str, object]:
        """Returns checked values by column. Raises BadInput and its subclasses."""
        values: dict[str, object] = {"happened": checked_happened(self.happened)}
        if self.clearer is not None and role == SeatRole.MENTEE:
            values["clearer"] = checked_clearer(self.clearer)
        if self.next_step is not None and role == SeatRole.MENTEE:
            values["next_step"] = checked_text("next_step", self.next_step, most=LINE_CHARACTERS)
        if self.thanks is not None:
            values["thanks"] = checked_text("thanks", self.thanks, most=LINE_CHARACTERS)
        return values


AFTER_LINK = PersonalLink(
    AFTER,
    find=lambda db, number: db.get(Seat, number, options=[joinedload(Seat.booking)]),
    facts=lambda seat: (seat.nonce,),
    owner=lambda seat: seat.member,
)


def begun_seat(db: Session, token: str, *, viewer_id: int | None, links: Links, now: datetime) -> Seat:
    """Returns the seat of a signed link, once its booking has begun.

    Raises NotFound, the same for an unknown, forged or somebody else's link, one used too early, and a cancelled
    booking.
    """
    seat = resolve_link(db, AFTER_LINK, token, links=links, viewer_id=viewer_id)
    if not can_be_answered(seat.booking, now=now):
        raise NotFound
    return seat


def begun_booking(db: Session, member: Member, booking_id: int, *, now: datetime) -> Booking:
    """Returns a signed-in member's booking once it has begun. Raises NotFound."""
    booking = booking_of(db, member, booking_id)
    if not can_be_answered(booking, now=now):
        raise NotFound
    return booking


def can_be_answered(booking: Booking, *, now: datetime) -> bool:
    return booking.stands and booking.starts_at <= now


def answers_to(db: Session, booking_id: int) -> Mapping[int, BookingAnswer]:
    """Returns the answers by member id."""
    rows = db.scalars(select(BookingAnswer).where(BookingAnswer.booking_id == booking_id))
    return {row.member_id: row for row in rows}


def say_outcome(db: Session, booking: Booking, member: Member, said: Said, *, now: datetime) -> None:
    """Records what one of the two says of their begun booking; `absent` reports that the other did not come.

    Raises what `answer_booking` raises, and TooLateToSay.
    """
    if said.happened == ABSENT:
        absence_said(db, booking, member, now)
        return
    answer_booking(db, booking, member, said, now=now)
    outcome_said(db, booking, member, said.happened, now)


def answer_booking(db: Session, booking: Booking, member: Member, said: Said, *, now: datetime) -> BookingAnswer:
    """Stores the answer, replacing an earlier one, and drops the question still waiting for that member.

    A no takes *completed* back, and a yes in its place restores it. Raises BadInput and its subclasses, and
    TooEarlyToSay for a no while the other may only be late.
    """
    db.refresh(booking, with_for_update={"of": Booking})
    values = said.values(booking.seat_of(member.id).role)
    _check_absence(db, booking, values["happened"], now=now)
    answers = dict(answers_to(db, booking.id))
    if not answers:
        _ask_both(db, booking, now=now)
    answer = answers.get(member.id)
    if answer is None:
        answer = answers[member.id] = BookingAnswer(booking_id=booking.id, member_id=member.id)
        db.add(answer)
    for name, value in {**values, "answered_at": now}.items():
        setattr(answer, name, value)
    _drop_question(db, booking, member, now=now)
    if booking.ends_at <= now and _says_no(answers):
        booking.status = BookingStatus.CONFIRMED
    elif booking.ends_at <= now:
        _set_completed(booking, now=now)
    db.flush()
    return answer


def _check_absence(db: Session, booking: Booking, happened: object, *, now: datetime) -> None:
    """Refuses a no that comes too early. Raises TooEarlyToSay."""
    from_then = absence_sayable_from(db, booking)
    if happened == Happened.NO and now < from_then:
        raise TooEarlyToSay("happened", at=from_then)


def _says_no(answers: Mapping[int, BookingAnswer]) -> bool:
    no: Happened = Happened.NO
    return any(answer.happened == no for answer in answers.values())


def complete_over(db: Session, *, now: datetime) -> int:
    """Completes bookings that have ended and that nobody reported as not held; returns how many. Idempotent."""
    no = exists().where(BookingAnswer.booking_id == Booking.id, BookingAnswer.happened == Happened.NO)
    query = (
        select(Booking)
        .where(Booking.status == BookingStatus.CONFIRMED, Booking.ends_at <= now, ~no)
        .options(selectinload(Booking.seats))
        .order_by(Booking.ends_at)
        .limit(COMPLETED_AT_ONCE)
        .with_for_update(of=Booking, skip_locked=True)
    )
    bookings = db.scalars(query).all()
    for booking in bookings:
        complete(db, booking, now=now)
    db.flush()
    return len(bookings)


def complete(db: Session, booking: Booking, *, now: datetime) -> None:
    """Completes a booking and queues the next morning's question."""
    _set_completed(booking, now=now)
    _ask_both(db, booking, now=now)


def _set_completed(booking: Booking, *, now: datetime) -> None:
    booking.status = BookingStatus.COMPLETED
    question = next_question(booking.starts_at, booking.mentee.tzid, now=now)
    booking.follow_up_at = question.at if question else None


def _ask_both(db: Session, booking: Booking, *, now: datetime) -> None:
    """Queues the question for the next morning, once, for those who have not answered."""
    answered = answers_to(db, booking.id)
    for member in (booking.mentor, booking.mentee):
        due_at = asked_at(booking.starts_at, member.tzid)
        if member.id not in answered and now < due_at + ASKED_FOR:
            mail(
                db,
                member.id,
                DID_IT_HAPPEN.saying(payload_for(booking, member)),
                subject_of(booking.id),
                version=booking.agreed_sequence,
                due_at=max(due_at, now),
                not_after=due_at + ASKED_FOR,
                now=now,
            )


def _drop_question(db: Session, booking: Booking, member: Member, *, now: datetime) -> None:
    drop_waiting(
        db,
        subject=subject_of(booking.id),
        kinds=(DID_IT_HAPPEN,),
        reason="answered",
        now=now,
        recipient_id=member.id,
    )


ABSENT = "absent"
"""An answer beside yes, no and moved: it did not take place, because the other did not come."""
