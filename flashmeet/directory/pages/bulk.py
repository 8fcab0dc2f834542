"""Acts on everybody of a filter: what follows is said first, progress is shown, and each can be undone for 30 days."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, ChangedMeanwhile, NobodyConcerned, UnknownTheme
from flashmeet.core.numbers import number_or_none
from flashmeet.directory.pages.confirming import undoing_bulk
from flashmeet.directory.queries import forecast, latest_acts, progress_of
from flashmeet.directory.rules.bulk import IN_REQUEST, UNDER_WAY, BulkKind, may_undo
from flashmeet.directory.rules.filters import MemberFilter
from flashmeet.directory.service.bulk import begin_bulk, bulk_act, carry_on_bulk, undo_bulk
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import display_locale
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.acts import Act
from flashmeet.requests.pages.departures import hours_said
from flashmeet.themes.service import known_by_name, known_themes, theme_id_of

bp = Blueprint("admin_bulk", __name__)

KINDS = {
    BulkKind.APPROVE: lazy_gettext("Approve the mentors who are waiting"),
    BulkKind.PAUSE: lazy_gettext("Pause the mentors"),
    BulkKind.RESUME: lazy_gettext("Resume the mentors who were paused"),
    BulkKind.GIVE_MENTOR: lazy_gettext("Make them mentors"),
    BulkKind.TAKE_MENTOR: lazy_gettext("Take away the role of mentor"),
    BulkKind.GIVE_MENTEE: lazy_gettext("Make them mentees"),
    BulkKind.TAKE_MENTEE: lazy_gettext("Take away the role of mentee"),
    BulkKind.GIVE_THEME: lazy_gettext("Have the mentors offer a theme"),
    BulkKind.TAKE_THEME: lazy_gettext("Take a theme away from the mentors"),
}


@bp.app_template_filter()
def bulk_words(kind: BulkKind) -> str:
    return str(KINDS[kind])


@bp.get("/admin/members/bulk")
@access("administrator")
def show() -> ResponseReturnValue:
    with reading() as db:
        acts = latest_acts(db)
        undoable = {act.id for act in acts if may_undo(act.created_at, act.state, now=now())}
        return render_template("directory/bulk_list.html", acts=acts, undoable=undoable, names=_theme_names(db))


@bp.get("/admin/members/bulk/new")
@access("administrator")
def new() -> ResponseReturnValue:
    """Says whom the chosen act would change, and what follows. Changes nothing. Raises BadInput."""
    with reading() as db:
        return _new(db)


def _new(db: Session, problem: str = "") -> str:
    asked = request.values
    wanted, kind, theme = MemberFilter.parse(asked), _kind(asked.get("act", "")), asked.get("act_theme", "")
    theme_id = _theme(db, theme) if kind.needs_theme else None
    return render_template(
        "directory/bulk_new.html",
        wanted=wanted,
        kind=kind,
        theme=theme,
        theme_missing=kind.needs_theme and theme_id is None,
        themes=known_by_name(db, display_locale()),
        found=forecast(db, wanted, kind, theme_id, now=now()),
        problem=problem,
    )


def _kind(text: str) -> BulkKind:
    try:
        return BulkKind(text)
    except ValueError:
        raise BadInput("act", value=text[:40]) from None


def _theme(db: Session, text: str) -> int | None:
    try:
        return theme_id_of(db, text) if text else None
    except UnknownTheme:
        return None


@bp.post("/admin/members/bulk")
@access("administrator", fresh=True)
@records(Act.BULK_STARTED)
def start() -> ResponseReturnValue:
    """Begins the act: its first people are changed at once, all others by a worker."""
    form = request.form
    people = number_or_none(form.get("people", "")) or 0
    try:
        with writing() as db:
            act = begin_bulk(
                db,
                MemberFilter.parse(form),
                _kind(form.get("act", "")),
                theme=form.get("act_theme", ""),
                hours=hours_said(),
                people=people,
                by=member(db),
                now=now(),
            )
            act_id = act.id
            note_for_record(f"{act.kind} {act.id}: {act.total}")
    except (ChangedMeanwhile, NobodyConcerned, UnknownTheme) as refusal:
        with reading() as db:
            return _new(db, words_of(refusal)), status_of(refusal)
    return _go_on(act_id)


@bp.post("/admin/members/bulk/<int:bulk_id>/undo")
@access("administrator", fresh=True)
@asks_first(undoing_bulk)
@records(Act.BULK_UNDONE)
def undo(bulk_id: int) -> ResponseReturnValue:
    """Undoes the act for everybody who is still as it left them. Raises NotFound, BulkUnderWay."""
    with writing() as db:
        act = undo_bulk(db, bulk_id, now=now())
        note_for_record(f"{act.kind} {act.id}")
    return _go_on(bulk_id)


def _go_on(act_id: int) -> ResponseReturnValue:
    """Does what fits into a request, so that an act on few is over when its page opens."""
    with writing() as db:
        carry_on_bulk(db, act_id=act_id, limit=IN_REQUEST, now=now())
    return redirect(url_for("admin_bulk.one", bulk_id=act_id), 303)


@bp.get("/admin/members/bulk/<int:bulk_id>")
@access("administrator")
def one(bulk_id: int) -> ResponseReturnValue:
    """Shows how far the act is, and what became of its people. Raises NotFound."""
    with reading() as db:
        act = bulk_act(db, bulk_id)
        return render_template(
            "directory/bulk_one.html",
            act=act,
            under_way=act.state in UNDER_WAY,
            counts=progress_of(db, act),
            may_undo=may_undo(act.created_at, act.state, now=now()),
            theme=_theme_names(db).get(act.theme_id or 0, ""),
            back=url_for("admin_members.show") + (f"?{urlencode(act.fields)}" if act.fields else ""),
        )


def _theme_names(db: Session) -> dict[int, str]:
    return {theme.id: theme.name(display_locale()) for theme in known_themes(db)}
