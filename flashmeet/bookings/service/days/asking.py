"""The offered days that a member can ask for, and asking for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import BigInteger, Select, bindparam, exists, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.rules.days import NOTICE, DayStanding
from flashmeet.bookings.service.book import BookingRequest, announce_new
from flashmeet.bookings.service.booking_rows import write_booking
from flashmeet.bookings.service.days.standing import is_held, locked_day, standing_of
from flashmeet.bookings.service.end import end_expired
from flashmeet.bookings.service.holds import take_over_hold
from flashmeet.bookings.service.reliability import require_not_paused
from flashmeet.core.database.prepared import Values
from flashmeet.core.errors import DayGone, NotFound, SlotTaken, TooLate, Yourself
from flashmeet.core.intervals import Interval
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.people.queries import are_separated, is_blocked_between
from flashmeet.people.service.launch import require_open
from flashmeet.people.service.terms import require_terms
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING, NEED_CHARACTERS, checked_text
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.schedule.service.availability import schedule_or_empty
from flashmeet.schedule.service.calendar_freshness import require_read
from flashmeet.schedule.service.claims import Hour, take_hour
from flashmeet.schedule.service.own_calendars import NOTHING
from flashmeet.schedule.service.own_time import own_time
from flashmeet.themes.models import Theme

DAYS_SHOWN, LOOKED_AT = 3, 12
NOTICE_MINUTES = round(NOTICE.total_seconds() / 60)


def open_days(
    db: Session,
    viewer: Member,
    *,
    theme_id: int | None = None,
    mentor_id: int | None = None,
    now: datetime,
) -> Sequence[DayOffer]:
    """Returns the next few days that the viewer can ask for and come to, soonest first; of a theme, or of a mentor."""
    asked = db.scalars(*days_to_ask_for(viewer.id, theme_id=theme_id, mentor_id=mentor_id, now=now)).unique().all()
    own = own_time(db, viewer.id, now=now) if asked else NOTHING
    free = (each for each in asked if not own.clash(Interval(each.starts_at, each.ends_at)))
    found = (each for each in free if standing_of(db, each, now=now) == DayStanding.OPEN)
    return [each for each, _ in zip(found, range(DAYS_SHOWN), strict=False)]


def days_to_ask_for(
    viewer_id: int, *, theme_id: int | None = None, mentor_id: int | None = None, now: datetime
) -> tuple[Select[DayOffer], Values]:
    """What `open_days` looks for, for a page that asks for several kinds at once (`any_rows`)."""
    values: Values = {"viewer_id": viewer_id, "soonest": now + NOTICE}
    if theme_id is not None:
        values["theme_id"] = theme_id
    if mentor_id is not None:
        values["mentor_id"] = mentor_id
    return _open_days(theme=theme_id is not None, mentor=mentor_id is not None), values


@cache
def _open_days(*, theme: bool, mentor: bool) -> Select[DayOffer]:
    """The statement of `open_days`, built once; whether somebody holds the day is asked for each."""
    held = exists().where(Booking.day_offer_id == DayOffer.id, is_held())
    viewer_id = bindparam("viewer_id", type_=BigInteger)
    query = (
        select(DayOffer)
        .join(DayOffer.mentor)
        .join(DayOffer.theme)
        .where(DayOffer.withdrawn_at.is_(None), DayOffer.starts_at >= bindparam("soonest"), ~held)
        .where(~are_separated(viewer_id, DayOffer.mentor_id))
        .where(DayOffer.mentor_id != viewer_id, Member.bookable, Theme.active)
        .order_by(DayOffer.starts_at, DayOffer.id)
        .limit(LOOKED_AT)
    )
    if theme:
        query = query.where(DayOffer.theme_id == bindparam("theme_id"))
    if mentor:
        query = query.where(DayOffer.mentor_id == bindparam("mentor_id"))
    return query


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBrief:
    """What a mentee writes when asking for a day; `ask_for_day` checks it."""

    need: str
    good_hour: str = ""

    def checked(self) -> DayBrief:
        """Returns the brief, cleaned. Raises TooLong, Missing."""
        return DayBrief(
            need=checked_text("need", self.need, most=NEED_CHARACTERS, required=True),
            good_hour=checked_text("good_hour", self.good_hour, most=NEED_CHARACTERS),
        )


def ask_for_day(db: Session, mentee: Member, day_id: int, brief: DayBrief, *, links: Links, now: datetime) -> Booking:
    """Claims the whole day for both and asks the mentor: a `pending` booking with format day.

    Raises, the first that applies: BadInput and its subclasses, NotOpenYet, TermsRequired, PausedByNetwork, NotFound,
    Yourself, TooLate, DayGone, YouAreBusy, QuotaReached, CalendarUnavailable.
    """
    said = brief.checked()
    require_open(db, mentee)
    require_terms(db, mentee, now=now)
    require_not_paused(db, mentee)
    offer = locked_day(db, day_id)
    if not offer.mentor.bookable or is_blocked_between(db, offer.mentor_id, mentee.id):
        raise NotFound
    if offer.mentor_id == mentee.id:
        raise Yourself
    hour = _whole(db, offer, mentee)
    end_expired(db, now=now, claiming=hour.wanted)
    _check_standing(db, offer, now=now)
    holder = take_over_hold(db, mentee, now=now)
    try:
        take_hour(db, holder, hour, you=mentee, now=now, waits=True)
    except SlotTaken as refusal:
        raise DayGone(DayStanding.ELSEWHERE) from refusal
    require_read(db, offer.mentor_id, now=now)
    booking = write_booking(db, hour, _asked(offer, said), offer.theme, waits=True, links=links, now=now)
    booking.format, booking.day = Format.DAY, offer
    db.flush()
    announce_new(db, holder, booking, by=mentee, now=now)
    return booking


def _check_standing(db: Session, offer: DayOffer, *, now: datetime) -> None:
    """Refuses a day that is gone or too soon; claiming checks limits and conflicts. Raises TooLate, DayGone."""
    standing = standing_of(db, offer, now=now)
    if standing == DayStanding.LATE:
        raise TooLate(starts_at=offer.starts_at, notice_minutes=NOTICE_MINUTES)
    if standing in (DayStanding.WITHDRAWN, DayStanding.ASKED, DayStanding.TAKEN, DayStanding.AWAY):
        raise DayGone(standing)


def _whole(db: Session, offer: DayOffer, mentee: Member) -> Hour:
    """Returns the day as one hour to claim, from its start to its end, breaks included."""
    length = offer.ends_at - offer.starts_at
    return Hour(
        mentor=offer.mentor,
        mentee=mentee,
        schedule=schedule_or_empty(db, offer.mentor),
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


def day_seen(db: Session, member: Member, day_id: int) -> DayOffer:
    """Returns a day that a member may see: their own, or a bookable mentor's that is not withdrawn. Raises NotFound."""
    offer = db.get(DayOffer, day_id)
    if offer is None or is_blocked_between(db, offer.mentor_id, member.id):
        raise NotFound
    if offer.mentor_id != member.id and (not offer.mentor.bookable or offer.withdrawn_at is not None):
        raise NotFound
    return offer


def asked_by(db: Session, member: Member, day_id: int) -> Booking | None:
    """Returns the live booking by which this member has, or waits for, the day."""
    query = select(Booking).where(
        Booking.day_offer_id == day_id, Booking.mentee_id == member.id, Booking.status.in_(LIVE_BOOKING)
    )
    return db.scalars(query.limit(1)).first()
