"""Search: from a need to its theme, and the earliest hours of mentors who help with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from flashmeet.bookings.service.days import open_days
from flashmeet.bookings.service.follow_up import clearer_by_theme
from flashmeet.core.errors import BadInput, Refusal, UnknownTheme
from flashmeet.core.intervals import clock_minutes
from flashmeet.http.access import access
from flashmeet.http.identity import display_locale, display_tzid, member, viewer
from flashmeet.http.problems import status_of, words_of
from flashmeet.http.redirects import same_site
from flashmeet.http.services import now, reading, service, writing
from flashmeet.identity.models import Member
from flashmeet.people.service.mentors import members_among
from flashmeet.portal.pages.home import free_themes
from flashmeet.portal.pages.nearest_themes import nearest_themes
from flashmeet.requests.service.overview import odds_of_theme
from flashmeet.schedule.pages.slot_lists import by_day
from flashmeet.schedule.rules.booking_facts import asked_relation
from flashmeet.schedule.service.slots import SlotPage, SlotQuery, clashing_starts, find_slots, open_hours
from flashmeet.schedule.service.suggestions import Suggestion, dismiss, suggestions
from flashmeet.schedule.service.waitlist import notify_when_open, propose_theme, record_unmet_need, waits_for
from flashmeet.themes.models import Theme
from flashmeet.themes.rules.changes import UnmetCause
from flashmeet.themes.rules.understanding import UNDERSTANDING
from flashmeet.themes.service import find_theme, known_by_name, recognised_theme

bp = Blueprint("search", __name__)

PARTS = (
    (lazy_gettext("Any time"), "", ""),
    (lazy_gettext("Mornings"), "06:00", "12:00"),
    (lazy_gettext("Lunch"), "12:00", "14:00"),
    (lazy_gettext("Afternoons"), "14:00", "18:00"),
    (lazy_gettext("Evenings"), "18:00", "24:00"),
)
RELATIONS = (
    (lazy_gettext("Anyone"), ""),
    (lazy_gettext("A peer"), "peer"),
    (lazy_gettext("Someone younger"), "reverse"),
)
LONGEST_NEED = 2_000
A_YEAR = timedelta(days=365)
ANY_THEME = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The query string, as typed."""

    need: str = ""
    theme: str = ""
    after: str = ""
    before: str = ""
    relation: str = ""
    cursor: str = ""

    @classmethod
    def parse(cls, args: Mapping[str, str]) -> Search:
        said = {name: args.get(name, "").replace("\0", "").strip() for name in cls.__slots__}
        return cls(**{**said, "need": said["need"][:LONGEST_NEED]})

    def fields(self, **changes: str) -> dict[str, str]:
        """Returns the same search with changes, from its first page."""
        return {**asdict(replace(self, cursor="")), **changes}

    @property
    def minutes(self) -> tuple[int | None, int | None]:
        """The minutes of the day asked for. Raises BadTime."""
        return (
            clock_minutes(self.after, field="after") if self.after else None,
            clock_minutes(self.before, field="before") if self.before else None,
        )

    def query(self, theme: Theme | None, you: Member) -> SlotQuery:
        """Returns the query for free hours. Raises BadTime."""
        after, before = self.minutes
        return SlotQuery(
            tzid=display_tzid(),
            theme_id=theme.id if theme else None,
            after=after,
            before=before,
            distinct=True,
            cursor=self.cursor or None,
            viewer_id=you.id,
            relation=asked_relation(self.relation),
            viewer_year=you.graduation_year,
        )


@bp.get("/search")
@access("anyone")
def search() -> ResponseReturnValue:
    wanted, who = Search.parse(request.args), viewer()
    with reading() as db:
        theme, problem = _theme(db, wanted)
        if who is None:
            return _for_visitors(db, wanted, theme, problem)
        page, problem = _page(db, wanted, theme, member(db), problem)
        shown = _for_members(db, wanted, theme, page, problem)
    if theme is not None and not page.slots and page.next_cursor is None and not wanted.cursor:
        _count_unmet_need(theme.id)
    return shown


