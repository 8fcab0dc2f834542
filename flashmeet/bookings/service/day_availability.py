"""How a day that is offered stands, and which can be asked for: listed where asking would be taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.rules.days import NOTICE, Standing
from flashmeet.core.settings.queries import network_settings
from flashmeet.core.zones import local_date
from flashmeet.identity.models.member import Member, MentorTheme
from flashmeet.people.queries.blocks import apart
from flashmeet.people.queries.terms import hides
from flashmeet.schedule.queries.calendars import busy
from flashmeet.schedule.queries.claims import taken, used
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.rules.booked_hour import BookingStatus, claimed_by_mentor
from flashmeet.schedule.rules.quotas import mentor_quotas
from flashmeet.themes.models.theme import Theme

SHOWN, LOOKED_AT = 3, 12


def standing_of(session: Session, offer: DayOffer, *, now: datetime) -> Standing:
    """The first that applies, in the order of what the mentor can do about it."""
    if offer.withdrawn_at is not None:
        return "withdrawn"
    held = session.scalars(select(Booking.status).where(Booking.day_offer_id == offer.id, _holds())).all()
    if held:
        return "asked" if BookingStatus.PENDING in held else "withdrawn" if BookingStatus.CANCELLED in held else "taken"
    if offer.starts_at < now + NOTICE:
        return "late"
    schedule = schedule_for(session, offer.mentor)
    if _is_away(session, offer, schedule, now=now):
        return "away"
    if _is_full(session, offer, schedule):
        return "full"
    return "elsewhere" if _is_elsewhere(session, offer, schedule) else "open"


def _holds() -> ColumnElement[bool]:
    """A booking because of which nobody else can ask for the day: asked for, agreed, or cancelled by the mentor once
    it was agreed."""
    given_up = (
        (Booking.status == BookingStatus.CANCELLED)
        & (Booking.sequence > 0)
        & (Booking.cancelled_by_id == Booking.mentor_id)
    )
    return Booking.status.in_((BookingStatus.PENDING, BookingStatus.CONFIRMED, BookingStatus.COMPLETED)) | given_up


def schedule_for(session: Session, mentor: Member) -> Schedule:
    """What counts for the mentor's time: their own policy, or the network's."""
    return read_schedule(session, mentor.id) or Schedule(mentor.tzid, network_settings(session).policy)


def _is_away(session: Session, offer: DayOffer, schedule: Schedule, *, now: datetime) -> bool:
    mentor = offer.mentor
    if not mentor.available(now) or not offer.theme.active:
        return True
    if session.get(MentorTheme, (mentor.id, offer.theme_id)) is None or hides(session, mentor.id, now=now):
        return True
    return any(leave.first <= day <= leave.last for leave in schedule.leaves for day in offer.plan.dates)


def _is_full(session: Session, offer: DayOffer, schedule: Schedule) -> bool:
    """A day counts as one session, on the day that it begins."""
    given = used(session, offer.mentor_id)
    quotas = mentor_quotas(schedule.policy, local_date(offer.starts_at, schedule.tzid))
    return any(given.get(quota.period, 0) >= quota.limit for quota in quotas)


def _is_elsewhere(session: Session, offer: DayOffer, schedule: Schedule) -> bool:
    policy = schedule.policy
    span = claimed_by_mentor(offer.starts_at, offer.ends_at, before=policy.buffer_before, after=policy.buffer_after)
    return bool(taken(session, offer.mentor_id, span) or busy(session, offer.mentor_id, span))


def open_days(
    session: Session,
    viewer: Member,
    *,
    theme_id: int | None = None,
    mentor_id: int | None = None,
    now: datetime,
) -> Sequence[DayOffer]:
    """The next few days that the viewer can ask for, soonest first; of a theme, or of a mentor."""
    held = exists().where(Booking.day_offer_id == DayOffer.id, _holds())
    query = (
        select(DayOffer)
        .join(DayOffer.mentor)
        .join(DayOffer.theme)
        .where(DayOffer.withdrawn_at.is_(None), DayOffer.starts_at >= now + NOTICE, ~held)
        .where(~apart(viewer.id, DayOffer.mentor_id))
        .where(DayOffer.mentor_id != viewer.id, Member.bookable, Theme.active)
        .order_by(DayOffer.starts_at, DayOffer.id)
        .limit(LOOKED_AT)
    )
    if theme_id is not None:
        query = query.where(DayOffer.theme_id == theme_id)
    if mentor_id is not None:
        query = query.where(DayOffer.mentor_id == mentor_id)
    found = (each for each in session.scalars(query).unique() if standing_of(session, each, now=now) == "open")
    return [each for each, _ in zip(found, range(SHOWN), strict=False)]
