"""Answers to questions about a change in a calendar: keep or cancel; accept or decline the new time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.calendars.models import CalendarQuestion
from flashmeet.calendars.rules.questions import ANSWERS, WISHES, QuestionAnswer, QuestionKind
from flashmeet.calendars.service.event_writer import reconcile_events, rewrite
from flashmeet.calendars.service.notices import notify_time_stays
from flashmeet.core.database.prepared import prepared
from flashmeet.core.errors import AlreadyOver, BadInput, NotFound, Refusal
from flashmeet.core.link_kinds import CALENDAR_QUESTION
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import PersonalLink
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.gate import times_that_stand

AT_ONCE = 100


def open_questions(db: Session, member: Member, *, now: datetime) -> Sequence[CalendarQuestion]:
    """Returns the member's open questions on coming bookings unchanged since then, soonest first."""
    return db.scalars(*questions_waiting(member.id, now)).unique().all()


@prepared
def questions_waiting(member_id: int, now: datetime) -> Select[CalendarQuestion]:
    return (
        select(CalendarQuestion)
        .join(Booking, Booking.id == CalendarQuestion.booking_id)
        .where(CalendarQuestion.member_id == member_id, CalendarQuestion.answered_at.is_(None))
        .where(
            Booking.status == BookingStatus.CONFIRMED,
            Booking.starts_at > now,
            Booking.sequence == CalendarQuestion.version,
        )
        .order_by(Booking.starts_at)
    )


QUESTION_LINK = PersonalLink(
    CALENDAR_QUESTION,
    find=lambda db, number: db.get(CalendarQuestion, number),
    facts=lambda question: (question.nonce,),
    owner=lambda question: next(seat.member for seat in question.booking.seats if seat.member_id == question.member_id),
)


def question_of(db: Session, question_id: int, *, lock: bool = False) -> CalendarQuestion:
    """Returns the question. Raises NotFound."""
    found = db.get(
        CalendarQuestion,
        question_id,
        with_for_update={"of": CalendarQuestion} if lock else None,
        populate_existing=lock,
    )
    if found is None:
        raise NotFound
    return found


def time_stands(db: Session, question: CalendarQuestion, *, now: datetime) -> bool:
    """Whether the proposed time can still be accepted."""
    booking = question.booking
    wanted = [question.proposed_at] if question.proposed_at is not None else []
    return times_that_stand(db, booking.mentor, booking.mentee, wanted, now=now) != []


def answer_question(db: Session, question_id: int, *, answer: str, now: datetime) -> Booking:
    """Carries out the answer. Idempotent.

    Raises NotFound, BadInput, AlreadyOver (the booking has changed since), and what `move_booking` raises about an hour
    that is no longer available.
    """
    question = question_of(db, question_id, lock=True)
    booking = question.booking
    said = next((each for each in ANSWERS[question.kind] if each == answer), None)
    if said is None:
        raise BadInput("answer", value=answer)
    if question.answered_at is not None and question.answer == said:
        return booking
    stands = (
        booking.status == BookingStatus.CONFIRMED and booking.starts_at > now and booking.sequence == question.version
    )
    if question.answered_at is not None or not stands:
        raise AlreadyOver(status=booking.status)
    question.answered_at, question.answer = now, said
    db.flush()
    _do(db, question, said, now=now)
    return booking


def _do(db: Session, question: CalendarQuestion, answer: QuestionAnswer, *, now: datetime) -> None:
    booking = question.booking
    if answer == QuestionAnswer.CANCEL:
        asked = booking.mentor if question.member_id == booking.mentor_id else booking.mentee
        cancel_booking(db, asked, booking.id, reason="", now=now)
    elif answer == QuestionAnswer.KEEP:
        reconcile_events(db, question.member_id, now=now)
    elif answer == QuestionAnswer.ACCEPT and question.proposed_at is not None:
        asked = booking.other(booking.other(question.member_id).id)
        move_booking(db, asked, booking.id, starts_at=question.proposed_at, agreed=True, now=now)
    else:
        if question.kind == QuestionKind.MOVED:
            rewrite(db, booking, booking.other(question.member_id).id, now=now)
        notify_time_stays(db, question, booking, now=now)


def end_unanswered(db: Session, *, now: datetime) -> int:
    """Applies the administrator's rule, keep or cancel, to questions that are due without an answer; an unanswered
    proposal of another time is declined."""
    query = select(CalendarQuestion.id).where(CalendarQuestion.answered_at.is_(None), CalendarQuestion.due_at <= now)
    ids = db.scalars(query.order_by(CalendarQuestion.id).limit(AT_ONCE)).all()
    rule = network_settings(db).calendar_vanished
    for question_id in ids:
        question = question_of(db, question_id, lock=True)
        try:
            with db.begin_nested():
                answer_question(
                    db,
                    question_id,
                    answer=QuestionAnswer.DECLINE if question.kind in WISHES else rule,
                    now=now,
                )
        except Refusal:
            question.answered_at = now
        question.answer = QuestionAnswer.RULE
        db.flush()
    return len(ids)
