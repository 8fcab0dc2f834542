"""Bookings that fall into a leave, or into hours given no longer, and what the mentor is asked about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, ClosedHourQuestion, LeaveQuestion
from flashmeet.bookings.rules.messages import CLOSED_HOUR_QUESTION, LEAVE_QUESTION
from flashmeet.bookings.service.messages.payloads import payload_for
from flashmeet.core.database.prepared import prepared
from flashmeet.core.errors import NotFound
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import day_span, local_date
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours
from flashmeet.messages.outbox.write import mail
from flashmeet.schedule.models import Leave
from flashmeet.schedule.queries.schedules import hours_tzid, read_schedule
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING
from flashmeet.schedule.rules.slots import lies_in_hours


@dataclass(frozen=True, slots=True)
class Question:
    """The question whether to keep, move or cancel; `kept` once the mentor has answered that it stays."""

    booking: Booking
    leave: Leave | None
    """None where the mentor closed the hour."""
    kept: bool


def leave_questions(db: Session, mentor: Member, *, now: datetime) -> Sequence[Question]:
    """Returns the questions on coming bookings in a leave, then on those in hours that were closed, each soonest first.

    Moved and cancelled ones ask nothing.
    """
    rows = db.execute(*questions_in_leave(mentor.id, now)).all()
    tzid = hours_tzid(db, mentor) if rows else mentor.tzid
    return [
        Question(booking, leave, asked.answered_at is not None)
        for booking, leave, asked in rows
        if leave.first <= local_date(booking.starts_at, tzid) <= leave.last
    ] + _closed_hours(db, mentor, now=now)


@prepared
def questions_in_leave(mentor_id: int, now: datetime) -> Select[Booking, Leave, LeaveQuestion]:
    return (
        select(Booking, Leave, LeaveQuestion)
        .join(LeaveQuestion, LeaveQuestion.booking_id == Booking.id)
        .join(Leave, Leave.id == LeaveQuestion.leave_id)
        .where(Leave.member_id == mentor_id, Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now)
        .order_by(Booking.starts_at, Leave.first)
    )


@prepared
def questions_in_closed_hours(mentor_id: int, now: datetime) -> Select[Booking, ClosedHourQuestion]:
    return (
        select(Booking, ClosedHourQuestion)
        .join(ClosedHourQuestion, ClosedHourQuestion.booking_id == Booking.id)
        .where(Booking.mentor_id == mentor_id, Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now)
        .order_by(Booking.starts_at)
    )


def _closed_hours(db: Session, mentor: Member, *, now: datetime) -> list[Question]:
    rows = db.execute(*questions_in_closed_hours(mentor.id, now)).all()
    schedule = _hours_of(read_schedule(db, mentor.id)) if rows else None
    return [
        Question(booking, None, asked.answered_at is not None)
        for booking, asked in rows
        if schedule is None or not lies_in_hours(schedule, _span(booking))
    ]


def _hours_of(schedule: Schedule | None) -> Schedule | None:
    """Returns what the mentor gives but for leave, about which they are asked by itself."""
    return None if schedule is None else replace(schedule, leaves=())


def _span(booking: Booking) -> Interval:
    return Interval(booking.starts_at, booking.ends_at)


def ask_about_closed_hours(db: Session, member: Member, before: Schedule, after: Schedule, now: datetime) -> None:
    """Asks the mentor about each booking that lay in the hours given before and does not lie in those given now."""
    given, gives = replace(before, leaves=()), replace(after, leaves=())
    coming = select(Booking).where(
        Booking.mentor_id == member.id, Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now
    )
    for booking in db.scalars(coming.order_by(Booking.starts_at)).all():
        if not lies_in_hours(given, _span(booking)) or lies_in_hours(gives, _span(booking)):
            continue
        question = db.get(ClosedHourQuestion, booking.id)
        if question is None:
            db.add(ClosedHourQuestion(booking_id=booking.id, asked_at=now))
        else:
            question.asked_at, question.answered_at = now, None
        _mail_closed_hour(db, booking, now=now)
    db.flush()


def ask_about_bookings(db: Session, member: Member, leave: Leave, _hours: AgreedHours, now: datetime) -> None:
    """Asks the mentor about each booking that still stands in that leave."""
    for booking in _bookings_in(db, member, leave, now=now):
        db.add(LeaveQuestion(booking_id=booking.id, leave_id=leave.id))
        _mail_leave_question(db, booking, leave_id=leave.id, now=now)


def _bookings_in(db: Session, member: Member, period: Leave, *, now: datetime) -> list[Booking]:
    tzid = hours_tzid(db, member)
    begin, end = day_span(period.first, tzid)[0], day_span(period.last, tzid)[1]
    query = select(Booking).where(
        Booking.mentor_id == member.id,
        Booking.status.in_(LIVE_BOOKING),
        Booking.starts_at >= max(begin, now),
        Booking.starts_at < end,
    )
    return [each for each in db.scalars(query) if period.first <= local_date(each.starts_at, tzid) <= period.last]


def answer_leave_question(db: Session, member: Member, booking_id: int, *, now: datetime) -> None:
    """Records that the mentor keeps a booking in their leave, or in a closed hour. Raises NotFound."""
    query = select(LeaveQuestion).join(Booking).where(Booking.id == booking_id, Booking.mentor_id == member.id)
    questions: list[LeaveQuestion | ClosedHourQuestion] = list(
        db.scalars(query.where(LeaveQuestion.answered_at.is_(None)))
    )
    closed = select(ClosedHourQuestion).join(Booking, Booking.id == ClosedHourQuestion.booking_id)
    closed = closed.where(Booking.id == booking_id, Booking.mentor_id == member.id)
    questions += db.scalars(closed.where(ClosedHourQuestion.answered_at.is_(None)))
    if not questions:
        raise NotFound
    for question in questions:
        question.answered_at = now


def _mail_leave_question(db: Session, booking: Booking, *, leave_id: int, now: datetime) -> None:
    """Asks the mentor. SQLite gives the number of a leave that was ended early to the next one: the moment tells."""
    mail(
        db,
        booking.mentor_id,
        LEAVE_QUESTION.saying(payload_for(booking, booking.mentor)),
        f"leave:{leave_id}:{booking.id}",
        version=int(now.timestamp()),
        not_after=booking.starts_at,
        now=now,
    )


def _mail_closed_hour(db: Session, booking: Booking, *, now: datetime) -> None:
    """Asks the mentor about a booking in an hour that they give no longer."""
    mail(
        db,
        booking.mentor_id,
        CLOSED_HOUR_QUESTION.saying(payload_for(booking, booking.mentor)),
        f"closed:{booking.id}",
        version=int(now.timestamp()),
        not_after=booking.starts_at,
        now=now,
    )
