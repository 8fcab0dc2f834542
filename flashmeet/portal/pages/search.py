"""Search: from a need to its theme, and the earliest hours of mentors who help with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.service.days.asking import days_to_ask_for, open_days
from flashmeet.core.database.prepared import any_rows
from flashmeet.core.errors import BadInput, Refusal, UnknownTheme
from flashmeet.core.zones import local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import display_locale, display_tzid, member, viewer
from flashmeet.http.forms.done import offer_undo
from flashmeet.http.forms.redirects import same_site
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, writing
from flashmeet.identity.models import Member
from flashmeet.people.service.mentors import faces
from flashmeet.portal.pages import search_filters as filters
from flashmeet.portal.pages.hour_cards import Shown, by_days, hour_cards, suggestion_cards
from flashmeet.portal.pages.search_query import Search
from flashmeet.portal.pages.template_context import query
from flashmeet.portal.service.nearest_themes import ThemeHours, free_themes, nearest_themes
from flashmeet.portal.service.theme_figures import figures_of
from flashmeet.requests.queries import said_unfit_to
from flashmeet.requests.rules.ways_asked import ways_asked
from flashmeet.schedule.rules.matching import Match
from flashmeet.schedule.service.best_match import best_slots
from flashmeet.schedule.service.dismissals import dismiss, dismissals, take_back_dismissal
from flashmeet.schedule.service.open_hours import open_hours
from flashmeet.schedule.service.own_calendars import NOTHING, BusyTimes, busy_ahead, last_read, own_busy_times
from flashmeet.schedule.service.slots import SlotPage, find_slots
from flashmeet.schedule.service.suggestions import Suggested, suggested
from flashmeet.schedule.service.waitlist import notify_when_open, propose_theme, record_unmet_need, wishes
from flashmeet.schedule.service.week import Week, week_of
from flashmeet.themes.rules.changes import UnmetCause
from flashmeet.themes.rules.understanding import UNDERSTANDING
from flashmeet.themes.service import (
    KnownTheme,
    find_theme,
    known_by_name,
    known_theme,
    note_choice,
    recognise_need,
    theme_id_of,
)

bp = Blueprint("search", __name__)

ANY_THEME = "any"


@bp.get("/search")
@access("anyone")
def search() -> ResponseReturnValue:
    wanted, who = Search.parse(request.args), viewer()
    with reading() as db:
        theme, problem = _theme(db, wanted)
        if who is None:
            return _for_visitors(db, wanted, theme, problem)
        here = _kinds_here(db, member(db), theme)
        found = _page(db, wanted, theme, problem, here)
        shown = _for_members(db, wanted, theme, found, here)
        understood = _understood(db, wanted) if wanted.chose else None
    if theme is not None and found.nothing_by_day and not wanted.cursor:
        _count_unmet_need(theme.id)
    if theme is not None and wanted.chose and theme.id != understood:
        _note_choice(wanted.need, theme.id, understood)
    return shown


def _count_unmet_need(theme_id: int) -> None:
    """Records a search that found nothing by day: one row per member, theme and day, in a unit of its own."""
    with writing() as db:
        record_unmet_need(db, member(db), theme_id, UnmetCause.SEARCH, now=now())


def _note_choice(need: str, theme_id: int, understood: int | None) -> None:
    """Learns from the theme chosen for a need that was not understood so, in a short transaction of its own."""
    with writing() as db:
        note_choice(db, member(db).id, need, theme_id, understood=understood, now=now())


@bp.post("/search/tell")
@access("member", keeps_draft=False)
def tell() -> ResponseReturnValue:
    """Asks to be told when an hour of the theme opens. Raises UnknownTheme."""
    wanted = Search.parse(request.form)
    with writing() as db:
        notify_when_open(db, member(db), find_theme(db, wanted.theme), now=now())
    return redirect(f"{url_for('search.search')}?{urlencode(_said(wanted))}", 303)


@bp.post("/search/propose")
@access("member", keeps_draft=False)
def propose() -> ResponseReturnValue:
    """Proposes a theme that the network lacks, in the member's words. Raises Missing, TooLong."""
    wanted = Search.parse(request.form)
    with writing() as db:
        propose_theme(db, member(db), request.form.get("proposal", ""), now=now())
    return redirect(f"{url_for('search.search')}?{urlencode({**_said(wanted), 'proposed': '1'})}", 303)


