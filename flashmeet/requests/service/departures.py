"""What follows when somebody can no longer come: those who count on them are told, and their requests go on.

One function for every reason (`identity.rules.Departure`): hours, requests asked of them and by them, offers of their
hours, series. It runs in the unit of work of the change, and again by the worker for what was agreed meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.end import end_booking, live_booking
from flashmeet.bookings.service.events import Ending
from flashmeet.bookings.service.holds import end_holds_with
from flashmeet.bookings.service.series import end_series_of
from flashmeet.core.errors import AlreadyOver
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours, Departure
from flashmeet.requests.models import HourOffer, MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import LIVE, AskState, OfferState, RequestKind, RequestState
from flashmeet.requests.service import notices
from flashmeet.requests.service.alternatives import others_soon
from flashmeet.requests.service.lifecycle import end_request, lock_held, lock_request
from flashmeet.requests.service.queue import end_offer
from flashmeet.requests.service.times.kept import go_on_asking, kept_times
from flashmeet.schedule.models import Leave
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING
from flashmeet.schedule.service.gate import falling_into, on_leave_at

AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Ahead:
    """What somebody has ahead of them that others count on; `requests` are those asked of them, and their own."""

    hours: Sequence[Booking]
    requests: int

    def __bool__(self) -> bool:
        return bool(self.hours or self.requests)


NOTHING = Ahead((), 0)


def ahead_of(
    db: Session, member: Member, departure: Departure, *, away: LeavePeriod | None = None, now: datetime
) -> Ahead:
    """Returns what `follow_departure` would act on; `away` are the days of a leave or pause."""
    asks = [each for each in _asks_of(db, member) if _goes_on(db, each, departure, away, now=now)]
    asked = len({ask.request_id for ask in asks})
    own = len(_own_requests(db, member)) if departure.whole else 0
    return Ahead(_hours_of(db, member, departure, away, now=now), asked + own)


def follow_departure(
    db: Session,
    member: Member,
    departure: Departure,
    hours: AgreedHours,
    now: datetime,
    *,
    away: LeavePeriod | None = None,
) -> None:
    """Tells everybody who counts on the member, and lets what was asked of them go on. Idempotent.

    Hours that await the member's answer end, but for those in a leave, about which the member is asked; agreed ones
    are kept where `hours` says so and the member can still come. `away` are the days of a leave or pause.
    """
    cancel = hours is AgreedHours.CANCEL or departure.whole
    coming, asked = _hours_of(db, member, departure, away, now=now), _asks_of(db, member)
    _lock(db, member, departure, coming, asked)
    for booking in coming:
        waits = booking.answer_due_at is not None and booking.mentor_id == member.id
        if cancel or (waits and departure is not Departure.ON_LEAVE):
            _end_hour(db, booking, member, departure, now=now)
    for ask in asked:
        if _goes_on(db, ask, departure, away, now=now):
            _go_on_without(db, ask, now=now)
    if departure is not Departure.ON_LEAVE:
        _take_back_offers(db, member, now=now)
    if departure.whole:
        _withdraw_own(db, member, now=now)
    if departure.for_good:
        end_series_of(db, member, whole=departure.whole, now=now)
    db.flush()


def _lock(
    db: Session, member: Member, departure: Departure, coming: Sequence[Booking], asked: Sequence[RequestAsk]
) -> None:
    """Locks all that may end, in the order of every unit of work (`docs/architecture.md`)."""
    booked = [each.id for each in coming]
    db.execute(select(Booking.id).where(Booking.id.in_(booked)).order_by(Booking.id).with_for_update(of=Booking))
    requests = {ask.request_id for ask in asked}
    if departure.whole:
        requests |= {each.id for each in _own_requests(db, member)}
    mine = select(MentoringRequest.id).where(MentoringRequest.id.in_(requests)).order_by(MentoringRequest.id)
    db.execute(mine.with_for_update(of=MentoringRequest))
    offered = {each.request_id for each in db.scalars(_open_offers(member).with_for_update(of=HourOffer)).unique()}
    lock_held(db, requests | offered, booked)


def _open_offers(member: Member) -> Select[HourOffer]:
    open_ones = select(HourOffer).where(HourOffer.mentor_id == member.id, HourOffer.state == OfferState.OPEN)
    return open_ones.order_by(HourOffer.id)


def follow_leave(db: Session, member: Member, leave: Leave, hours: AgreedHours, now: datetime) -> None:
    """Follows a leave or pause that the mentor takes."""
    departure = Departure.PAUSED if leave.pause else Departure.ON_LEAVE
    follow_departure(db, member, departure, hours, now, away=LeavePeriod(leave.first, leave.last))


def _hours_of(
    db: Session, member: Member, departure: Departure, away: LeavePeriod | None, *, now: datetime
) -> Sequence[Booking]:
    """Returns the coming hours that the departure touches: those they give, and those they receive if it is whole."""
    theirs: ColumnElement[bool] = Booking.mentor_id == member.id
    if departure.whole:
        theirs = or_(theirs, Booking.mentee_id == member.id)
    query = select(Booking).where(theirs, Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now)
    coming = db.scalars(query.order_by(Booking.starts_at, Booking.id)).unique().all()
    if away is None:
        return coming
    inside = falling_into(db, member, [each.starts_at for each in coming], away)
    waits = {each.id for each in coming if departure is Departure.PAUSED and each.answer_due_at is not None}
    return [each for each in coming if each.starts_at in inside or each.id in waits]  # nobody answers in a pause


def _end_hour(db: Session, booking: Booking, member: Member, departure: Departure, *, now: datetime) -> None:
    try:
        booking, holder = live_booking(db, member, booking.id, now=now)
    except AlreadyOver:
        return  # somebody ended it meanwhile, or the clock will
    why = Ending.AWAY if departure.own else Ending.CANNOT_COME
    end_booking(db, booking, holder, why=why, by=member, now=now)


def _asks_of(db: Session, member: Member) -> Sequence[RequestAsk]:
    """Returns what is asked of them or waits for a choice among their times; a pending hour ends as an hour."""
    query = (
        select(RequestAsk)
        .join(RequestAsk.request)
        .where(RequestAsk.mentor_id == member.id, MentoringRequest.state.in_(LIVE))
        .where(
            or_(
                (RequestAsk.state == AskState.ASKED) & (MentoringRequest.kind != RequestKind.HOUR),
                (RequestAsk.state == AskState.COUNTERED) & (MentoringRequest.state == RequestState.PROPOSED),
            )
        )
    )
    return db.scalars(query.order_by(RequestAsk.id)).unique().all()


def _goes_on(db: Session, ask: RequestAsk, departure: Departure, away: LeavePeriod | None, *, now: datetime) -> bool:
    """Whether the request goes on without the mentor: for a leave, where they are away now or at all its times."""
    if departure is not Departure.ON_LEAVE:
        return True
    times = kept_times(db, ask.request, now=now)
    gone = on_leave_at(db, ask.mentor, [now, *times])
    if away is not None:
        gone |= falling_into(db, ask.mentor, [now, *times], away)
    return now in gone or (bool(times) and gone >= set(times))


def _go_on_without(db: Session, ask: RequestAsk, *, now: datetime) -> None:
    """A theme's request goes on to its next mentors at once; one to this mentor alone ends, with others named."""
    request = lock_request(db, ask.request_id)
    if request.state not in LIVE:
        return
    if request.kind != RequestKind.THEME:
        end_request(db, request, RequestState.DECLINED, now=now)
        notices.ended(db, request, ask, people=others_soon(db, request, now=now), now=now)
        return
    leave_out(db, request, ask, now=now)


