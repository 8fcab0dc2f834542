"""Days that a mentor offers: offering, changing and withdrawing them, and asking for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from sqlalchemy import BigInteger, ColumnElement, Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.rules.days import (
    MOST_OPEN,
    NOTICE,
    PROGRAMME_CHARACTERS,
    DayPlan,
    DayStanding,
    checked_ahead,
    checked_days,
    checked_where,
)
from flashmeet.bookings.service.book import BookingRequest, announce_new, write_booking
from flashmeet.bookings.service.end import end_expired
from flashmeet.bookings.service.holds import take_over_hold
from flashmeet.bookings.service.reliability import require_not_paused
from flashmeet.core.database.prepared import Values
from flashmeet.core.errors import (
    DayAsked,
    DayGone,
    NotFound,
    SlotTaken,
    ThemeNotOffered,
    TooLate,
    TooManyDays,
    Yourself,
)
from flashmeet.core.intervals import Interval
from flashmeet.core.links import Links
from flashmeet.core.settings.entries import LONGEST_DAY_SESSION
from flashmeet.core.settings.policies import MAX_HORIZON_DAYS
from flashmeet.core.settings.service import network_settings, setting
from flashmeet.core.zones import data_version, local_date
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.queries import are_separated, is_blocked_between, terms_hide_hours
from flashmeet.people.service.launch import require_open
from flashmeet.people.service.terms import require_terms
from flashmeet.schedule.queries.calendars import busy
from flashmeet.schedule.queries.claims import taken, used
from flashmeet.schedule.queries.schedules import hours_tzid, read_schedule
from flashmeet.schedule.rules.availability import Schedule, Span
from flashmeet.schedule.rules.booked_hour import (
    LIVE_BOOKING,
    NEED_CHARACTERS,
    BookingStatus,
    Mode,
    checked_text,
    claimed_by_mentor,
)
from flashmeet.schedule.rules.booking_facts import Format
from flashmeet.schedule.rules.quotas import mentor_quotas
from flashmeet.schedule.service.calendar_freshness import require_read
from flashmeet.schedule.service.claims import Hour, take_hour
from flashmeet.schedule.service.own_calendars import NOTHING
from flashmeet.schedule.service.own_time import own_time
from flashmeet.themes.models import Theme
from flashmeet.themes.service import find_theme

FARTHEST = timedelta(days=MAX_HORIZON_DAYS)
SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedDay:
    """A day as the mentor enters it; `offer_day` checks it. `theme` is an id, slug, name or synonym."""

    theme: str | int
    first: date
    span: Span
    breaks: tuple[Span, ...] = ()
    days: int = 1
    mode: str = Mode.VIDEO
    place: str = ""
    programme: str

    def plan(self, tzid: str) -> DayPlan:
        """Returns the plan in that zone. Raises BadDate, OutOfRange, BreakOutside."""
        return DayPlan(first=self.first, tzid=tzid, span=self.span, breaks=self.breaks, days=self.days)


def longest_day_booking(db: Session) -> int:
    """Returns how many days in a row a mentor may offer."""
    return setting(db, LONGEST_DAY_SESSION)


def offer_day(db: Session, mentor: Member, said: OfferedDay, *, now: datetime) -> DayOffer:
    """Creates the day, which can be asked for at once.

    Raises BadInput and its subclasses, TermsRequired, UnknownTheme, ThemeNotOffered, TooManyDays.
    """
    require_terms(db, mentor, now=now)
    offer = DayOffer(mentor=mentor, tzid=hours_tzid(db, mentor), created_at=now)
    _say(db, offer, said, now=now)
    ahead = select(func.count()).where(
        DayOffer.mentor_id == mentor.id, DayOffer.withdrawn_at.is_(None), DayOffer.ends_at > now
    )
    if (db.scalar(ahead) or 0) >= MOST_OPEN:
        raise TooManyDays(MOST_OPEN)
    db.add(offer)
    db.flush()
    return offer


def change_day(db: Session, mentor: Member, day_id: int, said: OfferedDay, *, now: datetime) -> DayOffer:
    """Changes a day that nobody has asked for. Raises what `offer_day` raises, NotFound, DayAsked."""
    require_terms(db, mentor, now=now)
    offer = _own(db, mentor, day_id, now=now)
    _say(db, offer, said, now=now)
    db.flush()
    return offer


def withdraw_day(db: Session, mentor: Member, day_id: int, *, now: datetime) -> None:
    """Withdraws a day. Raises NotFound; DayAsked for one that was asked for or agreed."""
    _own(db, mentor, day_id, now=now).withdrawn_at = now
    db.flush()


def restore_day(db: Session, mentor: Member, day_id: int, *, now: datetime) -> None:
    """Offers a day again that the mentor had withdrawn. Idempotent. Raises NotFound, also for one that has begun."""
    offer = locked_day(db, day_id)
    if offer.mentor_id != mentor.id or offer.starts_at <= now:
        raise NotFound
    offer.withdrawn_at = None
    db.flush()


def _say(db: Session, offer: DayOffer, said: OfferedDay, *, now: datetime) -> None:
    checked_days(said.days, longest=longest_day_booking(db))
    plan = said.plan(offer.tzid)
    checked_ahead(plan.interval.start, now=now, farthest=FARTHEST)
    offer.mode, offer.place = checked_where(said.mode, said.place)
    offer.programme = checked_text("programme", said.programme, most=PROGRAMME_CHARACTERS, required=True)
    offer.theme = _offered_theme(db, offer.mentor, said.theme)
    offer.date, offer.days = plan.first, plan.days
    offer.start_minute, offer.end_minute = plan.span.start, plan.span.end
    offer.breaks = [[each.start, each.end] for each in sorted(plan.breaks)]
    offer.starts_at, offer.ends_at, offer.zone_data = plan.interval.start, plan.interval.end, data_version()


def _offered_theme(db: Session, mentor: Member, wanted: str | int) -> Theme:
    theme = find_theme(db, wanted)
    if db.get(MentorTheme, (mentor.id, theme.id)) is None:
        raise ThemeNotOffered(theme=theme.slug)
    return theme


def locked_day(db: Session, day_id: int) -> DayOffer:
    """Returns the day, locked against others who ask for it or change it. Raises NotFound."""
    offer = db.get(DayOffer, day_id, with_for_update={"of": DayOffer}, populate_existing=True)
    if offer is None:
        raise NotFound
    return offer


def _own(db: Session, mentor: Member, day_id: int, *, now: datetime) -> DayOffer:
    """Returns the mentor's own day, locked, while it may still be changed. Raises NotFound, DayAsked."""
    offer = locked_day(db, day_id)
    if offer.mentor_id != mentor.id or offer.withdrawn_at is not None:
        raise NotFound
    if standing_of(db, offer, now=now) in ("asked", "taken"):
        raise DayAsked
    return offer


