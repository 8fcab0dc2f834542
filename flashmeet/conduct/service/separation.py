"""Keeping two people apart: what they had ahead of them ends, without a reason given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.queries.people import of_pair
from flashmeet.bookings.service.end import end_booking, live_booking
from flashmeet.bookings.service.events import Ending
from flashmeet.bookings.service.series import end_series_between
from flashmeet.core.errors import AlreadyOver, NotFound
from flashmeet.identity.models import Member
from flashmeet.identity.service.events import have_met
from flashmeet.people.models import Block, ConductCase
from flashmeet.people.queries import is_blocked_between
from flashmeet.people.rules.cases import CaseKind
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import LIVE, AskState, RequestKind, RequestState
from flashmeet.requests.service import notices
from flashmeet.requests.service.alternatives import others_soon
from flashmeet.requests.service.departures import leave_out
from flashmeet.requests.service.lifecycle import end_request, lock_request
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING

AT_ONCE = 50


def member_known_to(db: Session, member: Member, other_id: int) -> Member:
    """Returns a member whom this member sees, or has dealt with: a booking, a request, or their own block or report.

    Raises NotFound, the same for a member who is hidden and one who does not exist.
    """
    other = db.get(Member, other_id)
    if other is None or other.id == member.id:
        raise NotFound
    seen = other.bookable and not is_blocked_between(db, member.id, other.id)
    if not seen and not have_met(db, member.id, other.id) and not _kept_away(db, member.id, other.id):
        raise NotFound
    return other


def _kept_away(db: Session, member_id: int, other_id: int) -> bool:
    """Whether this member blocked or reported the other, which they may see."""
    reported = select(ConductCase.id).where(
        ConductCase.kind == CaseKind.REPORT, ConductCase.by_id == member_id, ConductCase.about_id == other_id
    )
    return db.get(Block, (member_id, other_id)) is not None or db.scalar(reported.limit(1)) is not None


def coming_bookings_between(db: Session, one_id: int, other_id: int, *, now: datetime) -> Sequence[Booking]:
    """Returns these two people's coming bookings, soonest first."""
    live = (Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now)
    return db.scalars(select(Booking).where(of_pair(one_id, other_id), *live).order_by(Booking.starts_at)).all()


def keep_apart(db: Session, member: Member, other: Member, *, now: datetime) -> int:
    """Ends their coming bookings without naming anybody, and their requests and series; returns how many bookings."""
    ended = 0
    for booking in coming_bookings_between(db, member.id, other.id, now=now):
        ended += call_off_if_live(db, booking, why=Ending.KEPT_APART, by=member, now=now)
    end_requests(db, member, other, now=now)
    end_series_between(db, member.id, other.id, now=now)
    return ended


def call_off_if_live(db: Session, booking: Booking, *, why: Ending, by: Member | None = None, now: datetime) -> bool:
    """Ends the booking; returns False if it is over already."""
    try:
        call_off(db, booking, why=why, by=by, now=now)
    except AlreadyOver:
        return False  # an expired request is ended by the clock
    return True


def call_off(db: Session, booking: Booking, *, why: Ending, by: Member | None = None, now: datetime) -> None:
    """Ends the booking; both calendars follow, and nobody is named.

    A pending booking ends as if `by` had declined or withdrawn it, in the usual words. Raises AlreadyOver.
    """
    booking, holder = live_booking(db, booking.mentor, booking.id, now=now)
    end_booking(db, booking, holder, why=why, by=by, now=now)


def end_requests(db: Session, member: Member, other: Member, *, now: datetime) -> None:
    """Withdraws what the member asked the other; declines what the other asked them."""
    for ask in _asks_between(db, member.id, other.id):
        request = lock_request(db, ask.request_id)
        if request.state not in LIVE:
            continue
        if request.kind == RequestKind.THEME:
            leave_out(db, request, ask, now=now)
        elif request.mentee_id == member.id:
            end_request(db, request, RequestState.WITHDRAWN, now=now)
            notices.withdrawn(db, ask, now=now)
        else:
            ask.state, ask.answered_at = AskState.DECLINED, now
            notices.unask(db, ask, now=now)
            end_request(db, request, RequestState.DECLINED, now=now)
            notices.ended(db, request, ask, people=others_soon(db, request, now=now), now=now)
    db.flush()


def _asks_between(db: Session, one_id: int, other_id: int) -> Sequence[RequestAsk]:
    """Returns the open asks between two people, without those about a booking, which end with it."""
    sides = or_(
        and_(MentoringRequest.mentee_id == one_id, RequestAsk.mentor_id == other_id),
        and_(MentoringRequest.mentee_id == other_id, RequestAsk.mentor_id == one_id),
    )
    query = (
        select(RequestAsk)
        .join(RequestAsk.request)
        .where(
            sides, RequestAsk.state.in_((AskState.ASKED, AskState.COUNTERED)), MentoringRequest.kind != RequestKind.HOUR
        )
        .where(MentoringRequest.state.in_(LIVE))
    )
    return db.scalars(query.order_by(RequestAsk.id)).all()


def end_separated_bookings(db: Session, *, now: datetime) -> int:
    """Ends coming bookings of people kept apart by a case, made as it was reported or otherwise; returns how many."""
    by, about = ConductCase.by_id, ConductCase.about_id
    query = (
        select(Booking.id, by)
        .join(ConductCase, and_(ConductCase.frozen, of_pair(by, about)))
        .where(Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now)
    )
    found = db.execute(query.order_by(Booking.id).limit(AT_ONCE)).all()
    return sum(
        call_off_if_live(
            db,
            db.get_one(Booking, booking_id),
            why=Ending.KEPT_APART,
            by=db.get(Member, by_id),
            now=now,
        )
        for booking_id, by_id in found
    )