def leave_out(db: Session, request: MentoringRequest, ask: RequestAsk, *, now: datetime) -> None:
    """Lets a theme's request go on without that mentor: at once, where nobody else is being asked."""
    ask.state = AskState.CLOSED
    notices.unask(db, ask, now=now)
    if request.state == RequestState.PROPOSED:
        go_on_asking(db, request, now=now)
    elif not any(each.state == AskState.ASKED for each in request.asks):
        request.due_at = now
    db.flush()


def _take_back_offers(db: Session, member: Member, *, now: datetime) -> None:
    """Ends offers of their hours to a queue, whose people are offered others, and holds of who is signing in."""
    for offer in db.scalars(_open_offers(member)).unique().all():
        end_offer(db, offer, OfferState.LAPSED, now=now)
    end_holds_with(db, member)


def _own_requests(db: Session, member: Member) -> Sequence[MentoringRequest]:
    query = select(MentoringRequest).where(
        MentoringRequest.mentee_id == member.id,
        MentoringRequest.state.in_(LIVE),
        MentoringRequest.kind != RequestKind.HOUR,
    )
    return db.scalars(query.order_by(MentoringRequest.id)).unique().all()


def _withdraw_own(db: Session, member: Member, *, now: datetime) -> None:
    for each in _own_requests(db, member):
        request = lock_request(db, each.id)
        if request.state not in LIVE:
            continue
        told = [ask for ask in request.asks if ask.state in (AskState.ASKED, AskState.COUNTERED)]
        end_request(db, request, RequestState.WITHDRAWN, now=now)
        for ask in told:
            notices.withdrawn(db, ask, now=now)


def catch_up(db: Session, *, now: datetime) -> int:
    """Follows the departure of suspended members with whom something was agreed or asked meanwhile; returns how many.

    A booking that was under way as its mentor was suspended is found here.
    """
    gone = select(Member.id).where(Member.suspended, Member.joining.is_(None))
    coming = (Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now)
    live = MentoringRequest.state.in_(LIVE)
    found = [
        select(Booking.mentor_id).where(*coming, Booking.mentor_id.in_(gone)),
        select(Booking.mentee_id).where(*coming, Booking.mentee_id.in_(gone)),
        select(RequestAsk.mentor_id)
        .join(RequestAsk.request)
        .where(live, RequestAsk.state == AskState.ASKED, MentoringRequest.kind != RequestKind.HOUR)
        .where(RequestAsk.mentor_id.in_(gone)),
    ]
    ids = sorted({each for query in found for each in db.scalars(query.distinct().limit(AT_ONCE))})
    for member_id in ids:
        follow_departure(db, db.get_one(Member, member_id), Departure.SUSPENDED, AgreedHours.CANCEL, now)
    return len(ids)
