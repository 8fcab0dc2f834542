"""Asking several people at once to help with a theme: whom, in which words, and then the one button."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import NobodyChosen
from flashmeet.core.numbers import numbers_among
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, writing
from flashmeet.identity.acts import Act
from flashmeet.programme.service.recruiting import chosen_fits, invite_all
from flashmeet.programme.service.themes import kept_theme
from flashmeet.themes.rules.understanding import UNDERSTANDING

bp = Blueprint("admin_recruiting", __name__)

MOST_TICKED = 100


@bp.get("/admin/themes/<int:theme_id>/recruit")
@access("administrator")
def preview(theme_id: int) -> ResponseReturnValue:
    """Shows who will be asked, and the mail. Changes nothing."""
    try:
        with reading() as db:
            theme = kept_theme(db, theme_id)
            ticked = numbers_among(request.args.getlist("who"))[:MOST_TICKED]
            fits = chosen_fits(db, theme, ticked, by=service(UNDERSTANDING), now=now())
            return render_template("programme/ask_these.html", theme=theme, fits=fits, you=member(db))
    except NobodyChosen as refusal:
        return _refused(theme_id, refusal)


@bp.post("/admin/themes/<int:theme_id>/recruit")
@access("administrator")
@records(Act.MENTORS_INVITED)
def ask_these(theme_id: int) -> ResponseReturnValue:
    """Invites the members by mail to help with the theme; a second time sends nothing."""
    try:
        with writing() as db:
            theme = kept_theme(db, theme_id)
            ticked = numbers_among(request.form.getlist("who"))[:MOST_TICKED]
            fits = chosen_fits(db, theme, ticked, by=service(UNDERSTANDING), now=now())
            sent = invite_all(db, theme, fits, by=member(db), now=now())
            note_for_record(f"{theme.slug} {sent}", to=fits[0].member.id if len(fits) == 1 else None)
    except NobodyChosen as refusal:
        return _refused(theme_id, refusal)
    return redirect(url_for("admin_themes.look", theme_id=theme_id, _anchor="invited"), 303)


def _refused(theme_id: int, refusal: NobodyChosen) -> ResponseReturnValue:
    with reading() as db:
        theme = kept_theme(db, theme_id)
        page = render_template("programme/ask_these.html", theme=theme, fits=[], problem=words_of(refusal))
        return page, status_of(refusal)
