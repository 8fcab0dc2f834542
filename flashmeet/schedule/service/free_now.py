"""A mentor's hours at short notice: two opened by one tap, or those of every day by a switch."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from flashmeet.core.database.prepared import prepared
from flashmeet.core.errors import MentorAway, NotFound
from flashmeet.core.intervals import Interval
from flashmeet.core.settings.service import network_settings
from flashmeet.identity.models import Member
from flashmeet.people.service.terms import require_terms
from flashmeet.schedule.models import MentorPolicy, Opening
from flashmeet.schedule.queries.openings import ALL_THEMES
from flashmeet.schedule.queries.schedules import read_schedule, write_schedule
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.free_now import LASTS, SHORT_NOTICE, free_now_window, is_free_now, takes_short_notice
from flashmeet.schedule.service.leave import leave_now
from flashmeet.schedule.service.openings import refresh_openings


def begin_free_now(db: Session, member: Member, *, now: datetime) -> Interval:
    """Opens the two hours, which the mentor's own limits may leave without a start. A second tap begins them anew.

    Raises TermsRequired, NotFound for who gives no hours, MentorAway, TooLateTonight.
    """
    require_terms(db, member, now=now)
    if not member.bookable:
        raise NotFound
    leave = leave_now(db, member, now=now)
    if leave is not None or member.paused(now):
        raise MentorAway(leave.last if leave else None)
    schedule = _stored(db, member)
    window = free_now_window(now, schedule.tzid)
    _write(db, member, window, now=now)
    return window


def end_free_now(db: Session, member: Member, *, now: datetime) -> None:
    """Ends them; hours that were booked in them stand."""
    if db.get(MentorPolicy, member.id) is not None:
        _write(db, member, None, now=now)


def take_short_notice(db: Session, member: Member, taken: bool, *, now: datetime) -> None:
    """Lets hours of the mentor's week be booked within two hours, or no longer: then the notice is what it was before,
    or the network's, two hours at least. Hours that were booked stand. Raises TermsRequired, NotFound for who gives
    none.
    """
    require_terms(db, member, now=now)
    if not member.bookable:
        raise NotFound
    schedule = _stored(db, member)
    if takes_short_notice(schedule.policy) == taken:
        return
    stored = db.get_one(MentorPolicy, member.id, with_for_update=True, populate_existing=True)
    if taken:
        stored.usual_notice_minutes, stored.notice_minutes = stored.notice_minutes, SHORT_NOTICE
    else:
        usual = stored.usual_notice_minutes or network_settings(db).policy.notice_minutes
        stored.notice_minutes = max(usual, int(LASTS.total_seconds()) // 60)
    db.flush()
    refresh_openings(db, member.id, now=now)


@prepared
def short_notice_of(member_id: int) -> Select[int]:
    """Selects the mentor where they may be booked within two hours on any day."""
    minutes = int(LASTS.total_seconds()) // 60
    query = select(MentorPolicy.member_id).where(MentorPolicy.member_id == member_id)
    return query.where(MentorPolicy.notice_minutes < minutes)


def free_now_of(db: Session, member: Member, *, now: datetime) -> Interval | None:
    """Returns the mentor's two hours while they can be booked."""
    schedule = read_schedule(db, member.id)
    return schedule.free_now if schedule is not None and is_free_now(schedule, now=now) else None


@prepared
def free_now_until(member_id: int, at: datetime) -> Select[datetime | None]:
    """Selects when the mentor's two hours end, where they are not over."""
    query = select(MentorPolicy.free_now_until).where(MentorPolicy.member_id == member_id)
    return query.where(MentorPolicy.free_now_until > at)


def open_soon(db: Session, member: Member, window: Interval, *, now: datetime) -> int:
    """Returns how many starts are open in it: none where limits, a calendar or other hours leave none."""
    query = select(func.count()).select_from(Opening)
    return (
        db.scalar(
            query.where(
                Opening.mentor_id == member.id,
                Opening.theme_id == ALL_THEMES,
                Opening.starts_at >= window.start,
                Opening.starts_at < window.end,
                Opening.closes_at >= now,
            )
        )
        or 0
    )


def _stored(db: Session, member: Member) -> Schedule:
    """Returns the mentor's schedule; one without hours, of the network's policy, where nothing was stored."""
    found = read_schedule(db, member.id)
    if found is not None:
        return found
    policy = network_settings(db).policy
    write_schedule(db, member.id, tzid=member.tzid, rules=(), overrides=(), policy=policy)
    return Schedule(member.tzid, policy)


def _write(db: Session, member: Member, window: Interval | None, *, now: datetime) -> None:
    stored = db.get_one(MentorPolicy, member.id, with_for_update=True, populate_existing=True)
    stored.free_now_from, stored.free_now_until = (window.start, window.end) if window else (None, None)
    db.flush()
    refresh_openings(db, member.id, now=now)
