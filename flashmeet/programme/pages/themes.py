"""Pages where an administrator manages the themes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from flashmeet.bookings.service.follow_up import clearer_by_theme
from flashmeet.core.errors import BadInput, ChangedMeanwhile, Refusal, ThemeExists, TooManyThemes
from flashmeet.core.intervals import Interval
from flashmeet.core.numbers import number_or_none
from flashmeet.core.text import in_language, sort_key
from flashmeet.directory.service.theme_people import mentors_of_theme, requests_waiting
from flashmeet.http.admission.access import access, only_themes
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import display_locale, display_tzid, network
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.forms.reading import Faults, read_form
from flashmeet.http.forms.versions import both_sides, require_version, version_of
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, writing
from flashmeet.identity.acts import Act
from flashmeet.programme.pages.confirming import dismissing_proposal, merging_theme, retiring_theme
from flashmeet.programme.pages.theme_form import ThemeForm, TypedTheme
from flashmeet.programme.rules.forecast import Forecast
from flashmeet.programme.rules.nudges import MOST_PEOPLE
from flashmeet.programme.service.balance import ThemeBalance, board
from flashmeet.programme.service.forecast import forecasts
from flashmeet.programme.service.overview import idle_of
from flashmeet.programme.service.recruiting import (
    invite_to_mentor,
    invited_to,
    proposals,
    put_aside,
    who_could_help,
)
from flashmeet.programme.service.themes import (
    change_theme,
    history_of,
    kept_theme,
    merge_themes,
    open_theme,
    past_themes,
    restore_theme,
    retire_theme,
)
from flashmeet.programme.service.time_to_help import time_to_help_by_some
from flashmeet.requests.service.overview import fit_of_theme
from flashmeet.setup.service.starter_themes import every_starter, missing_starters, open_starters
from flashmeet.themes.models import Theme, ThemeEvent
from flashmeet.themes.queries import active_themes
from flashmeet.themes.rules.recognition import crowding
from flashmeet.themes.rules.understanding import UNDERSTANDING
from flashmeet.themes.service import themes_by_name

bp = Blueprint("admin_themes", __name__)

A_YEAR = timedelta(days=365)

STATES = {
    "calm": lazy_gettext("calm"),
    "tight": lazy_gettext("tight"),
    "idle": lazy_gettext("idle"),
    "empty": lazy_gettext("empty"),
}
HAPPENED = {
    "created": lazy_gettext("created"),
    "changed": lazy_gettext("changed"),
    "merged": lazy_gettext("merged into “%(name)s”"),
    "took_over": lazy_gettext("absorbed “%(name)s”"),
    "retired": lazy_gettext("retired"),
    "restored": lazy_gettext("restored"),
}


@bp.app_template_filter()
def balance_words(state: str) -> str:
    """Names the state of a theme, such as `tight`, in the viewer's language."""
    return str(STATES[state])


@bp.app_template_filter()
def happened_words(event: ThemeEvent) -> str:
    """Says what was done to a theme."""
    names = event.facts.get("names") or {}
    name = in_language(names, display_locale())
    return str(HAPPENED[event.what]) % {"name": name}


@bp.get("/admin/themes")
@access("administrator")
def show() -> ResponseReturnValue:
    name = request.args.get("name", "")[:80]
    with reading() as db:
        return _list(db, TypedTheme.blank(name, display_locale()))


@bp.post("/admin/themes")
@access("administrator")
@records(Act.THEME_ADDED)
def create() -> ResponseReturnValue:
    typed = TypedTheme.from_form(request.form)
    read = read_form(ThemeForm, request.form, context={"locales": network().locales})
    if isinstance(read, Faults):
        with reading() as db:
            return _list(db, typed, read), 422
    try:
        with writing() as db:
            theme = open_theme(db, read.words, by=member(db), sure="sure" in request.form, now=now())
            note_for_record(theme.slug)
            for term in filter(None, [request.form.get("term", "")]):
                put_aside(db, term)
    except (ThemeExists, TooManyThemes) as refusal:
        with reading() as db:
            return _list(db, typed, refusal=refusal), status_of(refusal)
    return redirect(url_for("admin_themes.look", theme_id=theme.id, saved=1), 303)