def own_day(db: Session, mentor: Member, day_id: int) -> DayOffer:
    """Returns the mentor's own day. Raises NotFound."""
    offer = db.get(DayOffer, day_id)
    if offer is None or offer.mentor_id != mentor.id or offer.withdrawn_at is not None:
        raise NotFound
    return offer


def own_days(db: Session, mentor: Member, *, now: datetime) -> Sequence[DayOffer]:
    """Returns the mentor's days that are neither withdrawn nor over, soonest first."""
    query = select(DayOffer).where(
        DayOffer.mentor_id == mentor.id, DayOffer.withdrawn_at.is_(None), DayOffer.ends_at > now
    )
    return db.scalars(query.order_by(DayOffer.starts_at, DayOffer.id).limit(SHOWN)).all()


DAYS_SHOWN, LOOKED_AT = 3, 12


def standing_of(db: Session, offer: DayOffer, *, now: datetime) -> DayStanding:
    """Returns the first standing that applies."""
    if offer.withdrawn_at is not None:
        return DayStanding.WITHDRAWN
    held = db.scalars(select(Booking.status).where(Booking.day_offer_id == offer.id, _holds())).all()
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
    schedule = schedule_for(db, offer.mentor)
    if _is_away(db, offer, schedule, now=now):
        return DayStanding.AWAY
    if _is_full(db, offer, schedule):
        return DayStanding.FULL
    return DayStanding.ELSEWHERE if _mentor_is_busy(db, offer, schedule) else DayStanding.OPEN


def _holds() -> ColumnElement[bool]:
    """Selects bookings that block the day: pending, agreed, or agreed and then cancelled by the mentor."""
    given_up = (
        (Booking.status == BookingStatus.CANCELLED)
        & (Booking.sequence > 0)
        & (Booking.cancelled_by_id == Booking.mentor_id)
    )
    return Booking.status.in_((BookingStatus.PENDING, BookingStatus.CONFIRMED, BookingStatus.COMPLETED)) | given_up


def schedule_for(db: Session, mentor: Member) -> Schedule:
    """Returns the mentor's schedule, or an empty one with the network's policy."""
    return read_schedule(db, mentor.id) or Schedule(mentor.tzid, network_settings(db).policy)


def _is_away(db: Session, offer: DayOffer, schedule: Schedule, *, now: datetime) -> bool:
    mentor = offer.mentor
    if not mentor.available(now) or not offer.theme.active:
        return True
    if db.get(MentorTheme, (mentor.id, offer.theme_id)) is None or terms_hide_hours(db, mentor.id, now=now):
        return True
    return any(leave.first <= day <= leave.last for leave in schedule.leaves for day in offer.plan.dates)


def _is_full(db: Session, offer: DayOffer, schedule: Schedule) -> bool:
    """Whether the mentor's limits are reached. A day counts as one booking, on the date it begins."""
    given = used(db, offer.mentor_id)
    quotas = mentor_quotas(schedule.policy, local_date(offer.starts_at, schedule.tzid))
    return any(given.get(quota.period, 0) >= quota.limit for quota in quotas)


def _mentor_is_busy(db: Session, offer: DayOffer, schedule: Schedule) -> bool:
    policy = schedule.policy
    span = claimed_by_mentor(offer.starts_at, offer.ends_at, before=policy.buffer_before, after=policy.buffer_after)
    return bool(taken(db, offer.mentor_id, span) or busy(db, offer.mentor_id, span))


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
    found = (each for each in free if standing_of(db, each, now=now) == "open")
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
    held = exists().where(Booking.day_offer_id == DayOffer.id, _holds())
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


NOTICE_MINUTES = round(NOTICE.total_seconds() / 60)


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
    announce_new(db, holder, booking, now=now)
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
        schedule=schedule_for(db, offer.mentor),
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