@bp.post("/search/dismiss/<int:mentor_id>")
@access("member", keeps_draft=False)
def dismiss_suggestion(mentor_id: int) -> ResponseReturnValue:
    """Never suggests this mentor to the member again."""
    with writing() as db:
        dismiss(db, member(db), mentor_id, now=now())
    back = same_site(request.form.get("next"), url_for("me.show"))
    offer_undo(url_for("search.suggest_again", mentor_id=mentor_id), next=back)
    return redirect(back, 303)


@bp.post("/search/dismiss/<int:mentor_id>/undo")
@access("member", keeps_draft=False)
def suggest_again(mentor_id: int) -> ResponseReturnValue:
    """May suggest this mentor to the member again."""
    with writing() as db:
        take_back_dismissal(db, member(db), mentor_id)
    return redirect(same_site(request.form.get("next"), url_for("me.show")), 303)


def _said(wanted: Search) -> dict[str, str]:
    return {name: value for name, value in wanted.fields().items() if value}


def _theme(db: Session, wanted: Search) -> tuple[KnownTheme | None, Refusal | None]:
    """Returns the theme chosen, else the one recognised in the need."""
    if wanted.theme == ANY_THEME:
        return None, None
    try:
        theme_id = theme_id_of(db, wanted.theme) if wanted.theme else _understood(db, wanted)
    except UnknownTheme as refusal:
        return None, refusal
    return known_theme(db, theme_id) if theme_id else None, None


def _understood(db: Session, wanted: Search) -> int | None:
    return recognise_need(db, wanted.need, by=service(UNDERSTANDING)).theme_id


@dataclass(frozen=True, slots=True)
class _Here:
    """What most searches have nothing of: calendars of the member that block, mentors not to be suggested to them, a
    wish to be told, offered days."""

    busy: bool
    dismissed: bool
    unfit: bool
    waits: bool = False
    whole_days: bool = False


def _kinds_here(db: Session, you: Member, theme: KnownTheme | None) -> _Here:
    """Looks for all kinds by one statement."""
    kinds = busy_ahead(you.id, now=now()), dismissals(you.id), said_unfit_to(you.id)
    if theme is None:
        return _Here(*any_rows(db, *kinds))
    days = days_to_ask_for(you.id, theme_id=theme.id, now=now())
    return _Here(*any_rows(db, *kinds, wishes(you.id, theme.id), days))


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


def _page(db: Session, wanted: Search, theme: KnownTheme | None, problem: Refusal | None, here: _Here) -> Found:
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
    at_night = _looked_for(db, _with_nights(wanted), theme, busy, problem)
    return found if at_night.is_empty else replace(at_night, only_at_night=True)


def _with_nights(wanted: Search) -> Search:
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


def _for_members(
    db: Session, wanted: Search, theme: KnownTheme | None, found: Found, here: _Here
) -> ResponseReturnValue:
    you, busy, problem = member(db), found.busy, found.problem
    week = _week(db, _with_nights(wanted) if found.only_at_night else wanted, theme, you, busy)
    people = [] if problem or wanted.best_first else _suggested(db, wanted, theme, busy, here)
    return render_template(
        "portal/search.html",
        **_shown(db, wanted, theme, problem, free=bool(wanted.need) or not found.page.slots),
        **_filters(wanted, week),
        **_cards(db, wanted, theme, found, people),
        ways_asked=ways_asked(wanted.need, today=local_date(now(), display_tzid())),
        busy=busy,
        read=last_read(db, you.id) if busy else None,
        next_cursor=found.page.next_cursor,
        only_at_night=found.only_at_night,
        you=you,
        waits=here.waits,
        proposed="proposed" in request.args,
        figures=figures_of(db, theme.id, now=now()) if theme else None,
        whole_days=_whole_days(db, wanted, theme) if here.whole_days else [],
    ), _status(problem)