@bp.post("/admin/themes/starter")
@access("administrator", keeps_draft=False)
@records(Act.THEMES_STARTED)
def starter() -> ResponseReturnValue:
    """Creates the missing starter themes that `theme` names, or all of them."""
    with writing() as db:
        open_starters(db, request.form.getlist("theme") or every_starter(), by=member(db), now=now())
    return redirect(url_for("admin_themes.show"), 303)


@bp.post("/admin/themes/proposals")
@access("administrator")
@asks_first(dismissing_proposal)
@records(Act.THEME_PROPOSAL_DECIDED)
def answer_proposal() -> ResponseReturnValue:
    """Dismisses a proposal without making a theme of it."""
    with writing() as db:
        put_aside(db, request.form.get("term", ""))
    return redirect(url_for("admin_themes.show", _anchor="proposals"), 303)


@bp.get("/admin/themes/<int:theme_id>")
@access("administrator")
def look(theme_id: int) -> ResponseReturnValue:
    """Shows one theme; a merged one redirects to the theme it was merged into."""
    with reading() as db:
        theme = kept_theme(db, theme_id)
        if theme.id != theme_id:
            return redirect(url_for("admin_themes.look", theme_id=theme.id), 301)
        return _page(db, theme_id, TypedTheme.from_theme(theme))


@bp.post("/admin/themes/<int:theme_id>")
@access("administrator")
@records(Act.THEME_CHANGED)
def change(theme_id: int) -> ResponseReturnValue:
    with reading() as db:
        sent, locales = _of_caller(db, kept_theme(db, theme_id))
    read = read_form(ThemeForm, sent, context={"locales": locales})
    if isinstance(read, Faults):
        with reading() as db:
            return _page(db, theme_id, TypedTheme.from_form(sent), read), 422
    try:
        with writing() as db:
            theme = kept_theme(db, theme_id)
            db.refresh(theme, with_for_update={"of": Theme})
            require_version(TypedTheme.from_theme(theme).values)
            change_theme(db, theme_id, read.words, by=member(db), now=now())
    except ChangedMeanwhile as changed:
        with reading() as db:
            return _page(db, theme_id, TypedTheme.from_form(sent), stale=True), changed.status
    return redirect(url_for("admin_themes.look", theme_id=theme_id, saved=1), 303)


@bp.post("/admin/themes/<int:theme_id>/merge")
@access("administrator")
@asks_first(merging_theme)
@records(Act.THEMES_MERGED)
def merge(theme_id: int) -> ResponseReturnValue:
    into = number_or_none(request.form.get("into", ""))
    if into is None:
        raise BadInput("into")
    with writing() as db:
        target = merge_themes(db, theme_id, into, by=member(db), now=now())
        note_for_record(f"{theme_id} → {target.id}")
    return redirect(url_for("admin_themes.look", theme_id=target.id, merged=1), 303)


@bp.post("/admin/themes/<int:theme_id>/retire")
@access("administrator")
@asks_first(retiring_theme)
@records(Act.THEME_RETIRED)
def retire(theme_id: int) -> ResponseReturnValue:
    with writing() as db:
        retire_theme(db, theme_id, by=member(db), now=now())
    return redirect(url_for("admin_themes.look", theme_id=theme_id), 303)


@bp.post("/admin/themes/<int:theme_id>/restore")
@access("administrator", keeps_draft=False)
@records(Act.THEME_RESTORED)
def restore(theme_id: int) -> ResponseReturnValue:
    with writing() as db:
        restore_theme(db, theme_id, by=member(db), now=now())
    return redirect(url_for("admin_themes.look", theme_id=theme_id), 303)


