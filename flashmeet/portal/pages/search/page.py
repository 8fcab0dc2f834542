"""Search: from a need to its theme, and the earliest hours of mentors who help with it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import Refusal, UnknownTheme
from flashmeet.core.zones import local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member, viewer
from flashmeet.http.display import display_locale, display_tzid
from flashmeet.http.forms.done import offer_undo
from flashmeet.http.forms.redirects import same_site
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, writing
from flashmeet.people.service.mentors import faces
from flashmeet.portal.pages.search import filters
from flashmeet.portal.pages.search.cards import Shown, by_days, hour_cards, suggestion_cards
from flashmeet.portal.pages.search.query import Search
from flashmeet.portal.pages.search.results import (
    Found,
    Here,
    hours_found,
    kinds_here,
    people_found,
    week_found,
    whole_days_of,
    with_nights,
)
from flashmeet.portal.pages.template_context import query
from flashmeet.portal.service.nearest_themes import ThemeHours, free_themes, nearest_themes
from flashmeet.portal.service.theme_figures import figures_of
from flashmeet.requests.rules.ways_asked import ways_asked
from flashmeet.schedule.service.dismissals import dismiss, take_back_dismissal
from flashmeet.schedule.service.open_hours import open_hours
from flashmeet.schedule.service.own_calendars import NOTHING, last_read
from flashmeet.schedule.service.suggestions import Suggested
from flashmeet.schedule.service.waitlist import notify_when_open, propose_theme, record_unmet_need
from flashmeet.schedule.service.week import Week
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
        here = kinds_here(db, member(db), theme)
        found = hours_found(db, wanted, theme, problem, here)
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


def _for_members(
    db: Session, wanted: Search, theme: KnownTheme | None, found: Found, here: Here
) -> ResponseReturnValue:
    you, busy, problem = member(db), found.busy, found.problem
    week = week_found(db, with_nights(wanted) if found.only_at_night else wanted, theme, you, busy)
    people = [] if problem or wanted.best_first else people_found(db, wanted, theme, busy, here)
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
        whole_days=whole_days_of(db, wanted, theme) if here.whole_days else [],
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


def _for_visitors(
    db: Session, wanted: Search, theme: KnownTheme | None, problem: Refusal | None
) -> ResponseReturnValue:
    week = week_found(db, wanted, theme, None, NOTHING)
    only_at_night = wanted.leaves_nights_out and not week.hours and week.night > 0
    hours = week.night if only_at_night else week.hours
    return render_template(
        "portal/search_visitor.html",
        **_shown(db, wanted, theme, problem),
        free_hours=hours,
        more_hours=week.at_least(hours),
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
    return free_themes(db, hours, locale=display_locale())


def _status(problem: Refusal | None) -> int:
    return status_of(problem) if problem else 200
