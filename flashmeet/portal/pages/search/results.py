"""What a search finds for a member: the hours, how many there are, and people who can help."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session

from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.service.days.asking import days_to_ask_for, open_days
from flashmeet.core.database.prepared import any_rows
from flashmeet.core.errors import BadInput, Refusal
from flashmeet.http.admission.identity import member
from flashmeet.http.services import now, service
from flashmeet.identity.models import Member
from flashmeet.portal.pages.search.filters import SPANS
from flashmeet.portal.pages.search.query import Search
from flashmeet.requests.queries import said_unfit_to
from flashmeet.schedule.rules.matching import Match
from flashmeet.schedule.service.best_match import best_slots
from flashmeet.schedule.service.dismissals import dismissals
from flashmeet.schedule.service.own_calendars import NOTHING, BusyTimes, busy_ahead, own_busy_times
from flashmeet.schedule.service.slots import SlotPage, find_slots
from flashmeet.schedule.service.suggestions import Suggested, suggested
from flashmeet.schedule.service.waitlist import wishes
from flashmeet.schedule.service.week import Week, week_of
from flashmeet.themes.rules.understanding import UNDERSTANDING
from flashmeet.themes.service import KnownTheme


@dataclass(frozen=True, slots=True)
class Here:
    """What most searches have nothing of: calendars of the member that block, mentors not to be suggested to them, a
    wish to be told, offered days."""

    busy: bool
    dismissed: bool
    unfit: bool
    waits: bool = False
    whole_days: bool = False


def kinds_here(db: Session, you: Member, theme: KnownTheme | None) -> Here:
    """Looks for all kinds by one statement."""
    kinds = busy_ahead(you.id, now=now()), dismissals(you.id), said_unfit_to(you.id)
    if theme is None:
        return Here(*any_rows(db, *kinds))
    days = days_to_ask_for(you.id, theme_id=theme.id, now=now())
    return Here(*any_rows(db, *kinds, wishes(you.id, theme.id), days))


@dataclass(frozen=True, slots=True)
class Found:
    """The hours, when the member is busy by their own calendars, what could not be read, and why each mentor fits
    where the best come first. With `only_at_night` there is nothing by day, and the hours at night are shown."""

    page: SlotPage
    busy: BusyTimes
    problem: Refusal | None
    matches: Mapping[int, Match] = field(default_factory=dict)
    only_at_night: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.page.slots and self.page.next_cursor is None

    @property
    def nothing_by_day(self) -> bool:
        return self.is_empty or self.only_at_night


def hours_found(db: Session, wanted: Search, theme: KnownTheme | None, problem: Refusal | None, here: Here) -> Found:
    """Returns the hours; where a filter cannot be read, those without it, and the reason."""
    busy = own_busy_times(db, member(db).id, now=now()) if here.busy else NOTHING
    try:
        return _found(db, wanted, theme, busy, problem)
    except BadInput as refusal:
        plain = replace(wanted, after="", before="", cursor="")
        return _found(db, plain, theme, busy, problem or refusal)


def _found(db: Session, wanted: Search, theme: KnownTheme | None, busy: BusyTimes, problem: Refusal | None) -> Found:
    found = _looked_for(db, wanted, theme, busy, problem)
    if not found.is_empty or wanted.cursor or not wanted.leaves_nights_out:
        return found
    at_night = _looked_for(db, with_nights(wanted), theme, busy, problem)
    return found if at_night.is_empty else replace(at_night, only_at_night=True)


def with_nights(wanted: Search) -> Search:
    return replace(wanted, night="yes")


def _looked_for(
    db: Session, wanted: Search, theme: KnownTheme | None, busy: BusyTimes, problem: Refusal | None
) -> Found:
    you = member(db)
    asked = wanted.query(theme, you, busy)
    if not wanted.best_first:
        return Found(find_slots(db, asked, now=now()), busy, problem)
    by = service(UNDERSTANDING)
    best = best_slots(db, you, asked, theme=theme, need=wanted.need, by=by, now=now())
    return Found(best.page, busy, problem, best.matches)


def whole_days_of(db: Session, wanted: Search, theme: KnownTheme | None) -> Sequence[DayOffer]:
    """Returns whole days of the theme that the member can ask for; on the first page only."""
    return open_days(db, member(db), theme_id=theme.id, now=now()) if theme and not wanted.cursor else []


def week_found(db: Session, wanted: Search, theme: KnownTheme | None, you: Member | None, busy: BusyTimes) -> Week:
    """Counts the coming seven days, also where those who are free now are looked for; without a filter that cannot be
    read."""
    whole = replace(wanted, soon="")
    try:
        asked = whole.query(theme, you, busy)
    except BadInput:
        asked = replace(whole, after="", before="").query(theme, you, busy)
    return week_of(db, asked, parts=SPANS, now=now())


def people_found(db: Session, wanted: Search, theme: KnownTheme | None, busy: BusyTimes, here: Here) -> list[Suggested]:
    """Returns people who can help, where something is asked for, and nothing of the mentors themselves; on the first
    page only, and not instead of those who are free now."""
    if wanted.cursor or wanted.soon or wanted.asks_of_mentors or not (theme or wanted.need):
        return []
    you = member(db)
    asked = wanted.query(theme, you, busy)
    return suggested(
        db,
        you,
        theme=theme,
        need=wanted.need,
        relation=asked.relation,
        part=asked.shown_part,
        days=asked.days,
        avoids=asked.avoids,
        away=None if here.dismissed or here.unfit else (),
        by=service(UNDERSTANDING),
        now=now(),
    )
