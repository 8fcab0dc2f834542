"""How a request ends: every path leads through here, once, and lets go of all that was kept for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound, RequestOver
from flashmeet.identity.models import Member
from flashmeet.requests.models import HourOffer, MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import ENOUGH_MENTORS, LIVE, PROMISE, AskState, State
from flashmeet.requests.service import notices
from flashmeet.requests.service.inactivity_check import note_expiry
from flashmeet.requests.service.waves import active_mentors
from flashmeet.schedule.models import Holder
from flashmeet.schedule.service.claims import let_go
from flashmeet.schedule.service.suggestions import Suggestion, suggestions
from flashmeet.schedule.service.waitlist import note_unmet

SOON, SHOWN, LOOKED_AT = timedelta(days=14), 3, 12
AT_ONCE = 50


def locked(session: Session, request_id: int) -> MentoringRequest:
    """The request, locked: whoever changes it waits for whoever changes it now. Raises NotFound."""
    of = {"of": MentoringRequest}
    request = session.get(MentoringRequest, request_id, with_for_update=of, populate_existing=True)
    if request is None:
        raise NotFound
    return request


def live(session: Session, request_id: int, *states: State) -> MentoringRequest:
    """The same, while it is in one of these states. Raises NotFound, RequestOver."""
    request = locked(session, request_id)
    if request.state not in (states or LIVE):
        raise RequestOver(request.state)
    return request


def end_request(session: Session, request: MentoringRequest, state: State, *, now: datetime) -> None:
    """Nothing is kept, offered or asked for it any more. Who was asked and has not answered is `closed`."""
    request.state, request.ended_at, request.due_at = state, now, None
    close_asks(session, request, "withdrawn" if state == "withdrawn" else "closed", now=now)
    open_offers = select(HourOffer).where(HourOffer.request_id == request.id, HourOffer.state == "open")
    for offer in session.scalars(open_offers).all():
        offer.state = "lapsed"
    session.flush()
    for holder in session.scalars(
        select(Holder).where(Holder.request_id == request.id).order_by(Holder.id).with_for_update()
    ).all():
        let_go(session, holder, now=now)
    session.flush()
    session.expire(request, ["times"])


def close_asks(session: Session, request: MentoringRequest, state: AskState, *, now: datetime) -> None:
    """Who was asked and has not answered need not any more."""
    for ask in request.asks:
        if ask.state == "asked":
            ask.state = state
            notices.unask(session, ask, now=now)


def end_unanswered(session: Session, *, now: datetime) -> int:
    """Ends what was asked of one mentor, or waits for its mentee, and whose time has passed; returns how many.

    A booking's own request ends with the booking (`bookings.service.end`), a theme's goes on to others.
    """
    query = (
        select(MentoringRequest.id)
        .where(MentoringRequest.due_at <= now, MentoringRequest.state.in_(("open", "proposed")))
        .where((MentoringRequest.kind == "mentor") | (MentoringRequest.state == "proposed"))
        .order_by(MentoringRequest.due_at, MentoringRequest.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=MentoringRequest)
    )
    ids = session.scalars(query).all()
    for request_id in ids:
        expire(session, locked(session, request_id), now=now)
    return len(ids)


def expire(session: Session, request: MentoringRequest, *, now: datetime) -> None:
    """No answer came: the mentee is told whom they can have instead, and the mentor's expiries are counted."""
    silent = [ask for ask in request.asks if ask.state == "asked" and ask.wave == 0]
    asked = silent[0] if silent else request.asks[-1] if request.asks else None
    for ask in silent:
        ask.state = "expired"
        notices.unask(session, ask, now=now)
    end_request(session, request, "expired", now=now)
    note_unmet(session, request.mentee, request.theme_id, "expired", now=now)
    people = others_soon(session, request, now=now)
    notices.ended(session, request, asked, people=people, now=now)
    for ask in silent:
        note_expiry(session, ask.mentor, now=now)


def others_soon(session: Session, request: MentoringRequest, *, now: datetime) -> list[Suggestion]:
    """Up to three mentors with an hour within 14 days, who were not asked: of the theme, else of any."""
    found: list[Suggestion] = []
    away = {ask.mentor_id for ask in request.asks} | {request.mentor_id}
    for theme in (request.theme, None):
        more = suggestions(session, request.mentee, theme=theme, need=request.need, now=now, limit=LOOKED_AT)
        known = away | {each.mentor.id for each in found}
        found += _soon(more, known, now=now)
        if len(found) >= SHOWN:
            break
    return found[:SHOWN]


def _soon(people: Sequence[Suggestion], away: Iterable[int | None], *, now: datetime) -> list[Suggestion]:
    left_out = set(away)
    return [each for each in people if each.mentor.id not in left_out and each.match.soonest <= now + SOON]


def withdraw(session: Session, mentee: Member, request_id: int, *, now: datetime) -> MentoringRequest:
    """The mentee takes it back. Raises NotFound, RequestOver."""
    request = live(session, request_id)
    if request.mentee_id != mentee.id or request.kind == "hour":
        raise NotFound
    told = [ask for ask in request.asks if ask.state in ("asked", "countered") and ask.wave == 0]
    end_request(session, request, "withdrawn", now=now)
    for ask in told:
        notices.withdrawn(session, ask, now=now)
    return request


def is_open(ask: RequestAsk, *, now: datetime) -> bool:
    """Whether the mentor may still answer."""
    return ask.state == "asked" and ask.due_at > now and ask.request.state == "open"


def is_promised(session: Session, theme_id: int) -> bool:
    """Nothing is promised where fewer than three could help."""
    return active_mentors(session, theme_id) >= ENOUGH_MENTORS


def keep_promises(session: Session, *, now: datetime) -> int:
    """Writes to who has waited for seven days, once; returns how many were looked at."""
    query = select(MentoringRequest).where(
        MentoringRequest.state.in_(LIVE),
        MentoringRequest.created_at <= now - PROMISE,
        MentoringRequest.promised_at.is_(None),
    )
    waiting = session.scalars(
        query.order_by(MentoringRequest.created_at, MentoringRequest.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=MentoringRequest)
    ).all()
    for request in waiting:
        request.promised_at = now
        if is_promised(session, request.theme_id):
            notices.week_passed(session, request, others_soon(session, request, now=now), now=now)
    session.flush()
    return len(waiting)
