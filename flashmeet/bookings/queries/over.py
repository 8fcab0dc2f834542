"""Bookings that are over. Each query takes a constant number of statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, case, func, or_, select, union_all
from sqlalchemy.orm import Session, lazyload

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.core.database.lists import among
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.intervals import Interval
from flashmeet.schedule.rules.booked_hour import STANDING_BOOKING, Mode
from flashmeet.schedule.rules.booking_facts import Format, Relation
from flashmeet.themes.models import Theme
from flashmeet.themes.queries import today_of


@dataclass(frozen=True, slots=True)
class Over:
    """A booking that was agreed, was not cancelled and has ended. A merged theme is given as the one it was merged
    into. `worked` is the time that counts: for a day, its hours without breaks and nights."""

    id: int
    mentor_id: int
    mentee_id: int
    theme_id: int
    starts_at: datetime
    ends_at: datetime
    mode: Mode
    format: Format
    relation: Relation | None
    worked: timedelta


def over_between(db: Session, span: Interval, *, now: datetime, people: Collection[int] | None) -> Sequence[Over]:
    """Returns the bookings that began within the span and have ended, of these people or of all."""
    columns = (
        Booking.id,
        Booking.mentor_id,
        Booking.mentee_id,
        today_of(Theme),
        Booking.starts_at,
        Booking.ends_at,
        Booking.mode,
        Booking.format,
        Booking.relation,
    )
    query = (
        select(*columns, DayOffer)
        .join(Theme, Theme.id == Booking.theme_id)
        .outerjoin(DayOffer, DayOffer.id == Booking.day_offer_id)
        .options(lazyload(DayOffer.mentor), lazyload(DayOffer.theme))
        .where(Booking.id.in_(ids_over(span, now, people)))
    )
    rows = db.execute(query.order_by(Booking.starts_at, Booking.id))
    return [Over(*[*facts, _worked(facts[4], facts[5], day)]) for *facts, day in rows]


def _worked(starts_at: datetime, ends_at: datetime, day: DayOffer | None) -> timedelta:
    return day.plan.worked if day else ends_at - starts_at


def ids_over(span: Interval, now: datetime, people: Collection[int] | None) -> Select[int]:
    """Selects the same bookings by id."""
    query = _stood(select(Booking.id), span, now)
    if people is None:
        return query
    return query.where(or_(among(Booking.mentor_id, people), among(Booking.mentee_id, people)))


def _stood(query: Select[int], span: Interval, now: datetime) -> Select[int]:
    return query.where(
        Booking.starts_at >= span.start,
        Booking.starts_at < span.end,
        Booking.ends_at <= now,
        Booking.status.in_(STANDING_BOOKING),
    )


def stood_by_member(db: Session, span: Interval, *, now: datetime, people: Collection[int]) -> Mapping[int, int]:
    """Counts the same bookings for each of these people; those without any are left out."""
    sides = union_all(
        *(
            _stood(select(side.label("member_id")), span, now).where(among(side, people))
            for side in (Booking.mentor_id, Booking.mentee_id)
        )
    ).subquery()
    query = select(sides.c.member_id, func.count()).group_by(sides.c.member_id)
    return dict(db.execute(query).all())


def count_given(
    db: Session, mentors: Collection[int], theme_id: int | None, span: Interval, given: dict[int, int]
) -> None:
    """Adds to `given`, by mentor, how many bookings on the theme, or on any, that stand begin within the span."""
    for mentor_id, of_it, count in columns(db, *_given(mentors, theme_id or 0, span.start, span.end)):
        given[mentor_id] = given.get(mentor_id, 0) + (count if theme_id is None else of_it)


@prepared
def _given(mentors: Collection[int], theme_id: int, start: datetime, end: datetime) -> Select[int, int, int]:
    of_it = func.count(case((Booking.theme_id == theme_id, 1)))
    query = select(Booking.mentor_id, of_it, func.count()).where(among(Booking.mentor_id, mentors))
    within = query.where(Booking.starts_at >= start, Booking.starts_at < end, Booking.status.in_(STANDING_BOOKING))
    return within.group_by(Booking.mentor_id)