@bp.post("/admin/themes/<int:theme_id>/invite")
@access("administrator")
@records(Act.MENTORS_INVITED)
def invite(theme_id: int) -> ResponseReturnValue:
    """Invites one member by mail to help with the theme; a second time sends nothing."""
    wanted = number_or_none(request.form.get("member_id", ""))
    if wanted is None:
        raise BadInput("member_id")
    with writing() as db:
        theme = kept_theme(db, theme_id)
        invite_to_mentor(db, theme, wanted, by=member(db), now=now())
        note_for_record(theme.slug, to=wanted)
    return redirect(url_for("admin_themes.look", theme_id=theme_id, _anchor="invited"), 303)


def _of_caller(db: Session, theme: Theme) -> tuple[MultiDict[str, str], Sequence[str]]:
    """Returns the form, and the languages in which a name is asked for: the network's, and no other.

    Of whoever only leads the theme, its names and whether it is regulated stay as they are.
    """
    if only_themes(db) is None:
        return request.form, network().locales
    stands = TypedTheme.from_theme(theme)
    names = {f"name_{locale}": name for locale, name in stands.names.items() if name}
    said = {name: text for name, text in request.form.items() if not name.startswith("name_") and name != "regulated"}
    return MultiDict({**said, **names, **({"regulated": "yes"} if stands.regulated else {})}), tuple(theme.names)


def _list(db: Session, typed: TypedTheme, faults: Faults | None = None, *, refusal: Refusal | None = None) -> str:
    rows, led = board(db, tzid=display_tzid(), now=now()), only_themes(db)
    if led is not None:
        rows = [row for row in rows if row.theme.id in led]
    return render_template(
        "programme/themes.html",
        whole=led is None,
        rows=sorted(rows, key=lambda row: sort_key(row.theme.name(display_locale()))),
        past=past_themes(db),
        names={theme.id: theme for theme in active_themes(db)},
        proposals=proposals(db),
        starters=missing_starters(db),
        crowding=crowding(len(rows)),
        typed=typed,
        term=request.values.get("term", ""),
        sure_wanted=isinstance(refusal, TooManyThemes),
        problem=words_of(refusal) if refusal else "",
        faults=faults or Faults(),
        locales=network().locales,
    )


def _page(db: Session, theme_id: int, typed: TypedTheme, faults: Faults | None = None, *, stale: bool = False) -> str:
    theme = kept_theme(db, theme_id)
    stored = TypedTheme.from_theme(theme).values
    seen = request.form.get("version") if faults else None
    rows = board(db, tzid=display_tzid(), now=now(), theme_id=theme.id)
    row, ahead = next(iter(rows), None), forecasts(db, rows, now=now()).get(theme.id)
    return render_template(
        "programme/theme.html",
        theme=theme,
        row=row,
        typed=typed,
        version=seen or version_of(stored),
        sides=both_sides(stored, typed.values) if stale else [],
        others=[each for each in themes_by_name(db, display_locale()) if each.id != theme.id],
        ahead=ahead,
        fits=who_could_help(db, theme, by=service(UNDERSTANDING), now=now()) if _asks_for_people(row, ahead) else [],
        invited=invited_to(db, theme.id),
        people=mentors_of_theme(db, theme.id, tzid=display_tzid(), now=now()),
        idle=len(idle_of(db, theme.id, now=now(), limit=MOST_PEOPLE)) if theme.active else 0,
        requests=requests_waiting(db, theme.id),
        whole=only_themes(db) is None,
        clearer=clearer_by_theme(db, [theme.id], since=now() - A_YEAR).get(theme.id),
        help=time_to_help_by_some(db, Interval(now() - A_YEAR, now()), now=now(), theme_id=theme.id),
        fit=fit_of_theme(db, theme.id, now=now()),
        history=history_of(db, theme.id),
        asked=number_or_none(request.args.get("asked", ""), most=MOST_PEOPLE),
        saved="saved" in request.args,
        merged="merged" in request.args,
        faults=faults or Faults(),
        locales=network().locales,
        you=member(db),
    )


def _asks_for_people(row: ThemeBalance | None, ahead: Forecast | None) -> bool:
    runs_dry = ahead is not None and ahead.runs_dry_in is not None
    return row is not None and (row.balance.needs_people or row.few_mentors or runs_dry)
