"""What waits for whom, for a member's own page and the page of a request."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session

from flashmeet.core.database.prepared import columns, prepared
from flashmeet.identity.models import Member
from flashmeet.people.queries import are_separated
from flashmeet.requests.models import HourOffer, MentoringRequest, RequestAsk, RequestColleague, RequestQuestion
from flashmeet.requests.queries import on_theme
from flashmeet.requests.rules.requests import (
    ANSWERED,
    LIVE,
    ODDS_WITHIN,
    AskState,
    Fit,
    Odds,
    OfferState,
    RequestKind,
    RequestState,
    odds,
)
from flashmeet.requests.service.counter_offer import times_shown, who_proposed
from flashmeet.requests.service.queue import offer_stands

MOST = 20


def asked_of(db: Session, mentor: Member, *, now: datetime) -> Sequence[RequestAsk]:
    """Returns what waits for this mentor's answer, most urgent first; pending bookings are in the list of bookings."""
    return db.scalars(*asks_waiting(mentor.id, now)).all()


@prepared
def asks_waiting(mentor_id: int, now: datetime) -> Select[RequestAsk]:
    return (
        select(RequestAsk)
        .join(RequestAsk.request)
        .where(
            RequestAsk.mentor_id == mentor_id,
            RequestAsk.state == AskState.ASKED,
            RequestAsk.due_at > now,
            MentoringRequest.state == RequestState.OPEN,
            MentoringRequest.kind != RequestKind.HOUR,
        )
        .order_by(RequestAsk.due_at, RequestAsk.id)
        .limit(MOST)
    )


def requests_of(db: Session, mentee: Member) -> Sequence[MentoringRequest]:
    """Returns the member's own requests that are under way, newest first."""
    return db.scalars(*requests_under_way(mentee.id)).all()


@prepared
def requests_under_way(mentee_id: int) -> Select[MentoringRequest]:
    query = select(MentoringRequest).where(
        MentoringRequest.mentee_id == mentee_id,
        MentoringRequest.state.in_(LIVE),
        MentoringRequest.kind != RequestKind.HOUR,
    )
    return query.order_by(MentoringRequest.id.desc()).limit(MOST)


def questions_to(db: Session, mentee: Member, *, now: datetime) -> Sequence[RequestAsk]:
    """Returns the asks whose mentor waits for this member's reply, most urgent first."""
    return db.scalars(*questions_unanswered(mentee.id, now)).all()


@prepared
def questions_unanswered(mentee_id: int, now: datetime) -> Select[RequestAsk]:
    return (
        select(RequestAsk)
        .join(RequestAsk.request)
        .join(RequestQuestion, RequestQuestion.ask_id == RequestAsk.id)
        .where(
            MentoringRequest.mentee_id == mentee_id,
            MentoringRequest.state == RequestState.OPEN,
            RequestAsk.state == AskState.ASKED,
            RequestAsk.due_at > now,
            RequestQuestion.replied_at.is_(None),
        )
        .order_by(RequestAsk.due_at, RequestAsk.id)
        .limit(MOST)
    )


@dataclass(frozen=True, slots=True)
class Proposal:
    """Times that a mentor proposed to the member, who chooses one."""

    request: MentoringRequest
    mentor: Member
    note: str
    times: Sequence[datetime]


def proposals_to(db: Session, requests: Iterable[MentoringRequest], *, now: datetime) -> list[Proposal]:
    """Returns what waits for the mentee's choice, of their own requests."""
    found = []
    for each in requests:
        ask = who_proposed(each) if each.state == RequestState.PROPOSED else None
        if ask is not None:
            found.append(Proposal(each, ask.mentor, ask.note, times_shown(db, each, now=now)))
    return found


def ended_requests(
    db: Session, mentee: Member, *, before: int | None = None, limit: int = MOST
) -> Sequence[MentoringRequest]:
    """Returns the member's own requests that have ended, newest first; `before`, an id, continues after a page."""
    query = select(MentoringRequest).where(
        MentoringRequest.mentee_id == mentee.id,
        MentoringRequest.state.not_in(LIVE),
        MentoringRequest.kind != RequestKind.HOUR,
    )
    if before is not None:
        query = query.where(MentoringRequest.id < before)
    return db.scalars(query.order_by(MentoringRequest.id.desc()).limit(limit)).all()


def open_offer(db: Session, request: MentoringRequest, *, now: datetime) -> HourOffer | None:
    query = select(HourOffer).where(
        HourOffer.request_id == request.id, HourOffer.state == OfferState.OPEN, HourOffer.ends_at > now
    )
    offer = db.scalars(query.order_by(HourOffer.id.desc()).limit(1)).first()
    return offer if offer is not None and offer_stands(db, offer, now=now) else None


def named_colleagues(db: Session, request: MentoringRequest) -> Sequence[int]:
    """Returns the colleagues that mentors named instead."""
    query = select(RequestColleague.mentor_id).where(RequestColleague.request_id == request.id)
    return db.scalars(query.where(~are_separated(request.mentee_id, RequestColleague.mentor_id))).all()


MOST_ASKED = 500
ENDED = (RequestState.ACCEPTED, RequestState.DECLINED, RequestState.SOLVED, RequestState.EXPIRED, RequestState.UNTAKEN)


def odds_of_mentor(db: Session, mentor_id: int, *, now: datetime) -> Odds:
    """Returns the odds of requests to this mentor within a year."""
    query = (
        select(MentoringRequest.state, RequestAsk.asked_at, RequestAsk.answered_at)
        .join(RequestAsk.request)
        .where(
            RequestAsk.mentor_id == mentor_id,
            RequestAsk.wave == 0,
            RequestAsk.state.in_((*ANSWERED, AskState.EXPIRED)),
            RequestAsk.asked_at > now - ODDS_WITHIN,
        )
        .order_by(RequestAsk.id.desc())
        .limit(MOST_ASKED)
    )
    rows = db.execute(query).all()
    return odds(
        [(state == RequestState.ACCEPTED, answered - asked if answered else None) for state, asked, answered in rows]
    )


def odds_of_theme(db: Session, theme_id: int, *, now: datetime) -> Odds:
    """Returns the odds of requests to this theme within a year."""
    rows = columns(db, *_ended_of_theme(theme_id, now - ODDS_WITHIN))
    return odds(
        [
            (state == RequestState.ACCEPTED, ended - made if ended and state == RequestState.ACCEPTED else None)
            for state, made, ended in rows
        ]
    )


def fit_of_theme(db: Session, theme_id: int, *, now: datetime) -> Fit:
    """Returns how many mentors were asked about needs of this theme within a year, and said that they are not for them;
    one statement."""
    ask = RequestAsk
    query = select(func.count(), func.count(case((ask.unfit, 1)))).select_from(ask).join(ask.request)
    asked, unfit = db.execute(query.where(on_theme(theme_id), ask.wave > 0, ask.asked_at > now - ODDS_WITHIN)).one()
    return Fit(asked=asked, unfit=unfit)


@prepared
def _ended_of_theme(theme_id: int, since: datetime) -> Select[RequestState, datetime, datetime | None]:
    return (
        select(MentoringRequest.state, MentoringRequest.created_at, MentoringRequest.ended_at)
        .where(
            on_theme(theme_id),
            MentoringRequest.kind == RequestKind.THEME,
            MentoringRequest.state.in_(ENDED),
            MentoringRequest.created_at > since,
        )
        .order_by(MentoringRequest.id.desc())
        .limit(MOST_ASKED)
    )
