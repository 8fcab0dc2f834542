"""Bookings that fall into a leave, and what the mentor is asked about each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, LeaveQuestion
from flashmeet.bookings.service.invites import announce_leave_question
from flashmeet.core.errors import NotFound
from flashmeet.core.zones import day_span, local_date
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Leave, MentorPolicy
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING


@dataclass(frozen=True, slots=True)
class Question:
    """The question whether to keep, move or cancel; `kept` once the mentor has answered that it stays."""

    booking: Booking
    leave: Leave
    kept: bool


def leave_questions(db: Session, mentor: Member, *, now: datetime) -> Sequence[Question]:
    """Returns the questions on coming bookings in a leave, soonest first; moved and cancelled ones ask nothing."""
    query = (
        select(Booking, Leave, LeaveQuestion)
        .join(LeaveQuestion, LeaveQuestion.booking_id == Booking.id)
        .join(Leave, Leave.id == LeaveQuestion.leave_id)
        .where(Leave.member_id == mentor.id, Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now)
        .order_by(Booking.starts_at, Leave.first)
    )
    rows = db.execute(query).all()
    stored = db.get(MentorPolicy, mentor.id) if rows else None
    tzid = stored.tzid if stored else mentor.tzid
    return [
        Question(booking, leave, asked.answered_at is not None)
        for booking, leave, asked in rows
        if leave.first <= local_date(booking.starts_at, tzid) <= leave.last
    ]


def ask_about_bookings(db: Session, member: Member, leave: Leave, now: datetime) -> None:
    """Asks the mentor about each booking in that leave."""
    for booking in _bookings_in(db, member, leave, now=now):
        db.add(LeaveQuestion(booking_id=booking.id, leave_id=leave.id))
        announce_leave_question(db, booking, leave_id=leave.id, now=now)


def _bookings_in(db: Session, member: Member, period: Leave, *, now: datetime) -> list[Booking]:
    schedule = read_schedule(db, member.id)
    tzid = schedule.tzid if schedule else member.tzid
    begin, end = day_span(period.first, tzid)[0], day_span(period.last, tzid)[1]
    query = select(Booking).where(
        Booking.mentor_id == member.id,
        Booking.status.in_(LIVE_BOOKING),
        Booking.starts_at >= max(begin, now),
        Booking.starts_at < end,
    )
    return [each for each in db.scalars(query) if period.first <= local_date(each.starts_at, tzid) <= period.last]


def answer_leave_question(db: Session, member: Member, booking_id: int, *, now: datetime) -> None:
    """Records that the mentor keeps a booking in their leave. Raises NotFound."""
    query = select(LeaveQuestion).join(Booking).where(Booking.id == booking_id, Booking.mentor_id == member.id)
    questions = db.scalars(query.where(LeaveQuestion.answered_at.is_(None))).all()
    if not questions:
        raise NotFound
    for question in questions:
        question.answered_at = now
