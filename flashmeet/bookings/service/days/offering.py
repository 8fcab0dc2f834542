"""A day that a mentor offers: offering, changing, withdrawing and restoring it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.rules.days import (
    MOST_OPEN,
    PROGRAMME_CHARACTERS,
    DayPlan,
    DayStanding,
    checked_ahead,
    checked_days,
    checked_where,
)
from flashmeet.bookings.service.days.standing import locked_day, standing_of
from flashmeet.core.errors import DayAsked, NotFound, ThemeNotOffered, TooManyDays
from flashmeet.core.settings.entries import LONGEST_DAY_SESSION
from flashmeet.core.settings.policies import MAX_HORIZON_DAYS
from flashmeet.core.settings.service import setting
from flashmeet.core.zones import data_version
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.service.terms import require_terms
from flashmeet.schedule.queries.schedules import hours_tzid
from flashmeet.schedule.rules.availability import Span
from flashmeet.schedule.rules.booked_hour import Mode, checked_text
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
    checked_ahead(plan.interval.start, offer.tzid, now=now, farthest=FARTHEST)
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


def _own(db: Session, mentor: Member, day_id: int, *, now: datetime) -> DayOffer:
    """Returns the mentor's own day, locked, while it may still be changed. Raises NotFound, DayAsked."""
    offer = locked_day(db, day_id)
    if offer.mentor_id != mentor.id or offer.withdrawn_at is not None:
        raise NotFound
    if standing_of(db, offer, now=now) in (DayStanding.ASKED, DayStanding.TAKEN):
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
