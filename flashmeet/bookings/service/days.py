"""Days that a mentor offers: said, changed and withdrawn by themselves."""

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
    checked_ahead,
    checked_days,
    checked_where,
)
from flashmeet.bookings.service.day_availability import standing_of
from flashmeet.core.errors import DayAsked, NotFound, ThemeNotOffered, TooManyDays
from flashmeet.core.settings.entries import LONGEST_DAY_SESSION
from flashmeet.core.settings.policies import MAX_HORIZON_DAYS
from flashmeet.core.settings.service import setting
from flashmeet.identity.models.member import Member, MentorTheme
from flashmeet.people.service.terms import require_terms
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import Span
from flashmeet.schedule.rules.booked_hour import Mode, checked_text
from flashmeet.themes.models.theme import Theme
from flashmeet.themes.service.themes import find_theme

FARTHEST = timedelta(days=MAX_HORIZON_DAYS)
SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedDay:
    """What a mentor says of a day, as it came in; `offer_day` checks it. `theme` is an id, slug, name or synonym."""

    theme: str | int
    first: date
    span: Span
    breaks: tuple[Span, ...] = ()
    days: int = 1
    mode: str = Mode.VIDEO
    place: str = ""
    programme: str

    def plan(self, tzid: str) -> DayPlan:
        """Raises BadDate, OutOfRange, BreakOutside."""
        return DayPlan(first=self.first, tzid=tzid, span=self.span, breaks=self.breaks, days=self.days)


def longest_day_session(session: Session) -> int:
    """How many days in a row a mentor may offer."""
    return setting(session, LONGEST_DAY_SESSION)


def wall_of(session: Session, mentor: Member) -> str:
    """The zone that a mentor tells their days in: that of their week."""
    schedule = read_schedule(session, mentor.id)
    return schedule.tzid if schedule else mentor.tzid


def offer_day(session: Session, mentor: Member, said: OfferedDay, *, now: datetime) -> DayOffer:
    """Writes the day down; it can be asked for from now on.

    Raises BadInput kinds, TermsRequired, UnknownTheme, ThemeNotOffered, TooManyDays.
    """
    require_terms(session, mentor, now=now)
    offer = DayOffer(mentor=mentor, tzid=wall_of(session, mentor), created_at=now)
    _say(session, offer, said, now=now)
    ahead = select(func.count()).where(
        DayOffer.mentor_id == mentor.id, DayOffer.withdrawn_at.is_(None), DayOffer.ends_at > now
    )
    if (session.scalar(ahead) or 0) >= MOST_OPEN:
        raise TooManyDays(MOST_OPEN)
    session.add(offer)
    session.flush()
    return offer


def change_day(session: Session, mentor: Member, day_id: int, said: OfferedDay, *, now: datetime) -> DayOffer:
    """Says it anew, while nobody has asked for it. Raises what `offer_day` does, NotFound, DayAsked."""
    require_terms(session, mentor, now=now)
    offer = _own(session, mentor, day_id, now=now)
    _say(session, offer, said, now=now)
    session.flush()
    return offer


def withdraw_day(session: Session, mentor: Member, day_id: int, *, now: datetime) -> None:
    """Nobody can ask for it any more. Raises NotFound, DayAsked: what is asked wants an answer, what is agreed is
    cancelled on its own page."""
    _own(session, mentor, day_id, now=now).withdrawn_at = now
    session.flush()


def _say(session: Session, offer: DayOffer, said: OfferedDay, *, now: datetime) -> None:
    checked_days(said.days, longest=longest_day_session(session))
    plan = said.plan(offer.tzid)
    checked_ahead(plan.interval.start, now=now, farthest=FARTHEST)
    offer.mode, offer.place = checked_where(said.mode, said.place)
    offer.programme = checked_text("programme", said.programme, most=PROGRAMME_CHARACTERS, required=True)
    offer.theme = _offered_theme(session, offer.mentor, said.theme)
    offer.date, offer.days = plan.first, plan.days
    offer.start_minute, offer.end_minute = plan.span.start, plan.span.end
    offer.breaks = [[each.start, each.end] for each in sorted(plan.breaks)]
    offer.starts_at, offer.ends_at = plan.interval.start, plan.interval.end


def _offered_theme(session: Session, mentor: Member, wanted: str | int) -> Theme:
    theme = find_theme(session, wanted)
    if session.get(MentorTheme, (mentor.id, theme.id)) is None:
        raise ThemeNotOffered(theme=theme.slug)
    return theme


def locked_day(session: Session, day_id: int) -> DayOffer:
    """The day, locked: who asks for it waits for who changes it. Raises NotFound."""
    offer = session.get(DayOffer, day_id, with_for_update={"of": DayOffer}, populate_existing=True)
    if offer is None:
        raise NotFound
    return offer


def _own(session: Session, mentor: Member, day_id: int, *, now: datetime) -> DayOffer:
    """A day of that mentor's, while it may still be changed. Raises NotFound, DayAsked."""
    offer = locked_day(session, day_id)
    if offer.mentor_id != mentor.id or offer.withdrawn_at is not None:
        raise NotFound
    if standing_of(session, offer, now=now) in ("asked", "taken"):
        raise DayAsked
    return offer


def own_day(session: Session, mentor: Member, day_id: int) -> DayOffer:
    """A day of that mentor's. Raises NotFound."""
    offer = session.get(DayOffer, day_id)
    if offer is None or offer.mentor_id != mentor.id or offer.withdrawn_at is not None:
        raise NotFound
    return offer


def own_days(session: Session, mentor: Member, *, now: datetime) -> Sequence[DayOffer]:
    """What this mentor offers and has not withdrawn, soonest first, until it is over."""
    query = select(DayOffer).where(
        DayOffer.mentor_id == mentor.id, DayOffer.withdrawn_at.is_(None), DayOffer.ends_at > now
    )
    return session.scalars(query.order_by(DayOffer.starts_at, DayOffer.id).limit(SHOWN)).all()
