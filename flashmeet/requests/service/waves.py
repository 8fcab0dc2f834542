"""A theme's request: the best-matching mentors are asked in small waves, then it waits in the theme's queue."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.settings.queries import network_settings
from flashmeet.requests.models.request import MentoringRequest
from flashmeet.requests.rules.requests import MOST_WAVES, WAVE_DAYS, WAVE_SIZE
from flashmeet.requests.service import notices
from flashmeet.requests.service.candidates import for_wave
from flashmeet.requests.service.create import new_ask
from flashmeet.requests.service.kept_times import kept_times, let_go_of_times
from flashmeet.requests.service.lifecycle import locked
from flashmeet.schedule.rules.booked_hour import answer_deadline
from flashmeet.schedule.service.waitlist import note_unmet

AT_ONCE = 20


def send_waves(session: Session, *, now: datetime) -> int:
    """The next wave of each theme's request whose last one is over; returns how many. One worker at a time does it
    (`messages.outbox.periodic_tasks`), so that nobody is asked more often than they said."""
    query = (
        select(MentoringRequest.id)
        .where(MentoringRequest.kind == "theme", MentoringRequest.state == "open", MentoringRequest.due_at <= now)
        .order_by(MentoringRequest.due_at, MentoringRequest.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=MentoringRequest)
    )
    ids = session.scalars(query).all()
    for request_id in ids:
        _next(session, locked(session, request_id), now=now)
    return len(ids)


def _next(session: Session, request: MentoringRequest, *, now: datetime) -> None:
    _end_wave(session, request, now=now)
    wave = 1 + max((ask.wave for ask in request.asks), default=0)
    mentors = for_wave(session, request, now=now, limit=WAVE_SIZE) if wave <= MOST_WAVES else []
    times = kept_times(session, request, now=now)
    if not mentors or not (times or request.any_time):
        _queue(session, request, now=now)
        return
    country, last = network_settings(session).country, max(times, default=datetime.max.replace(tzinfo=now.tzinfo))
    for mentor in mentors:
        due_at = answer_deadline(now, starts_at=last, tzid=mentor.tzid, days=WAVE_DAYS, country=country)
        request.asks.append(new_ask(mentor, wave=wave, due_at=due_at, now=now))
    session.flush()
    asked = [ask for ask in request.asks if ask.wave == wave]
    request.due_at = max(ask.due_at for ask in asked)
    for ask in asked:
        notices.ask(session, ask, times, now=now)
    session.flush()


def _end_wave(session: Session, request: MentoringRequest, *, now: datetime) -> None:
    """Who did not answer is not asked any more; it is nobody's expiry."""
    for ask in request.asks:
        if ask.state == "asked":
            ask.state = "expired"
            notices.unask(session, ask, now=now)


def _queue(session: Session, request: MentoringRequest, *, now: datetime) -> None:
    """Hours that come free are offered from now on; the proposed times are the mentee's own again."""
    let_go_of_times(session, request, now=now)
    request.state, request.queued_at, request.due_at = "queued", now, None
    session.flush()
    note_unmet(session, request.mentee, request.theme_id, "expired", now=now)
    notices.queued(session, request, asked=len(request.asks), now=now)
