"""Sessions that fall into a leave: what the mentor is asked about each, as long as it matters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.zones import local_date
from flashmeet.identity.models.member import Member
from flashmeet.schedule.models.availability import Leave, LeaveQuestion, MentorPolicy


@dataclass(frozen=True, slots=True)
class Question:
    """Keep, move or cancel? `kept` once the mentor has said that it stays."""

    booking: Booking
    leave: Leave
    kept: bool


def leave_questions(session: Session, mentor: Member, *, now: datetime) -> Sequence[Question]:
    """About each coming session in a leave, soonest first; one that was moved out or cancelled asks nothing."""
    query = (
        select(Booking, Leave, LeaveQuestion)
        .join(LeaveQuestion, LeaveQuestion.booking_id == Booking.id)
        .join(Leave, Leave.id == LeaveQuestion.leave_id)
        .where(Leave.member_id == mentor.id, Booking.status.in_(("pending", "confirmed")), Booking.starts_at > now)
        .order_by(Booking.starts_at, Leave.first)
    )
    stored = session.get(MentorPolicy, mentor.id)
    tzid = stored.tzid if stored else mentor.tzid
    return [
        Question(booking, leave, asked.answered_at is not None)
        for booking, leave, asked in session.execute(query)
        if leave.first <= local_date(booking.starts_at, tzid) <= leave.last
    ]
