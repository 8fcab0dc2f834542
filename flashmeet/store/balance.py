"""Supply and demand per theme, counted by the database: one statement a figure, however many members there are.

What was merged counts as the theme it became.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session

from flashmeet.domain.balance import WINDOW
from flashmeet.store.database import is_sqlite
from flashmeet.store.models import Booking, Member, MentorTheme, Opening, Theme, Unmet


@dataclass(frozen=True, slots=True)
class Supply:
    """Hours that can be booked within the window, and the first of them."""

    hours: int
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Demand:
    """Hours booked within the window, and the mentor who was asked for most of them."""

    booked: int
    busiest_id: int
    busiest_share: int


@dataclass(frozen=True, slots=True)
class Missed:
    """What came to nothing within the window, once a member and day; `asked` leaves out requests that expired."""

    unmet: int
    asked: int


def mentors_by_theme(session: Session) -> dict[int, int]:
    """Approved mentors of each theme."""
    query = (
        select(MentorTheme.theme_id, func.count())
        .join(Member, Member.id == MentorTheme.mentor_id)
        .where(Member.mentor, Member.approved, ~Member.suspended)
        .group_by(MentorTheme.theme_id)
    )
    return dict(session.execute(query).all())


def supply_by_theme(session: Session, *, now: datetime) -> dict[int, Supply]:
    """Starts of one mentor within one clock hour are one hour: at most one of them can be booked."""
    hour = _hour_of(session)
    hours = (
        select(Opening.theme_id, func.min(Opening.starts_at).label("first_at"))
        .where(
            Opening.starts_at >= now,
            Opening.starts_at < now + WINDOW,
            Opening.opens_at <= now,
            Opening.closes_at >= now,
        )
        .group_by(Opening.theme_id, Opening.mentor_id, hour)
        .subquery()
    )
    query = select(hours.c.theme_id, func.count(), func.min(hours.c.first_at)).group_by(hours.c.theme_id)
    return {theme_id: Supply(count, first_at) for theme_id, count, first_at in session.execute(query)}


def _hour_of(session: Session) -> ColumnElement[object]:
    """The clock hour, in UTC, that a start falls into."""
    if is_sqlite(session):
        return func.strftime("%Y%m%d%H", Opening.starts_at)
    return func.date_trunc("hour", Opening.starts_at)


def demand_by_theme(session: Session, *, now: datetime) -> dict[int, Demand]:
    """Bookings made within the window, whatever became of them."""
    theme_id = func.coalesce(Theme.merged_into_id, Theme.id)
    asked = (
        select(theme_id.label("theme_id"), Booking.mentor_id, func.count().label("asked"))
        .join(Theme, Theme.id == Booking.theme_id)
        .where(Booking.created_at > now - WINDOW, Booking.created_at <= now)
        .group_by(theme_id, Booking.mentor_id)
        .subquery()
    )
    of_the_theme = asked.c.theme_id
    ranked = select(
        asked,
        func.sum(asked.c.asked).over(partition_by=of_the_theme).label("booked"),
        func.row_number()
        .over(partition_by=of_the_theme, order_by=(asked.c.asked.desc(), asked.c.mentor_id))
        .label("place"),
    ).subquery()
    query = select(ranked.c.theme_id, ranked.c.booked, ranked.c.mentor_id, ranked.c.asked).where(ranked.c.place == 1)
    return {row[0]: Demand(int(row[1]), row[2], row[3]) for row in session.execute(query)}


def missed_by_theme(session: Session, *, now: datetime) -> dict[int, Missed]:
    asked = func.count(case((Unmet.cause != "expired", 1)))
    within = and_(Unmet.at > now - WINDOW, Unmet.at <= now)
    query = select(Unmet.theme_id, func.count(), asked).where(within).group_by(Unmet.theme_id)
    return {theme_id: Missed(unmet, others) for theme_id, unmet, others in session.execute(query)}
