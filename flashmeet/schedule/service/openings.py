"""Keeping the opening index true: after every act of a person, and as time goes on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.intervals import TICK, Interval, merged
from flashmeet.core.settings.policies import Confirm, Policy
from flashmeet.core.zones import day_span, local_date
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.queries import hides
from flashmeet.schedule.models import MentorPolicy
from flashmeet.schedule.queries.calendars import busy
from flashmeet.schedule.queries.claims import taken, used
from flashmeet.schedule.queries.openings import lock_mentor, rows_for, write_difference
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.slots import openings
from flashmeet.schedule.service.conflicts import hides_hours
from flashmeet.themes.models import Theme

REACH = timedelta(days=2)
"""How far beyond the horizon openings are made; they are made anew a day before that is used up."""
DAY = timedelta(days=1)


def refresh_openings(db: Session, mentor_id: int, *, now: datetime, around: Iterable[Interval] = ()) -> None:
    """Writes the mentor's openings anew: all of them, or those that claims in `around` can have changed."""
    stored = lock_mentor(db, mentor_id)
    schedule = read_schedule(db, mentor_id) if stored else None
    if stored is None or schedule is None:
        return
    until = now + schedule.policy.horizon + REACH
    whole = Interval(now.replace(minute=0, second=0, microsecond=0), until)
    spans = [_clipped(span, whole) for span in _touched(schedule, around)] or [whole]
    if schedule.policy.confirm == Confirm.ASK:
        spans = [whole]  # one hour more or less that waits for an answer can change them all
    if spans == [whole]:
        stored.openings_due_at = now + DAY
        _clear_beyond(db, mentor_id, whole)
    member = db.get(Member, mentor_id)
    bookable = member is not None and member.bookable and not hides(db, mentor_id, now=now)
    bookable = bookable and not hides_hours(db, mentor_id, now=now)
    for span in merged(spans):
        write_difference(db, mentor_id, span, _wanted(db, mentor_id, schedule, span) if bookable else [])


def _clear_beyond(db: Session, mentor_id: int, whole: Interval) -> None:
    """A shorter horizon leaves openings behind that nobody would look at again."""
    write_difference(db, mentor_id, Interval(whole.end, whole.end + timedelta(days=800)), [])


def _wanted(db: Session, mentor_id: int, schedule: Schedule, span: Interval) -> list[dict[str, object]]:
    offered = select(MentorTheme.theme_id).join(Theme, Theme.id == MentorTheme.theme_id).where(Theme.active)
    themes = db.scalars(offered.where(MentorTheme.mentor_id == mentor_id)).all()
    around = span.widened(DAY, DAY)
    claimed = taken(db, mentor_id, around) + busy(db, mentor_id, around)
    starts = openings(schedule, span=span, taken=claimed, used=used(db, mentor_id))
    return rows_for(mentor_id, starts, theme_ids=themes, policy=schedule.policy)


def _touched(schedule: Schedule, around: Iterable[Interval]) -> list[Interval]:
    """What a claim can change: starts that would run into it, and the periods whose limits it counts towards."""
    policy, out = schedule.policy, []
    for claim in around:
        out.append(claim.widened(policy.longest + policy.after, policy.before + TICK))
        out.extend(_limited(policy, local_date(claim.start + policy.before, schedule.tzid), schedule.tzid))
    return out


def _limited(policy: Policy, day: date, tzid: str) -> list[Interval]:
    monday, first = day - timedelta(days=day.weekday()), day.replace(day=1)
    next_month = (first + timedelta(days=32)).replace(day=1)
    periods = (
        (policy.per_day, day, day + DAY),
        (policy.per_week, monday, monday + timedelta(days=7)),
        (policy.per_month, first, next_month),
    )
    return [
        Interval(day_span(begin, tzid)[0], day_span(end, tzid)[0]) for limit, begin, end in periods if limit is not None
    ]


def _clipped(span: Interval, whole: Interval) -> Interval:
    return Interval(max(span.start, whole.start), max(min(span.end, whole.end), whole.start))


def mentors_due(db: Session, *, now: datetime, limit: int = 100) -> Sequence[int]:
    """Mentors whose openings soon do not reach their horizon any more, the longest due first."""
    due = select(MentorPolicy.member_id).where(MentorPolicy.openings_due_at <= now)
    return db.scalars(due.order_by(MentorPolicy.openings_due_at).limit(limit)).all()
