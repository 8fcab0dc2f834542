"""Reliability by person: hours that took place, late cancellations, and no-shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, union_all
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import NoShow
from flashmeet.bookings.rules.outcomes import AbsenceState
from flashmeet.bookings.rules.reliability import COUNTS_FOR, LOOKS_BACK, absence_from, is_late_cancel
from flashmeet.core.database.lists import among
from flashmeet.core.errors import PausedByNetwork
from flashmeet.core.settings.entries import LATE_CANCEL_HOURS, NO_SHOW_MINUTES
from flashmeet.core.settings.service import setting
from flashmeet.identity.models import Member
from flashmeet.people.queries import paused_one
from flashmeet.schedule.rules.booked_hour import BookingStatus, SeatRole


@dataclass(frozen=True, slots=True)
class Promises:
    """Hours that took place in the last 90 days, and those that this person cancelled late."""

    kept: int = 0
    late: int = 0


def promises_of(db: Session, member_ids: Collection[int], *, now: datetime) -> Mapping[int, Promises]:
    """Returns promises by member, without members who have neither. Takes a constant number of statements."""
    kept, late = _kept(db, member_ids, now=now), _late(db, member_ids, now=now)
    return {member_id: Promises(kept[member_id], late[member_id]) for member_id in {*kept, *late}}


def _kept(db: Session, member_ids: Collection[int], *, now: datetime) -> Counter[int]:
    """Counts completed hours, for both of their people."""
    rows = union_all(
        *(
            select(side.label("member_id")).where(
                among(side, member_ids), Booking.status == BookingStatus.COMPLETED, Booking.starts_at > now - LOOKS_BACK
            )
            for side in (Booking.mentor_id, Booking.mentee_id)
        )
    ).subquery()
    query = select(rows.c.member_id, func.count()).group_by(rows.c.member_id)
    return Counter(dict(db.execute(query).all()))


def _late(db: Session, member_ids: Collection[int], *, now: datetime) -> Counter[int]:
    """Counts late cancellations. A request that was never agreed is left out (its sequence was never raised), and so is
    an hour that its mentor solved in writing."""
    hours = setting(db, LATE_CANCEL_HOURS)
    query = union_all(
        *(
            select(side, Booking.starts_at, Booking.cancelled_at).where(
                among(side, member_ids),
                side == Booking.cancelled_by_id,
                Booking.status == BookingStatus.CANCELLED,
                Booking.sequence > 0,
                Booking.solved_at.is_(None),
                Booking.starts_at > now - LOOKS_BACK,
            )
            for side in (Booking.mentor_id, Booking.mentee_id)
        )
    )
    return Counter(
        member_id
        for member_id, starts_at, cancelled_at in db.execute(query)
        if cancelled_at is not None and is_late_cancel(cancelled_at, starts_at=starts_at, hours=hours)
    )


def late_hours(db: Session, booking: Booking, *, now: datetime) -> int | None:
    """Returns the notice period in hours if cancelling now is late; None if it is in time, or nothing is agreed."""
    hours = setting(db, LATE_CANCEL_HOURS)
    agreed = booking.status == BookingStatus.CONFIRMED
    return hours if agreed and is_late_cancel(now, starts_at=booking.starts_at, hours=hours) else None


def absence_sayable_from(db: Session, booking: Booking) -> datetime:
    """Returns when the two may start to report an absence."""
    return absence_from(booking.starts_at, minutes=setting(db, NO_SHOW_MINUTES))


def says_until(ends_at: datetime) -> datetime:
    """Returns until when, exclusive, an absence may be reported."""
    return ends_at + SAYABLE_FOR


def absence_sayable(db: Session, booking: Booking, *, now: datetime) -> bool:
    """Whether one of the two may report now that the other did not come."""
    return absence_sayable_from(db, booking) <= now < says_until(booking.ends_at)


SAYABLE_FOR = timedelta(days=7)
"""How long after its end an absence from a booking can be reported."""


def no_shows_of(db: Session, member_ids: Collection[int], now: datetime) -> Mapping[int, int]:
    """Returns standing no-shows of the last 90 days by member, without members who have none. One statement."""
    query = select(NoShow.about_id, func.count()).where(among(NoShow.about_id, member_ids), *counting(now))
    return dict(db.execute(query.group_by(NoShow.about_id)).all())


def standing_as(db: Session, member_id: int, role: SeatRole, *, now: datetime) -> int:
    """Returns the same number for one member, in bookings where they had that role."""
    query = select(func.count()).where(NoShow.about_id == member_id, NoShow.role == role, *counting(now))
    return db.scalar(query) or 0


def counting(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Returns the conditions under which a no-show counts."""
    return (NoShow.state == AbsenceState.STANDING, NoShow.starts_at > now - COUNTS_FOR)


def is_paused(db: Session, member_id: int) -> bool:
    """Whether bookings are paused until an administrator has talked to them."""
    return bool(db.scalar(select(paused_one(member_id))))


def require_not_paused(db: Session, mentee: Member) -> None:
    """Refuses a mentee whose bookings are paused. Raises PausedByNetwork."""
    if is_paused(db, mentee.id):
        raise PausedByNetwork
