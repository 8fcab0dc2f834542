"""Asking for a day that a mentor offers. The first who asks holds it, until the mentor's answer or the deadline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.rules.days import NOTICE
from flashmeet.bookings.service.book import BookingRequest, announce_new, write_booking
from flashmeet.bookings.service.day_availability import schedule_for, standing_of
from flashmeet.bookings.service.days import locked_day
from flashmeet.bookings.service.end import end_expired
from flashmeet.bookings.service.holds import take_over_hold
from flashmeet.bookings.service.standing import require_not_paused
from flashmeet.core.errors import DayGone, NotFound, SlotTaken, TooLate, Yourself
from flashmeet.core.links import Links
from flashmeet.identity.models.member import Member
from flashmeet.people.queries.blocks import stands_between
from flashmeet.people.service.terms import require_terms
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING, NEED_CHARACTERS, checked_text
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.schedule.service.calendar_freshness import require_read
from flashmeet.schedule.service.claims import Hour, take_hour

NOTICE_MINUTES = round(NOTICE.total_seconds() / 60)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBrief:
    """What a mentee writes; `ask_for_day` checks it."""

    need: str
    good_hour: str = ""

    def checked(self) -> DayBrief:
        """Raises TooLong, Missing."""
        return DayBrief(
            need=checked_text("need", self.need, most=NEED_CHARACTERS, required=True),
            good_hour=checked_text("good_hour", self.good_hour, most=NEED_CHARACTERS),
        )


def ask_for_day(
    session: Session, mentee: Member, day_id: int, brief: DayBrief, *, links: Links, now: datetime
) -> Booking:
    """Holds the whole day for both and asks the mentor: a `pending` booking with format day.

    Raises, the first that applies: BadInput kinds, TermsRequired, PausedByNetwork, NotFound, Yourself, TooLate,
    DayGone, YouAreBusy, QuotaReached, CalendarUnavailable.
    """
    said = brief.checked()
    require_terms(session, mentee, now=now)
    require_not_paused(session, mentee)
    offer = locked_day(session, day_id)
    if not offer.mentor.bookable or stands_between(session, offer.mentor_id, mentee.id):
        raise NotFound
    if offer.mentor_id == mentee.id:
        raise Yourself
    hour = _whole(session, offer, mentee)
    end_expired(session, now=now, claiming=hour.wanted)
    _check_standing(session, offer, now=now)
    holder = take_over_hold(session, mentee, now=now)
    try:
        take_hour(session, holder, hour, you=mentee, now=now, waits=True)
    except SlotTaken as refusal:
        raise DayGone("elsewhere") from refusal
    require_read(session, offer.mentor_id, now=now)
    booking = write_booking(session, hour, _asked(offer, said), offer.theme, waits=True, links=links, now=now)
    booking.format, booking.day = Format.DAY, offer
    session.flush()
    announce_new(session, holder, booking, now=now)
    return booking


def _check_standing(session: Session, offer: DayOffer, *, now: datetime) -> None:
    """Raises TooLate, DayGone; limits and what else the mentor has are told by whoever takes the time."""
    standing = standing_of(session, offer, now=now)
    if standing == "late":
        raise TooLate(starts_at=offer.starts_at, notice_minutes=NOTICE_MINUTES)
    if standing in ("withdrawn", "asked", "taken", "away"):
        raise DayGone(standing)


def _whole(session: Session, offer: DayOffer, mentee: Member) -> Hour:
    """From its beginning to its end, breaks included: nothing else comes between."""
    length = offer.ends_at - offer.starts_at
    return Hour(
        mentor=offer.mentor,
        mentee=mentee,
        schedule=schedule_for(session, offer.mentor),
        starts_at=offer.starts_at,
        minutes=round(length.total_seconds() / 60),
    )


def _asked(offer: DayOffer, said: DayBrief) -> BookingRequest:
    return BookingRequest(
        mentor_id=offer.mentor_id,
        starts_at=offer.starts_at,
        theme=offer.theme_id,
        need=said.need,
        good_hour=said.good_hour,
        mode=offer.mode,
        place=offer.place,
    )


def day_seen(session: Session, member: Member, day_id: int) -> DayOffer:
    """A day as a member may see it: of a mentor who can be booked, or one that they have asked for. Raises NotFound."""
    offer = session.get(DayOffer, day_id)
    if offer is None or stands_between(session, offer.mentor_id, member.id):
        raise NotFound
    if offer.mentor_id != member.id and (not offer.mentor.bookable or offer.withdrawn_at is not None):
        raise NotFound
    return offer


def asked_by(session: Session, member: Member, day_id: int) -> Booking | None:
    """The booking by which this member has, or waits for, the day."""
    query = select(Booking).where(
        Booking.day_offer_id == day_id, Booking.mentee_id == member.id, Booking.status.in_(LIVE_BOOKING)
    )
    return session.scalars(query.limit(1)).first()
