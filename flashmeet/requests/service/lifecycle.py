"""Ends requests. Every end passes here once, and releases all that was held for the request."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound, RequestOver
from flashmeet.identity.models import Member
from flashmeet.requests.models import HourOffer, MentoringRequest, RequestAsk
from flashmeet.requests.rules.messages import THEME_CLOSED
from flashmeet.requests.rules.requests import LIVE, AskState, OfferState, RequestKind, RequestState
from flashmeet.requests.service import notices
from flashmeet.requests.service.alternatives import others_soon
from flashmeet.requests.service.inactivity_check import note_expiry
from flashmeet.schedule.models import Holder
from flashmeet.schedule.service.claims import let_go, lock_people
from flashmeet.schedule.service.waitlist import record_unmet_need
from flashmeet.themes.rules.changes import UnmetCause

AT_ONCE = 50


def lock_request(db: Session, request_id: int) -> MentoringRequest:
    """Returns the request, locked against other changes. Raises NotFound."""
    of = {"of": MentoringRequest}
    request = db.get(MentoringRequest, request_id, with_for_update=of, populate_existing=True)
    if request is None:
        raise NotFound
    return request


def lock_live_request(db: Session, request_id: int, *states: RequestState) -> MentoringRequest:
    """Returns the request, locked, while it is in one of these states. Raises NotFound, RequestOver."""
    request = lock_request(db, request_id)
    if request.state not in (states or LIVE):
        raise RequestOver(request.state)
    return request


def lock_holders(db: Session, request_ids: Collection[int], booking_ids: Collection[int] = ()) -> Sequence[Holder]:
    """Returns all that is held for these requests and bookings, locked: before anybody whose time it takes.

    Whoever ends what has expired locks in that order, and would be waited for in a circle otherwise.
    """
    which: ColumnElement[bool] = Holder.request_id.in_(request_ids)
    if booking_ids:
        which = or_(which, Holder.booking_id.in_(booking_ids))
    return db.scalars(select(Holder).where(which).order_by(Holder.id).with_for_update()).all()


def lock_held(db: Session, request_ids: Collection[int], booking_ids: Collection[int] = ()) -> Sequence[Holder]:
    """Returns all that is held for these requests and bookings, locked with everybody whose time it takes."""
    held = lock_holders(db, request_ids, booking_ids)
    lock_people(db, [each.id for each in held])
    return held


def end_request(db: Session, request: MentoringRequest, state: RequestState, *, now: datetime) -> None:
    """Ends the request: releases its holders and lapses its offers. Asks without an answer become `closed`."""
    request.state, request.ended_at, request.due_at = state, now, None
    close_asks(db, request, AskState.WITHDRAWN if state == RequestState.WITHDRAWN else AskState.CLOSED, now=now)
    open_offers = select(HourOffer).where(HourOffer.request_id == request.id, HourOffer.state == OfferState.OPEN)
    for offer in db.scalars(open_offers).all():
        offer.state = OfferState.LAPSED
    db.flush()
    for holder in lock_held(db, [request.id]):
        let_go(db, holder, now=now)
    db.flush()
    db.expire(request, ["times"])


def close_asks(db: Session, request: MentoringRequest, state: AskState, *, now: datetime) -> None:
    """Closes the asks that have no answer yet."""
    for ask in request.asks:
        if ask.state == AskState.ASKED:
            ask.state = state
            notices.unask(db, ask, now=now)


def end_unanswered(db: Session, *, now: datetime) -> int:
    """Ends requests to one mentor, or waiting for their mentee, whose deadline has passed; returns how many.

    A booking's own request ends with the booking (`bookings.service.end`); a theme's goes on to others.
    """
    query = (
        select(MentoringRequest.id)
        .where(MentoringRequest.due_at <= now, MentoringRequest.state.in_((RequestState.OPEN, RequestState.PROPOSED)))
        .where((MentoringRequest.kind == RequestKind.MENTOR) | (MentoringRequest.state == RequestState.PROPOSED))
        .order_by(MentoringRequest.due_at, MentoringRequest.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=MentoringRequest)
    )
    ids = db.scalars(query).all()
    lock_held(db, ids)
    for request_id in ids:
        expire(db, lock_request(db, request_id), now=now)
    return len(ids)


def expire(db: Session, request: MentoringRequest, *, now: datetime) -> None:
    """Ends a request without an answer: tells the mentee of other mentors, and counts the mentor's expiry."""
    silent = [ask for ask in request.asks if ask.state == AskState.ASKED and ask.wave == 0]
    asked = silent[0] if silent else request.asks[-1] if request.asks else None
    for ask in silent:
        ask.state = AskState.CLOSED if ask.waits_for_reply else AskState.EXPIRED  # theirs was not the silence
        notices.unask(db, ask, now=now)
    end_request(db, request, RequestState.EXPIRED, now=now)
    record_unmet_need(db, request.mentee, request.theme_id, UnmetCause.EXPIRED, now=now)
    people = others_soon(db, request, now=now)
    notices.ended(db, request, asked, people=people, now=now)
    for ask in silent:
        if ask.state == AskState.EXPIRED:
            note_expiry(db, ask.mentor, now=now)


def waiting_on(theme_id: int) -> Select[int]:
    """Selects the theme's own requests for which nobody proposes an hour yet, by id."""
    waits = MentoringRequest.state.in_((RequestState.OPEN, RequestState.QUEUED))
    query = select(MentoringRequest.id).where(
        MentoringRequest.theme_id == theme_id, MentoringRequest.kind == RequestKind.THEME, waits
    )
    return query.order_by(MentoringRequest.id)


def end_with_theme(db: Session, theme_id: int, *, now: datetime) -> int:
    """Ends what still waits on a theme that is closed, and tells who asked; returns how many."""
    ids = db.scalars(waiting_on(theme_id).with_for_update(of=MentoringRequest)).all()
    lock_held(db, ids)
    for request_id in ids:
        request = lock_request(db, request_id)
        end_request(db, request, RequestState.DECLINED, now=now)
        notices.ended(db, request, None, action=THEME_CLOSED, now=now)
    return len(ids)


def withdraw(db: Session, mentee: Member, request_id: int, *, now: datetime) -> MentoringRequest:
    """Withdraws the mentee's request. Raises NotFound, RequestOver."""
    request = lock_live_request(db, request_id)
    if request.mentee_id != mentee.id or request.kind == RequestKind.HOUR:
        raise NotFound
    told = [ask for ask in request.asks if ask.state in (AskState.ASKED, AskState.COUNTERED) and ask.wave == 0]
    end_request(db, request, RequestState.WITHDRAWN, now=now)
    for ask in told:
        notices.withdrawn(db, ask, now=now)
    return request


def is_open(ask: RequestAsk, *, now: datetime) -> bool:
    """Whether the mentor may still answer."""
    return ask.state == AskState.ASKED and ask.due_at > now and ask.request.state == RequestState.OPEN
