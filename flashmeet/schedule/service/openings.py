"""Keeps the opening index up to date: after every change, and as time passes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, String, cast, func, select
from sqlalchemy.orm import Session

from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.database.zone_versions import Taken, take_outdated
from flashmeet.core.intervals import TICK, Interval, merged
from flashmeet.core.numbers import numbers_among
from flashmeet.core.settings.policies import Confirm, Policy
from flashmeet.core.zones import data_version, day_span, local_date
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.queries import terms_hide_hours
from flashmeet.schedule.models import MemberCalendar, MentorPolicy
from flashmeet.schedule.queries.calendars import busy, checked_calendars, has_calendars
from flashmeet.schedule.queries.claims import taken
from flashmeet.schedule.queries.openings import lock_mentors, rows_for, write_difference
from flashmeet.schedule.queries.quotas import counts_of
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.quotas import (
    Period,
    Quota,
    QuotaRule,
    mentor_quotas,
    pending_quota,
)
from flashmeet.schedule.rules.slots import Start, openings
from flashmeet.schedule.service.calendar_freshness import calendars_hide_hours
from flashmeet.themes.models import Theme

REACH = timedelta(days=2)
"""How far beyond the horizon openings are written; they are rewritten a day before this is used up."""
BEYOND = timedelta(days=800)
"""How far beyond that openings are deleted which a shorter horizon left behind."""
DAY = timedelta(days=1)


def refresh_openings(db: Session, mentor_id: int, *, now: datetime, around: Iterable[Interval] = ()) -> None:
    """Rewrites the mentor's openings: all, or those that claims in `around` can have changed."""
    refresh_each(db, {mentor_id: list(around)}, now=now)


def refresh_each(
    db: Session,
    around: Mapping[int, Sequence[Interval]],
    *,
    locked: Sequence[MentorPolicy] | None = None,
    now: datetime,
) -> Mapping[int, Sequence[MemberCalendar]]:
    """The same for several members, in the order of their ids; who offers no hours has no openings. `locked` are their
    policies, where the unit of work has locked them. Returns the calendars of each that are checked."""
    calendars: dict[int, Sequence[MemberCalendar]] = {}
    for stored in lock_mentors(db, around) if locked is None else locked:
        schedule = read_schedule(db, stored.member_id)
        if schedule is not None:
            checks, theme_ids = _checks_and_themes(db, stored.member_id)
            theirs = calendars[stored.member_id] = checked_calendars(db, stored.member_id) if checks else ()
            _refresh(db, stored, schedule, around[stored.member_id], theirs, theme_ids=theme_ids, now=now)
    return calendars


def _checks_and_themes(db: Session, mentor_id: int) -> tuple[bool, Sequence[int]]:
    """Returns whether a calendar of the mentor is checked, and the themes they help with that are offered."""
    [(checks, themes)] = columns(db, *_said_by(mentor_id))
    return checks, numbers_among(themes.split(",")) if themes else ()


@prepared
def _said_by(mentor_id: int) -> Select[bool, str | None]:
    themes = (
        select(func.aggregate_strings(cast(MentorTheme.theme_id, String), ","))
        .join(Theme, Theme.id == MentorTheme.theme_id)
        .where(Theme.active, MentorTheme.mentor_id == mentor_id)
    )
    return select(has_calendars(mentor_id), themes.scalar_subquery())


def starts_of(
    db: Session, mentor_id: int, schedule: Schedule, *, counted: Mapping[Period, int], now: datetime
) -> list[Start]:
    """Returns the starts that the mentor's openings would have with this schedule, where so many hours count towards
    each limit; writes nothing.

    Whether the mentor is listed at all (approved, calendars that can be read) plays no part.
    """
    calendars = checked_calendars(db, mentor_id)
    return _starts(db, mentor_id, schedule, [_reach(schedule, now)], counted=counted, calendars=calendars)


def _reach(schedule: Schedule, now: datetime) -> Interval:
    """Returns the time in which openings are written."""
    return Interval(now.replace(minute=0, second=0, microsecond=0), now + schedule.policy.horizon + REACH)