def _cards(
    db: Session, wanted: Search, theme: KnownTheme | None, found: Found, people: Sequence[Suggested]
) -> dict[str, object]:
    """Returns the hours found, below their days or the best first, and the people suggested."""
    slots, asked = found.page.slots, {"need": wanted.need, "theme": theme.slug if theme else ""}
    kept = query({**asked, "results": wanted.as_query(), "night": wanted.night})
    ids = {slot.mentor_id for slot in slots} | {each.mentor_id for each in people}
    known = faces(db, ids, theme.id if theme else None, today=now().date()) if ids else {}
    shown = Shown(known, found.page.further, found.matches, found.busy, kept)
    return {
        "days": by_days(slots, shown) if not wanted.best_first else [],
        "best": hour_cards(slots, shown) if wanted.best_first else [],
        "suggested": suggestion_cards(people, known, kept=kept),
    }


def _whole_days(db: Session, wanted: Search, theme: KnownTheme | None) -> Sequence[DayOffer]:
    """Returns whole days of the theme that the member can ask for; on the first page only."""
    return open_days(db, member(db), theme_id=theme.id, now=now()) if theme and not wanted.cursor else []


def _week(db: Session, wanted: Search, theme: KnownTheme | None, you: Member | None, busy: BusyTimes) -> Week:
    """Counts the coming seven days; where a filter cannot be read, without it."""
    try:
        asked = wanted.query(theme, you, busy)
    except BadInput:
        asked = replace(wanted, after="", before="").query(theme, you, busy)
    return week_of(db, asked, parts=filters.SPANS, now=now())


def _filters(wanted: Search, week: Week) -> dict[str, object]:
    return {
        "week": week,
        "parts": filters.parts_of(week),
        "languages_free": filters.languages_of(week, wanted),
        "ways": filters.ways_of(week),
        "years": filters.years_of(week, wanted),
        "companies": filters.companies_of(week, wanted),
        "relations": filters.RELATIONS,
        "chosen": filters.chosen(wanted),
        "unfiltered": filters.without_filters(wanted),
    }


def _suggested(db: Session, wanted: Search, theme: KnownTheme | None, busy: BusyTimes, here: _Here) -> list[Suggested]:
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


def _for_visitors(
    db: Session, wanted: Search, theme: KnownTheme | None, problem: Refusal | None
) -> ResponseReturnValue:
    week = _week(db, wanted, theme, None, NOTHING)
    only_at_night = wanted.leaves_nights_out and not week.hours and week.night > 0
    return render_template(
        "portal/search_visitor.html",
        **_shown(db, wanted, theme, problem),
        free_hours=week.night if only_at_night else week.hours,
        only_at_night=only_at_night,
    ), _status(problem)


def _shown(
    db: Session, wanted: Search, theme: KnownTheme | None, problem: Refusal | None, *, free: bool = True
) -> dict[str, object]:
    """Returns what both pages show; without `free`, no hours of other themes are counted, since none are shown."""
    themes = _free_themes(db) if free else []
    return {
        "wanted": wanted,
        "theme": theme,
        "themes": known_by_name(db, display_locale()),
        "free": themes,
        "nearest": nearest_themes(db, wanted.need, themes, by=service(UNDERSTANDING)),
        "problem": words_of(problem) if problem else "",
    }


def _free_themes(db: Session) -> list[ThemeHours]:
    who = viewer()
    hours = open_hours(db, tzid=display_tzid(), viewer_id=who.member_id if who else None, now=now())
    return free_themes(db, hours.by_theme, locale=display_locale())


def _status(problem: Refusal | None) -> int:
    return status_of(problem) if problem else 200
