"""Waves of a theme's request: its best matches are asked in small groups; then it waits in the theme's queue."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, selectinload

from flashmeet.bookings.service.reliability import is_paused
from flashmeet.core.intervals import Interval
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.queries import are_separated, mentors_of
from flashmeet.requests.models import MentoringRequest, RequestAsk, RequestColleague
from flashmeet.requests.queries import unfit_for
from flashmeet.requests.rules.requests import (
    MOST_WAVES,
    WAVE_DAYS,
    WAVE_REST,
    WAVE_SIZE,
    AskState,
    RequestKind,
    RequestState,
    waves_a_week,
)
from flashmeet.requests.service import notices
from flashmeet.requests.service.create import new_ask
from flashmeet.requests.service.lifecycle import lock_held, lock_request
from flashmeet.requests.service.times.kept import kept_times, let_go_of_times
from flashmeet.schedule.queries.calendars import busy
from flashmeet.schedule.queries.claims import taken
from flashmeet.schedule.queries.leave import away, away_everywhere
from flashmeet.schedule.rules.booked_hour import answer_deadline
from flashmeet.schedule.rules.matching import best, compared
from flashmeet.schedule.service.gate import times_that_stand
from flashmeet.schedule.service.room_left import with_room
from flashmeet.schedule.service.suggestions import asker_of, candidate_of, hours_given
from flashmeet.schedule.service.waitlist import record_unmet_need
from flashmeet.themes.models import Dismissal
from flashmeet.themes.rules.changes import UnmetCause

AT_ONCE = 20


def send_waves(db: Session, *, now: datetime) -> int:
    """Sends the next wave of each theme's request whose last one is over; returns how many. One worker at a time does
    it (`messages.outbox.periodic_tasks`), so that nobody is asked more often than allowed."""
    query = (
        select(MentoringRequest.id)
        .where(
            MentoringRequest.kind == RequestKind.THEME,
            MentoringRequest.state == RequestState.OPEN,
            MentoringRequest.due_at <= now,
        )
        .order_by(MentoringRequest.due_at, MentoringRequest.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=MentoringRequest)
    )
    ids = db.scalars(query).all()
    lock_held(db, ids)
    for request_id in ids:
        _next(db, lock_request(db, request_id), now=now)
    return len(ids)


def _next(db: Session, request: MentoringRequest, *, now: datetime) -> None:
    _end_wave(db, request, now=now)
    wave = 1 + max((ask.wave for ask in request.asks), default=0)
    may_ask = wave <= MOST_WAVES and not is_paused(db, request.mentee_id)  # else whoever agreed would be refused
    mentors = for_wave(db, request, now=now, limit=WAVE_SIZE) if may_ask else []
    times = kept_times(db, request, now=now)
    if not mentors or not (times or request.any_time):
        _queue(db, request, now=now)
        return
    country, last = network_settings(db).country, max(times, default=datetime.max.replace(tzinfo=now.tzinfo))
    for mentor in mentors:
        due_at = answer_deadline(now, starts_at=last, tzid=mentor.tzid, days=WAVE_DAYS, country=country)
        request.asks.append(new_ask(mentor, wave=wave, due_at=due_at, now=now))
    db.flush()
    asked = [ask for ask in request.asks if ask.wave == wave]
    request.due_at = max(ask.due_at for ask in asked)
    for ask in asked:
        notices.ask(db, ask, times, now=now)
    db.flush()


def _end_wave(db: Session, request: MentoringRequest, *, now: datetime) -> None:
    """Ends the wave's unanswered asks; they do not count for the mentors."""
    for ask in request.asks:
        if ask.state == AskState.ASKED:
            ask.state = AskState.EXPIRED
            notices.unask(db, ask, now=now)


def _queue(db: Session, request: MentoringRequest, *, now: datetime) -> None:
    """Puts the request into the queue and releases its proposed times; free hours are offered from now on."""
    let_go_of_times(db, request, now=now)
    request.state, request.queued_at, request.due_at = RequestState.QUEUED, now, None
    db.flush()
    record_unmet_need(db, request.mentee, request.theme_id, UnmetCause.EXPIRED, now=now)
    notices.queued(db, request, asked=len(request.asks), now=now)


LOOKED_AT, COLLEAGUES_SHOWN = 120, 8


