"""The gate of every way to an hour: booking, moving, choosing, offering, a series, a calendar's proposal, a day.

Whoever takes an hour for two people asks here first, and so does whoever lists hours: what is listed is accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, aliased

from flashmeet.core.errors import NotBookable, NotOffered, OnLeave
from flashmeet.core.zones import local_date
from flashmeet.identity.models import Member
from flashmeet.people.queries import is_blocked_between, terms_hide_hours
from flashmeet.schedule.models import Leave
from flashmeet.schedule.queries.schedules import hours_tzid
from flashmeet.schedule.rules.availability import LeavePeriod


def can_both_come(mentor_id: int, mentee_id: int) -> ColumnElement[bool]:
    """Whether the one may give an hour (a mentor, approved, not suspended) and the other is not suspended."""
    mentor, mentee = aliased(Member), aliased(Member)
    return and_(
        exists().where(mentor.id == mentor_id, mentor.bookable),
        exists().where(mentee.id == mentee_id, ~mentee.suspended),
    )


def require_can_meet(
    db: Session, mentor: Member, mentee: Member, *, starts_at: datetime, met: bool = False, now: datetime
) -> None:
    """Refuses an hour of a mentor who gives none, of a suspended mentee, and of two people who are kept apart.

    A mentor gives none who is suspended, not approved, or no mentor any more. `met` where it is known that nothing
    stands between the two. Raises NotBookable; NotOffered where they are apart, or the terms hide the mentor's hours.
    """
    if not mentor.bookable or mentee.suspended:
        raise NotBookable
    if (not met and is_blocked_between(db, mentor.id, mentee.id)) or terms_hide_hours(db, mentor.id, now=now):
        raise NotOffered(starts_at=starts_at)


def require_not_on_leave(db: Session, mentor: Member, starts_at: datetime) -> None:
    """Refuses an hour in the mentor's leave, or in their pause. Raises OnLeave."""
    if on_leave_at(db, mentor, [starts_at]):
        raise OnLeave(starts_at=starts_at)


def can_meet(db: Session, mentor: Member, mentee: Member, *, now: datetime) -> bool:
    """Like `require_can_meet`, for lists."""
    try:
        require_can_meet(db, mentor, mentee, starts_at=now, now=now)
    except (NotBookable, NotOffered):
        return False
    return True


def times_that_stand(
    db: Session, mentor: Member, mentee: Member, starts: Sequence[datetime], *, now: datetime
) -> list[datetime]:
    """Returns those of the times between two people that the gate lets through."""
    if not starts or not can_meet(db, mentor, mentee, now=now):
        return []
    away = on_leave_at(db, mentor, starts)
    return [each for each in starts if each not in away]


def on_leave_at(db: Session, mentor: Member, starts: Sequence[datetime]) -> set[datetime]:
    """Returns those of the times that fall into the mentor's leave."""
    leaves = db.execute(select(Leave.first, Leave.last).where(Leave.member_id == mentor.id)).all()
    return _in_days(db, mentor, starts, [(first, last) for first, last in leaves])


def falling_into(db: Session, mentor: Member, starts: Iterable[datetime], period: LeavePeriod) -> set[datetime]:
    """Returns those of the times that fall into one leave, taken already or about to be."""
    return _in_days(db, mentor, starts, [(period.first, period.last)])


def _in_days(
    db: Session, mentor: Member, starts: Iterable[datetime], periods: Sequence[tuple[date, date]]
) -> set[datetime]:
    tzid = hours_tzid(db, mentor)
    return {each for each in starts if any(first <= local_date(each, tzid) <= last for first, last in periods)}