def _refresh(
    db: Session,
    stored: MentorPolicy,
    schedule: Schedule,
    around: Sequence[Interval],
    calendars: Sequence[MemberCalendar],
    *,
    theme_ids: Sequence[int],
    now: datetime,
) -> None:
    """Called with the mentor locked."""
    mentor_id = stored.member_id
    counted = counts_of(db, mentor_id) if _has_limits(schedule.policy) else {}
    whole = _reach(schedule, now)
    spans = [whole]
    if around and not _asked_nearly_enough(schedule.policy, counted):
        spans = merged(_clipped(span, whole) for span in _touched(schedule, around, counted))
    if not spans:
        return
    listed = _is_listed(db, mentor_id, calendars, now=now)
    starts = _starts(db, mentor_id, schedule, spans, counted=counted, calendars=calendars) if listed else []
    if spans == [whole]:
        spans = [Interval(whole.start, whole.end + BEYOND)]
        if not around or stored.openings_due_at is None or stored.openings_due_at <= now:
            stored.openings_due_at, stored.zone_data = now + DAY, data_version()
    rows = rows_for(mentor_id, starts, theme_ids=theme_ids, policy=schedule.policy)
    write_difference(db, mentor_id, spans, rows)


def _is_listed(db: Session, mentor_id: int, calendars: Sequence[MemberCalendar], *, now: datetime) -> bool:
    member = db.get(Member, mentor_id)
    listed = member is not None and member.bookable and not terms_hide_hours(db, mentor_id, now=now)
    return listed and not calendars_hide_hours(db, calendars, now=now)


def _has_limits(policy: Policy) -> bool:
    limits = (policy.per_day, policy.per_week, policy.per_month)
    return policy.confirm == Confirm.ASK or any(limit is not None for limit in limits)


def _asked_nearly_enough(policy: Policy, counted: Mapping[Period, int]) -> bool:
    """One hour more or less that waits for an answer can change all openings."""
    return policy.confirm == Confirm.ASK and _nearly_used_up(pending_quota(), counted)


def _nearly_used_up(quota: Quota, counted: Mapping[Period, int]) -> bool:
    """Whether it is used up now, or was before one of its uses was let go."""
    return counted.get(quota.period, 0) >= quota.limit - 1


def _starts(
    db: Session,
    mentor_id: int,
    schedule: Schedule,
    spans: Sequence[Interval],
    *,
    counted: Mapping[Period, int],
    calendars: Sequence[MemberCalendar],
) -> list[Start]:
    around = Interval(spans[0].start, spans[-1].end).widened(DAY, DAY)
    claimed = taken(db, mentor_id, around) + (busy(db, mentor_id, around) if calendars else [])
    return [start for span in spans for start in openings(schedule, span=span, taken=claimed, used=counted)]


def _touched(schedule: Schedule, around: Iterable[Interval], counted: Mapping[Period, int]) -> list[Interval]:
    """Returns what a claim can change: starts that would run into it, and periods whose limits it used up or freed."""
    policy, out = schedule.policy, []
    for claim in around:
        out.append(claim.widened(policy.longest + policy.after, policy.before + TICK))
        day = local_date(claim.start + policy.before, schedule.tzid)
        full = {quota.period.rule for quota in mentor_quotas(policy, day) if _nearly_used_up(quota, counted)}
        out.extend(_limited(full, day, schedule.tzid))
    return out


def _limited(rules: Collection[str], day: date, tzid: str) -> list[Interval]:
    monday, first = day - timedelta(days=day.weekday()), day.replace(day=1)
    next_month = (first + timedelta(days=32)).replace(day=1)
    periods = (
        (QuotaRule.MENTOR_DAY, day, day + DAY),
        (QuotaRule.MENTOR_WEEK, monday, monday + timedelta(days=7)),
        (QuotaRule.MENTOR_MONTH, first, next_month),
    )
    return [Interval(day_span(begin, tzid)[0], day_span(end, tzid)[0]) for rule, begin, end in periods if rule in rules]


def _clipped(span: Interval, whole: Interval) -> Interval:
    return Interval(max(span.start, whole.start), max(min(span.end, whole.end), whole.start))


def mentors_due(db: Session, *, now: datetime, limit: int = 100) -> Sequence[int]:
    """Returns the mentors whose openings are due for rewriting, longest due first."""
    due = select(MentorPolicy.member_id).where(MentorPolicy.openings_due_at <= now)
    return db.scalars(due.order_by(MentorPolicy.openings_due_at).limit(limit)).all()


def mentors_of_other_rules(db: Session, *, limit: int = 40) -> Taken[MentorPolicy]:
    """Locks mentors whose openings were made by older zone data."""
    return take_outdated(db, select(MentorPolicy).order_by(MentorPolicy.member_id), MentorPolicy.zone_data, limit=limit)
