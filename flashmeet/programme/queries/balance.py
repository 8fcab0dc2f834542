"""Mentors and demand per theme, counted by the database: one statement a figure, however many members there are.

Supply has a file of its own (`schedule.queries.supply`). What was merged counts as the theme it became.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.identity.models.member import Member, MentorTheme
from flashmeet.schedule.rules.quotas import WINDOW
from flashmeet.themes.models.theme import Theme, Unmet


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
        .where(Member.bookable)
        .group_by(MentorTheme.theme_id)
    )
    return dict(session.execute(query).all())


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
