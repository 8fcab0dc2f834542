"""How much waits for a member: the numbers in the menu."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ScalarSelect, Select, exists, func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.requests.models import MentoringRequest, RequestAsk, RequestQuestion
from flashmeet.requests.rules.requests import AskState, RequestKind, RequestState
from flashmeet.schedule.rules.booked_hour import BookingStatus


@dataclass(frozen=True, slots=True)
class Waiting:
    """Hours that wait for the member's answer, and requests: to answer as a mentor; as a mentee to choose a time of or
    to reply to a question about. What waits for the other's reply is not counted."""

    hours: int = 0
    requests: int = 0


def waiting_for(db: Session, member_id: int, *, now: datetime) -> Waiting:
    """Counts in one statement: every page of a member asks."""
    (row,) = columns(db, *_waiting_for(member_id, now))
    return Waiting(row[0], row[1] + row[2] + row[3])


@prepared
def _waiting_for(member_id: int, now: datetime) -> Select[int, int, int, int]:
    return select(_hours(member_id, now), _asks(member_id, now), _choices(member_id), _questions(member_id, now))


def _hours(member_id: int, now: datetime) -> ScalarSelect[int]:
    query = select(func.count(Booking.id)).where(
        Booking.mentor_id == member_id, Booking.status == BookingStatus.PENDING, Booking.ends_at > now
    )
    return query.scalar_subquery()


def _asks(member_id: int, now: datetime) -> ScalarSelect[int]:
    query = select(func.count(RequestAsk.id)).join(RequestAsk.request)
    return query.where(
        RequestAsk.mentor_id == member_id,
        RequestAsk.state == AskState.ASKED,
        RequestAsk.due_at > now,
        MentoringRequest.state == RequestState.OPEN,
        MentoringRequest.kind != RequestKind.HOUR,
        ~exists().where(RequestQuestion.ask_id == RequestAsk.id, RequestQuestion.replied_at.is_(None)),
    ).scalar_subquery()


def _questions(member_id: int, now: datetime) -> ScalarSelect[int]:
    query = select(func.count(RequestQuestion.ask_id)).join(RequestAsk, RequestAsk.id == RequestQuestion.ask_id)
    return (
        query.join(MentoringRequest, MentoringRequest.id == RequestAsk.request_id)
        .where(
            MentoringRequest.mentee_id == member_id,
            MentoringRequest.state == RequestState.OPEN,
            RequestAsk.state == AskState.ASKED,
            RequestAsk.due_at > now,
            RequestQuestion.replied_at.is_(None),
        )
        .scalar_subquery()
    )


def _choices(member_id: int) -> ScalarSelect[int]:
    query = select(func.count(MentoringRequest.id)).where(
        MentoringRequest.mentee_id == member_id,
        MentoringRequest.state == RequestState.PROPOSED,
        MentoringRequest.kind != RequestKind.HOUR,
    )
    return query.scalar_subquery()
