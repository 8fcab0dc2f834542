"""Whom a wave asks: the mentors of a theme who fit a request best, and whom nobody asks too often.

The work is bounded: the least recently asked mentors of the theme are looked at, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, selectinload

from flashmeet.core.intervals import Interval
from flashmeet.core.zones import local_date
from flashmeet.identity.models.member import Member, MentorTheme
from flashmeet.people.queries.blocks import apart
from flashmeet.people.queries.mentors import mentors_of
from flashmeet.requests.models.request import MentoringRequest, RequestAsk, RequestColleague
from flashmeet.requests.rules.requests import WAVE_REST, waves_a_week
from flashmeet.requests.service.kept_times import kept_times
from flashmeet.schedule.models.availability import Leave
from flashmeet.schedule.queries.calendars import busy
from flashmeet.schedule.queries.claims import taken
from flashmeet.schedule.rules.matching import best
from flashmeet.schedule.service.suggestions import asker_of, candidate_of

LOOKED_AT, COLLEAGUES_SHOWN = 120, 8


def for_wave(session: Session, request: MentoringRequest, *, now: datetime, limit: int) -> list[Member]:
    """The best that are free at one of the times, whom waves have not asked too often; whom a colleague named first."""
    often = _asked_enough(session, request, now=now)
    there = [each for each in _of_theme(session, request, now=now) if each.id not in often]
    times = kept_times(session, request, now=now)
    free = [each for each in there if not times or _has_time(session, request, each, times)]
    ranked = _ranked(request, free, now=now)
    named = set(
        session.scalars(select(RequestColleague.mentor_id).where(RequestColleague.request_id == request.id)).all()
    )
    return sorted(ranked, key=lambda each: each.id not in named)[:limit]


def colleagues_for(session: Session, ask: RequestAsk, *, now: datetime) -> list[Member]:
    """Whom a mentor who cannot help may name: others of the theme who were not asked, the best first."""
    return _ranked(ask.request, _of_theme(session, ask.request, now=now), now=now)[:COLLEAGUES_SHOWN]


def active_mentors(session: Session, theme_id: int) -> int:
    """Approved mentors of the theme."""
    return session.scalar(mentors_of(theme_id).with_only_columns(func.count())) or 0


def _of_theme(session: Session, request: MentoringRequest, *, now: datetime) -> Sequence[Member]:
    """Its mentors who are there and were not asked by this request, the longest not asked first."""
    today = local_date(now, request.mentee.tzid)
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
            ~apart(request.mentee_id, Member.id),
            ~Member.paused(now),
            ~exists().where(Leave.member_id == Member.id, Leave.first <= today, Leave.last >= today),
            ~exists().where(RequestAsk.request_id == request.id, RequestAsk.mentor_id == Member.id),
        )
        .order_by(last.c.at.is_not(None), last.c.at, Member.id)
        .limit(LOOKED_AT)
        .options(selectinload(Member.offers))
    )
    return session.scalars(query).all()


def _ranked(request: MentoringRequest, mentors: Iterable[Member], *, now: datetime) -> list[Member]:
    by_id = {each.id: each for each in mentors}
    asker = asker_of(request.mentee, request.theme, request.need, None)
    candidates = [candidate_of(each, now + timedelta(days=1), now=now) for each in by_id.values()]
    return [by_id[each.mentor_id] for each in best(asker, candidates, now=now, limit=len(candidates))]


def _asked_enough(session: Session, request: MentoringRequest, *, now: datetime) -> set[int]:
    """Of the theme's mentors. Waves ask once in seven days; twice where a theme has few mentors."""
    most = waves_a_week(active_mentors(session, request.theme_id))
    query = (
        select(RequestAsk.mentor_id)
        .join(MentorTheme, MentorTheme.mentor_id == RequestAsk.mentor_id)
        .where(MentorTheme.theme_id == request.theme_id)
        .where(RequestAsk.wave > 0, RequestAsk.asked_at > now - WAVE_REST)
        .group_by(RequestAsk.mentor_id)
        .having(func.count() >= most)
    )
    return set(session.scalars(query))


def _has_time(session: Session, request: MentoringRequest, mentor: Member, times: Sequence[datetime]) -> bool:
    for starts_at in times:
        span = Interval(starts_at, starts_at + timedelta(minutes=request.minutes))
        if not taken(session, mentor.id, span) and not busy(session, mentor.id, span):
            return True
    return False