def for_wave(db: Session, request: MentoringRequest, *, now: datetime, limit: int) -> list[Member]:
    """Returns the best mentors free at one of the times, with room within their limits and not asked too often.

    Those named by colleagues come first; then those who have said, in a line, what they have done in the theme.
    """
    often = _recently_asked(db, request, now=now)
    times = kept_times(db, request, now=now)
    theirs = of_theme(db, request, now=now)
    room = with_room(db, theirs, times, now=now)
    there = [each for each in theirs if each.id not in often and each.id in room]
    free = [each for each in there if not times or has_time(db, request, each, times, now=now)]
    ranked = _ranked(db, request, free, now=now)
    named = set(db.scalars(select(RequestColleague.mentor_id).where(RequestColleague.request_id == request.id)).all())
    return sorted(ranked, key=lambda each: each.id not in named)[:limit]


def colleagues_for(db: Session, ask: RequestAsk, *, now: datetime) -> list[Member]:
    """Returns whom a mentor who cannot help may name: others of the theme who were not asked, best first."""
    return _ranked(db, ask.request, of_theme(db, ask.request, now=now), now=now)[:COLLEAGUES_SHOWN]


def active_mentors(db: Session, theme_id: int) -> int:
    """Returns the number of approved mentors of the theme."""
    return db.scalar(mentors_of(theme_id).with_only_columns(func.count())) or 0


def of_theme(db: Session, request: MentoringRequest, *, now: datetime) -> Sequence[Member]:
    """Returns the theme's available mentors, the longest not asked first; without those whom this request has asked,
    whom its mentee does not want suggested, and who said “not for me” to a need of the mentee on the theme."""
    last = (
        select(RequestAsk.mentor_id, func.max(RequestAsk.asked_at).label("at"))
        .where(RequestAsk.asked_at > now - 4 * WAVE_REST)
        .group_by(RequestAsk.mentor_id)
        .subquery()
    )
    query = (
        mentors_of(request.theme_id)
        .outerjoin(last, last.c.mentor_id == Member.id)
        .where(
            Member.id != request.mentee_id,
            ~are_separated(request.mentee_id, Member.id),
            ~Member.paused(now),
            ~away_everywhere(now),
            ~exists().where(RequestAsk.request_id == request.id, RequestAsk.mentor_id == Member.id),
            ~unfit_for(request.mentee_id, request.theme_id, Member.id),
            ~exists().where(Dismissal.member_id == request.mentee_id, Dismissal.mentor_id == Member.id),
        )
        .order_by(last.c.at.is_not(None), last.c.at, Member.id)
        .limit(LOOKED_AT)
        .options(selectinload(Member.offers))
    )
    mentors = db.scalars(query).all()
    on_leave = away(db, {each.id: each.tzid for each in mentors}, now=now)
    return [each for each in mentors if each.id not in on_leave]


def _ranked(db: Session, request: MentoringRequest, mentors: Iterable[Member], *, now: datetime) -> list[Member]:
    by_id = {each.id: each for each in mentors}
    asker = asker_of(request.mentee, request.theme, request.need, None)
    given = hours_given(db, by_id, request.theme_id, now=now)
    candidates = [
        replace(
            candidate_of(each, now + timedelta(days=1), given=given.get(each.id, 0), now=now),
            nearness=request.nearness.get(str(each.id), 0) / 100,
        )
        for each in by_id.values()
    ]
    return [by_id[each.mentor_id] for each in best(asker, compared(candidates), now=now, limit=len(candidates))]


def _recently_asked(db: Session, request: MentoringRequest, *, now: datetime) -> set[int]:
    """Returns mentors of the theme whom waves asked as often as allowed in seven days: once, or twice if it has few."""
    most = waves_a_week(active_mentors(db, request.theme_id))
    query = (
        select(RequestAsk.mentor_id)
        .join(MentorTheme, MentorTheme.mentor_id == RequestAsk.mentor_id)
        .where(MentorTheme.theme_id == request.theme_id)
        .where(RequestAsk.wave > 0, RequestAsk.asked_at > now - WAVE_REST)
        .group_by(RequestAsk.mentor_id)
        .having(func.count() >= most)
    )
    return set(db.scalars(query))


def has_time(
    db: Session, request: MentoringRequest, mentor: Member, times: Sequence[datetime], *, now: datetime
) -> bool:
    for starts_at in times_that_stand(db, mentor, request.mentee, times, now=now):
        span = Interval(starts_at, starts_at + timedelta(minutes=request.minutes))
        if not taken(db, mentor.id, span) and not busy(db, mentor.id, span):
            return True
    return False
