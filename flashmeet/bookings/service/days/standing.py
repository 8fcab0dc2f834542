"""Whether an offered day can still be asked for, and if not, why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.rules.days import NOTICE, DayStanding
from flashmeet.core.errors import NotFound
from flashmeet.core.zones import local_date
from flashmeet.identity.models import MentorTheme
from flashmeet.people.queries import terms_hide_hours
from flashmeet.schedule.queries.calendars import busy
from flashmeet.schedule.queries.claims import taken
from flashmeet.schedule.queries.quotas import counts_of
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.booked_hour import BookingStatus, claimed_by_mentor
from flashmeet.schedule.rules.quotas import mentor_quotas
from flashmeet.schedule.service.availability import schedule_or_empty


def standing_of(db: Session, offer: DayOffer, *, now: datetime) -> DayStanding:
    """Returns the first standing that applies."""
    if offer.withdrawn_at is not None:
        return DayStanding.WITHDRAWN
    held = db.scalars(select(Booking.status).where(Booking.day_offer_id == offer.id, is_held())).all()
    if held:
        return (
            DayStanding.ASKED
            if BookingStatus.PENDING in held
            else DayStanding.WITHDRAWN
            if BookingStatus.CANCELLED in held
            else DayStanding.TAKEN
        )
    if offer.starts_at < now + NOTICE:
        return DayStanding.LATE
    schedule = schedule_or_empty(db, offer.mentor)
    if _is_away(db, offer, schedule, now=now):
        return DayStanding.AWAY
    if _is_full(db, offer, schedule):
        return DayStanding.FULL
    return DayStanding.ELSEWHERE if _mentor_is_busy(db, offer, schedule) else DayStanding.OPEN


def is_held() -> ColumnElement[bool]:
    """Selects bookings that block the day: pending, agreed, or agreed and then cancelled by the mentor."""
    given_up = (
        (Booking.status == BookingStatus.CANCELLED)
        & (Booking.sequence > 0)
        & (Booking.cancelled_by_id == Booking.mentor_id)
    )
    return Booking.status.in_((BookingStatus.PENDING, BookingStatus.CONFIRMED, BookingStatus.COMPLETED)) | given_up


def _is_away(db: Session, offer: DayOffer, schedule: Schedule, *, now: datetime) -> bool:
    mentor = offer.mentor
    if not mentor.available(now) or not offer.theme.active:
        return True
    if db.get(MentorTheme, (mentor.id, offer.theme_id)) is None or terms_hide_hours(db, mentor.id, now=now):
        return True
    return any(leave.first <= day <= leave.last for leave in schedule.leaves for day in offer.plan.dates)


def _is_full(db: Session, offer: DayOffer, schedule: Schedule) -> bool:
    """Whether the mentor's limits are reached. A day counts as one booking, on the date it begins."""
    given = counts_of(db, offer.mentor_id)
    quotas = mentor_quotas(schedule.policy, local_date(offer.starts_at, schedule.tzid))
    return any(given.get(quota.period, 0) >= quota.limit for quota in quotas)


def _mentor_is_busy(db: Session, offer: DayOffer, schedule: Schedule) -> bool:
    policy = schedule.policy
    span = claimed_by_mentor(offer.starts_at, offer.ends_at, before=policy.buffer_before, after=policy.buffer_after)
    return bool(taken(db, offer.mentor_id, span) or busy(db, offer.mentor_id, span))


def locked_day(db: Session, day_id: int) -> DayOffer:
    """Returns the day, locked against others who ask for it or change it. Raises NotFound."""
    offer = db.get(DayOffer, day_id, with_for_update={"of": DayOffer}, populate_existing=True)
    if offer is None:
        raise NotFound
    return offer
