"""From a need to an hour: the theme it is about, and the earliest hours of the mentors who help with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from flashmeet.domain.availability import clock_minutes
from flashmeet.domain.errors import BadInput, Refusal, UnknownTheme
from flashmeet.gate.access import access
from flashmeet.gate.identity import Viewer, display_tzid, member, viewer
from flashmeet.gate.parts import now, reading
from flashmeet.gate.problems import status_of, words_of
from flashmeet.service.mentors import members_among
from flashmeet.service.own_time import clashing_starts
from flashmeet.service.slots import SlotPage, SlotQuery, find_slots, open_hours
from flashmeet.service.themes import active_themes, find_theme, recognised_theme
from flashmeet.store.models import Theme
from flashmeet.web.days import by_day
from flashmeet.web.home import free_themes

bp = Blueprint("search", __name__)

PARTS = (
    (lazy_gettext("Any time"), "", ""),
    (lazy_gettext("Mornings"), "06:00", "12:00"),
    (lazy_gettext("Lunch"), "12:00", "14:00"),
    (lazy_gettext("Afternoons"), "14:00", "18:00"),
    (lazy_gettext("Evenings"), "18:00", "24:00"),
)
LONGEST_NEED = 2_000
ANY_THEME = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What the address says, as it was typed."""

    need: str = ""
    theme: str = ""
    after: str = ""
    before: str = ""
    cursor: str = ""

    @classmethod
    def parse(cls, args: Mapping[str, str]) -> Search:
        said = {name: args.get(name, "").replace("\0", "").strip() for name in cls.__slots__}
        return cls(**{**said, "need": said["need"][:LONGEST_NEED]})

    def fields(self, **changes: str) -> dict[str, str]:
        """The same search with something changed; it begins on its first page again."""
        return {**asdict(replace(self, cursor="")), **changes}

    @property
    def minutes(self) -> tuple[int | None, int | None]:
        """Raises BadTime."""
        return (
            clock_minutes(self.after, field="after") if self.after else None,
            clock_minutes(self.before, field="before") if self.before else None,
        )

    def query(self, theme: Theme | None, who: Viewer) -> SlotQuery:
        """Raises BadTime."""
        after, before = self.minutes
        return SlotQuery(
            tzid=display_tzid(),
            theme_id=theme.id if theme else None,
            after=after,
            before=before,
            distinct=True,
            cursor=self.cursor or None,
            viewer_id=who.member_id,
        )


@bp.get("/search")
@access("anyone")
def search() -> ResponseReturnValue:
    wanted, who = Search.parse(request.args), viewer()
    with reading() as session:
        theme, problem = _theme(session, wanted)
        if who is None:
            return _for_visitors(session, wanted, theme, problem)
        page, problem = _page(session, wanted, theme, who, problem)
        return _for_members(session, wanted, theme, page, problem)


def _theme(session: Session, wanted: Search) -> tuple[Theme | None, Refusal | None]:
    """The theme chosen, else the one the need speaks of."""
    if wanted.theme == ANY_THEME:
        return None, None
    if not wanted.theme:
        return recognised_theme(session, wanted.need), None
    try:
        return find_theme(session, wanted.theme), None
    except UnknownTheme as refusal:
        return None, refusal


def _page(
    session: Session, wanted: Search, theme: Theme | None, who: Viewer, problem: Refusal | None
) -> tuple[SlotPage, Refusal | None]:
    """The hours; where a filter cannot be read, those without it, and why."""
    try:
        return find_slots(session, wanted.query(theme, who), now=now()), problem
    except BadInput as refusal:
        plain = replace(wanted, after="", before="", cursor="")
        return find_slots(session, plain.query(theme, who), now=now()), problem or refusal


def _for_members(
    session: Session, wanted: Search, theme: Theme | None, page: SlotPage, problem: Refusal | None
) -> ResponseReturnValue:
    mentors = members_among(session, {slot.mentor_id for slot in page.slots})
    proofs = {
        mentor_id: next((offer.proof for offer in mentor.offers if theme and offer.theme_id == theme.id), "")
        for mentor_id, mentor in mentors.items()
    }
    return render_template(
        "search.html",
        **_shown(session, wanted, theme, problem),
        days=by_day(page.slots, display_tzid()),
        mentors=mentors,
        proofs=proofs,
        busy=clashing_starts(session, member(session).id, page.slots),
        next_cursor=page.next_cursor,
        parts_of_day=PARTS,
    ), _status(problem)


def _for_visitors(
    session: Session, wanted: Search, theme: Theme | None, problem: Refusal | None
) -> ResponseReturnValue:
    return render_template("search_visitor.html", **_shown(session, wanted, theme, problem)), _status(problem)


def _shown(session: Session, wanted: Search, theme: Theme | None, problem: Refusal | None) -> dict[str, object]:
    hours = open_hours(session, now=now())
    return {
        "wanted": wanted,
        "theme": theme,
        "themes": active_themes(session),
        "free": free_themes(session, hours.by_theme),
        "hours": hours.by_theme.get(theme.id, 0) if theme else hours.total,
        "problem": words_of(problem) if problem else "",
    }


def _status(problem: Refusal | None) -> int:
    return status_of(problem) if problem else 200