def _count_unmet_need(theme_id: int) -> None:
    """Records a search that found nothing: one row per member, theme and day, in a short transaction of its own."""
    with writing() as db:
        record_unmet_need(db, member(db), theme_id, UnmetCause.SEARCH, now=now())


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
    return redirect(same_site(request.form.get("next"), url_for("me.show")), 303)


def _said(wanted: Search) -> dict[str, str]:
    return {name: value for name, value in wanted.fields().items() if value}


def _theme(db: Session, wanted: Search) -> tuple[Theme | None, Refusal | None]:
    """Returns the theme chosen, else the one recognised in the need."""
    if wanted.theme == ANY_THEME:
        return None, None
    if not wanted.theme:
        return recognised_theme(db, wanted.need, by=service(UNDERSTANDING)), None
    try:
        return find_theme(db, wanted.theme), None
    except UnknownTheme as refusal:
        return None, refusal


def _page(
    db: Session, wanted: Search, theme: Theme | None, you: Member, problem: Refusal | None
) -> tuple[SlotPage, Refusal | None]:
    """Returns the hours; where a filter cannot be read, those without it, and the reason."""
    try:
        return find_slots(db, wanted.query(theme, you), now=now()), problem
    except BadInput as refusal:
        plain = replace(wanted, after="", before="", cursor="")
        return find_slots(db, plain.query(theme, you), now=now()), problem or refusal


def _for_members(
    db: Session, wanted: Search, theme: Theme | None, page: SlotPage, problem: Refusal | None
) -> ResponseReturnValue:
    you = member(db)
    mentors = members_among(db, {slot.mentor_id for slot in page.slots})
    proofs = {
        mentor_id: next((offer.proof for offer in mentor.offers if theme and offer.theme_id == theme.id), "")
        for mentor_id, mentor in mentors.items()
    }
    return render_template(
        "portal/search.html",
        **_shown(db, wanted, theme, problem),
        days=by_day(page.slots, display_tzid()),
        mentors=mentors,
        proofs=proofs,
        busy=clashing_starts(db, you.id, page.slots),
        next_cursor=page.next_cursor,
        parts_of_day=PARTS,
        relations=RELATIONS,
        you=you,
        suggested=[] if problem else _suggested(db, wanted, theme, you),
        waits=theme is not None and waits_for(db, you, theme.id),
        proposed="proposed" in request.args,
        odds=odds_of_theme(db, theme.id, now=now()) if theme else None,
        clearer=clearer_by_theme(db, [theme.id], since=now() - A_YEAR).get(theme.id) if theme else None,
        whole_days=open_days(db, you, theme_id=theme.id, now=now()) if theme and not wanted.cursor else [],
    ), _status(problem)


def _suggested(db: Session, wanted: Search, theme: Theme | None, you: Member) -> list[Suggestion]:
    """Returns people who can help, where something is asked for; on the first page only."""
    if wanted.cursor or not (theme or wanted.need):
        return []
    query = wanted.query(theme, you)
    return suggestions(db, you, theme=theme, need=wanted.need, relation=query.relation, part=query.day_part, now=now())


def _for_visitors(db: Session, wanted: Search, theme: Theme | None, problem: Refusal | None) -> ResponseReturnValue:
    return render_template("portal/search_visitor.html", **_shown(db, wanted, theme, problem)), _status(problem)


def _shown(db: Session, wanted: Search, theme: Theme | None, problem: Refusal | None) -> dict[str, object]:
    who = viewer()
    hours = open_hours(db, viewer_id=who.member_id if who else None, now=now())
    free = free_themes(db, hours.by_theme)
    return {
        "wanted": wanted,
        "theme": theme,
        "themes": known_by_name(db, display_locale()),
        "free": free,
        "nearest": nearest_themes(db, wanted.need, free),
        "hours": hours.by_theme.get(theme.id, 0) if theme else hours.total,
        "problem": words_of(problem) if problem else "",
    }


def _status(problem: Refusal | None) -> int:
    return status_of(problem) if problem else 200
