"""The network at a glance: all figures are counted by the database, in a constant number of statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import SQLColumnExpression, case, exists, func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.kept import found_already
from flashmeet.core.zones import day_span, local_date
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.messages.service.outbox_figures import OutboxFigures, outbox_figures
from flashmeet.schedule.models import Leave, MentorPolicy, Opening
from flashmeet.setup.queries import People, idle_counted, open_now, people_counted, without_hours

UNDELIVERED = (OutboxState.REFUSED, OutboxState.PARKED, OutboxState.UNKNOWN)
MOST_IDLE, MOST_UNDELIVERED = 20, 20
LATE = timedelta(minutes=2)
"""A running worker leases a due message within seconds."""


@dataclass(frozen=True, slots=True)
class IdleMentor:
    """An approved mentor with no open hour in 28 days. `silent`: never entered any hours; `away_until`: on leave."""

    member: Member
    silent: bool
    away_until: date | None


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message that did not reach its recipient, with the reason as far as known."""

    message: OutboxMessage
    recipient: Member


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    people: People
    idle: Sequence[IdleMentor]
    idle_count: int
    week: Mapping[str, int]
    undelivered: Sequence[Undelivered]
    undelivered_count: int
    outbox: OutboxFigures

    @property
    def worker_sleeps(self) -> bool:
        return self.late > LATE

    @property
    def late(self) -> timedelta:
        """Returns how long the oldest due message has waited for our worker."""
        return self.outbox.late_here


def overview(db: Session, *, tzid: str, now: datetime) -> Overview:
    """Returns the overview at `now`; the week is the one in `tzid`."""
    idle, idle_count = idle_mentors(db, now=now, tzid=tzid)
    undelivered, undelivered_count = _undelivered(db)
    return Overview(
        people=people_counted(db, now),
        idle=idle,
        idle_count=idle_count,
        week=_week(db, tzid=tzid, now=now),
        undelivered=undelivered,
        undelivered_count=undelivered_count,
        outbox=outbox_figures(db, now=now),
    )


def open_hours_of(db: Session, mentor_id: int, *, now: datetime) -> int:
    """Returns how many hours of this mentor can be booked within 28 days."""
    query = select(func.count()).select_from(Opening).where(Opening.mentor_id == mentor_id, *open_now(now))
    return db.scalar(query) or 0


def idle_mentors(db: Session, *, tzid: str, now: datetime, limit: int = MOST_IDLE) -> tuple[Sequence[IdleMentor], int]:
    """Returns approved mentors with no open hour in 28 days, those without a schedule first, and their number."""
    today = local_date(now, tzid)
    leave = select(func.max(Leave.last)).where(Leave.member_id == Member.id, *_covers(today))
    away_until = leave.correlate(Member).scalar_subquery()
    silent = MentorPolicy.member_id.is_(None)
    order = (~silent, Member.sort_name, Member.id)
    idle = (
        select(
            Member.id,
            away_until.label("away_until"),
            func.count().over().label("every"),
            func.count(case((away_until.is_(None), 1))).over().label("here"),
        )
        .outerjoin(MentorPolicy, MentorPolicy.member_id == Member.id)
        .where(*without_hours(now))
        .order_by(*order)
        .limit(limit)
        .subquery()
    )
    query = (
        select(Member, silent, idle.c.away_until, idle.c.every, idle.c.here)
        .join(idle, idle.c.id == Member.id)
        .outerjoin(MentorPolicy, MentorPolicy.member_id == Member.id)
        .order_by(*order)
    )
    rows = db.execute(query).all()
    every, here = (rows[0].every, rows[0].here) if rows else (0, 0)
    found_already(db, idle_counted, now, found=every)
    found_already(db, idle_here, today, now, found=here)
    return [IdleMentor(member, said_nothing, away) for member, said_nothing, away, *_ in rows], every


def idle_here(db: Session, today: date, now: datetime) -> int:
    """Counts mentors with no open hour who are not on leave."""
    return db.scalar(select(func.count()).select_from(Member).where(*without_hours(now), ~on_leave(today))) or 0


def idle_of(db: Session, theme_id: int, *, now: datetime, limit: int) -> Sequence[int]:
    """Returns the theme's mentors whom nobody can book within 28 days."""
    offers = exists().where(MentorTheme.mentor_id == Member.id, MentorTheme.theme_id == theme_id)
    idle = select(Member.id).where(offers, *without_hours(now, theme_id))
    return db.scalars(idle.order_by(Member.id).limit(limit)).all()


def on_leave(today: date) -> SQLColumnExpression[bool]:
    """Selects members who are on leave on that day."""
    return exists().where(Leave.member_id == Member.id, *_covers(today))


def _covers(today: date) -> tuple[SQLColumnExpression[bool], ...]:
    return (Leave.first <= today, Leave.last >= today)


def _week(db: Session, *, tzid: str, now: datetime) -> dict[str, int]:
    """Returns the number of bookings of this ISO week by status."""
    today = local_date(now, tzid)
    monday = today - timedelta(days=today.weekday())
    start, end = day_span(monday, tzid)[0], day_span(monday + timedelta(days=7), tzid)[0]
    query = select(Booking.status, func.count()).where(Booking.starts_at >= start, Booking.starts_at < end)
    return dict(db.execute(query.group_by(Booking.status)).all())


def _undelivered(db: Session) -> tuple[list[Undelivered], int]:
    lost = OutboxMessage.state.in_(UNDELIVERED)
    query = select(OutboxMessage, Member).join(Member, Member.id == OutboxMessage.recipient_id).where(lost)
    rows = db.execute(query.order_by(OutboxMessage.id.desc()).limit(MOST_UNDELIVERED))
    counted = db.scalar(select(func.count()).select_from(OutboxMessage).where(lost))
    return [Undelivered(message, member) for message, member in rows], counted or 0
