"""Bookings whose zone has other rules than when they were agreed: the wall time that was agreed on stands."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.rules.messages import CLOCKS_CHANGED
from flashmeet.bookings.service.end import raise_sequence
from flashmeet.bookings.service.events import mentor_asked
from flashmeet.bookings.service.messages.invites import announce_rederived
from flashmeet.bookings.service.messages.mailing import tell
from flashmeet.bookings.service.messages.payloads import payload_for
from flashmeet.bookings.service.messages.reminders import follow_booking
from flashmeet.core.database.zone_versions import Behind, take_outdated
from flashmeet.core.errors import Refusal
from flashmeet.core.intervals import Interval
from flashmeet.core.zones import data_version, instant_of_wall, wall_of
from flashmeet.schedule.models import Holder
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING, BookingStatus
from flashmeet.schedule.rules.zone_moves import move_in_turn
from flashmeet.schedule.service.claims import agreed_hour, take_agreed, take_hour

AT_ONCE = 50
"""Each may move, which writes claims, openings and messages."""


def follow_zone_data(db: Session, *, now: datetime) -> Behind:
    """Derives some of the coming bookings again from what was agreed, where zone data is newer than theirs.

    The zone in which the hour was agreed rules, the mentor's: where its clocks moved, the booking moves with them, and
    both are told once. Where only the mentee's clocks moved, or the new time is not free, it stays; both are told, and
    the mentor keeps or moves it. A whole day follows its date and the hours on the clock of the zone it was offered in.
    """
    query = select(Booking).where(_coming(now)).order_by(Booking.starts_at, Booking.id)
    taken = take_outdated(db, query, Booking.zone_data, limit=AT_ONCE)
    bookings = taken.rows
    moving = [each for each in bookings if _agreed(each) != Interval(each.starts_at, each.ends_at)]
    stuck = move_in_turn(moving, lambda each: _is_moved(db, each, now=now))
    for booking in bookings:
        shifted = booking in stuck or (booking not in moving and _mentees_clock_moved(booking))
        booking.mentee_wall = wall_of(booking.starts_at, booking.mentee_tzid) if booking.mentee_wall else ""
        booking.zone_data = data_version()
        if booking.status != BookingStatus.CONFIRMED:
            continue
        if booking in stuck or booking not in moving:
            follow_booking(db, booking, now=now)
        if shifted:
            for member in (booking.mentor, booking.mentee):
                tell(db, booking, member, CLOCKS_CHANGED.saying(payload_for(booking, member)), now=now)
    db.flush()
    return taken.behind


def _coming(now: datetime) -> ColumnElement[bool]:
    return and_(Booking.status.in_(LIVE_BOOKING), Booking.starts_at > now)


def _agreed(booking: Booking) -> Interval:
    if booking.day is not None:
        return booking.day.plan.interval
    starts_at = instant_of_wall(booking.agreed_wall, booking.agreed_tzid, at=booking.starts_at)
    return Interval(starts_at, starts_at + (booking.ends_at - booking.starts_at))


def follow_offered_days(db: Session, *, now: datetime) -> Behind:
    """Derives again some of the days that mentors offer; one that is asked for or agreed goes with its booking."""
    coming = select(DayOffer).where(DayOffer.withdrawn_at.is_(None), DayOffer.ends_at > now)
    taken = take_outdated(db, coming.order_by(DayOffer.ends_at, DayOffer.id), DayOffer.zone_data, limit=AT_ONCE)
    booked = select(Booking.day_offer_id).where(
        Booking.day_offer_id.in_([offer.id for offer in taken.rows]), Booking.status.in_(LIVE_BOOKING)
    )
    asked_for = set(db.scalars(booked)) if taken.rows else set()
    for offer in taken.rows:
        if offer.id not in asked_for:
            offer.starts_at, offer.ends_at = offer.plan.interval.start, offer.plan.interval.end
        offer.zone_data = data_version()
    db.flush()
    return taken.behind


def _mentees_clock_moved(booking: Booking) -> bool:
    return instant_of_wall(booking.mentee_wall, booking.mentee_tzid, at=booking.starts_at) != booking.starts_at


def _is_moved(db: Session, booking: Booking, *, now: datetime) -> bool:
    """Moves the booking; False where the new time cannot be taken, and nothing has changed."""
    try:
        with db.begin_nested():
            _move(db, booking, now=now)
    except Refusal:
        return False
    return True


def _move(db: Session, booking: Booking, *, now: datetime) -> None:
    previous, agreed = booking.starts_at, _agreed(booking)
    mentor, mentee = booking.mentor, booking.mentee
    minutes = round((agreed.end - agreed.start).total_seconds() / 60)
    hour = agreed_hour(db, mentor=mentor, mentee=mentee, starts_at=agreed.start, minutes=minutes, now=now)
    holder = db.scalars(select(Holder).where(Holder.booking_id == booking.id).with_for_update()).one()
    waits = booking.status == BookingStatus.PENDING
    if waits:
        take_hour(db, holder, hour, you=mentor, now=now, waits=True)
    else:
        take_agreed(db, holder, hour, you=mentor, now=now)
    booking.starts_at, booking.ends_at = hour.starts_at, hour.ends_at
    if booking.day is not None:
        booking.day.starts_at, booking.day.ends_at = hour.starts_at, hour.ends_at
    booking.buffer_before, booking.buffer_after = hour.schedule.policy.buffer_before, hour.schedule.policy.buffer_after
    if waits:
        due = booking.answer_due_at or hour.starts_at
        booking.answer_due_at = holder.expires_at = min(due, hour.starts_at)
        db.flush()
        mentor_asked(db, booking, now)
        return
    raise_sequence(booking, now=now)
    booking.agreed_sequence = booking.sequence
    db.flush()
    announce_rederived(db, booking, previous=previous, now=now)
