"""Reads a member's bookings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CompoundSelect, Select, and_, or_, select, union_all
from sqlalchemy.orm import Session, selectinload

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.queries.people import of_member
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.errors import NotFound
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING, BookingStatus
from flashmeet.themes.models import Theme, ThemeChoice, UnmetNeed
from flashmeet.themes.service import KnownTheme, known_theme, known_theme_id


def _of(member_id: int) -> Select[Booking]:
    return select(Booking).where(of_member(member_id))


def booking_of(db: Session, member: Member, booking_id: int) -> Booking:
    """Returns a booking of that member's. Raises NotFound, also for other people's bookings."""
    booking = db.get(Booking, booking_id)
    if booking is None or member.id not in (booking.mentor_id, booking.mentee_id):
        raise NotFound
    return booking


def bookings_of(
    db: Session,
    member: Member,
    *,
    status: BookingStatus | None = None,
    after_id: int | None = None,
    limit: int = 50,
) -> Sequence[Booking]:
    """Returns the member's bookings in order of creation; `after_id` continues after a page."""
    query = _of(member.id).options(selectinload(Booking.seats)).order_by(Booking.id).limit(limit)
    if status is not None:
        query = query.where(Booking.status == status)
    if after_id is not None:
        query = query.where(Booking.id > after_id)
    return db.scalars(query).all()


def coming_bookings(db: Session, member: Member, *, now: datetime) -> Sequence[Booking]:
    """Returns pending and confirmed bookings that have not ended, soonest first."""
    return db.scalars(*bookings_to_come(member.id, now)).all()


@prepared
def bookings_to_come(member_id: int, now: datetime) -> Select[Booking]:
    live = _of(member_id).where(Booking.status.in_(LIVE_BOOKING), Booking.ends_at > now)
    return live.order_by(Booking.starts_at, Booking.id)


def past_bookings(
    db: Session, member: Member, *, now: datetime, limit: int = 20, before: tuple[datetime, int] | None = None
) -> Sequence[Booking]:
    """Returns ended and cancelled bookings, latest first; `before`, start and id, continues after a page."""
    if before is None:
        return db.scalars(*bookings_over(member.id, now, limit)).all()
    return db.scalars(*_past_before(member.id, now, limit, *before)).all()


@prepared
def bookings_over(member_id: int, now: datetime, most: int) -> Select[Booking]:
    return _over(member_id, now).limit(most)


@prepared
def _past_before(member_id: int, now: datetime, most: int, starts_at: datetime, last_id: int) -> Select[Booking]:
    earlier = and_(Booking.starts_at == starts_at, Booking.id < last_id)
    return _over(member_id, now).where(or_(Booking.starts_at < starts_at, earlier)).limit(most)


def _over(member_id: int, now: datetime) -> Select[Booking]:
    over = or_(Booking.status.in_((BookingStatus.CANCELLED, BookingStatus.COMPLETED)), Booking.ends_at <= now)
    return _of(member_id).where(over).order_by(Booking.starts_at.desc(), Booking.id.desc())


def booking_at(db: Session, mentee: Member, *, mentor_id: int, starts_at: datetime) -> Booking | None:
    """Returns the live booking that this mentee already has of that hour."""
    query = select(Booking).where(
        Booking.mentee_id == mentee.id,
        Booking.mentor_id == mentor_id,
        Booking.starts_at == starts_at,
        Booking.status.in_(LIVE_BOOKING),
    )
    return db.scalars(query.limit(1)).first()


@dataclass(frozen=True, slots=True)
class LookedFor:
    """What a member looked for last: the theme, and their words for it, as far as they are known."""

    theme: KnownTheme | None = None
    need: str = ""


def looked_for(db: Session, member: Member) -> LookedFor:
    """Returns the theme of the member's latest failed search or latest booking as a mentee, whichever is later."""
    latest = max(columns(db, *_looked_for(member.id)), key=lambda row: row[1], default=None)
    theme_id = known_theme_id(db, latest[0]) if latest else None
    theme = known_theme(db, theme_id) if theme_id else None
    return LookedFor(theme, latest[2] or "") if theme is not None and latest else LookedFor()


def current_theme(db: Session, member: Member) -> Theme | None:
    """Returns the theme of `looked_for`."""
    theme = looked_for(db, member).theme
    return db.get(Theme, theme.id) if theme else None


@prepared
def _looked_for(member_id: int) -> CompoundSelect[int, datetime, str | None]:
    missed, booked = _missed(member_id).subquery(), _booked(member_id).subquery()
    return union_all(select(*missed.c), select(*booked.c))


def _missed(member_id: int) -> Select[int, datetime, str | None]:
    chosen = (
        select(ThemeChoice.text)
        .where(ThemeChoice.member_id == UnmetNeed.member_id, ThemeChoice.theme_id == UnmetNeed.theme_id)
        .order_by(ThemeChoice.at.desc(), ThemeChoice.term)
        .limit(1)
        .scalar_subquery()
    )
    query = select(UnmetNeed.theme_id, UnmetNeed.at, chosen).where(UnmetNeed.member_id == member_id)
    return query.order_by(UnmetNeed.at.desc()).limit(1)


def _booked(member_id: int) -> Select[int, datetime, str]:
    query = select(Booking.theme_id, Booking.created_at, Booking.need).where(Booking.mentee_id == member_id)
    return query.order_by(Booking.created_at.desc()).limit(1)
