"""The page of an invitation to mentor: one theme, one line, one button."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, NotFound, UnknownTheme
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.people.service.profile import offer_theme
from flashmeet.themes.models import Theme
from flashmeet.themes.service import find_theme

bp = Blueprint("become_mentor", __name__)


@bp.get("/give/<theme>")
@access("member")
def show(theme: str) -> ResponseReturnValue:
    with reading() as db:
        return render_template(
            "schedule/become_mentor.html", theme=_theme(db, theme), proof="", problem="", you=member(db)
        )


@bp.post("/give/<theme>")
@access("member", keeps_draft=False)
def give(theme: str) -> ResponseReturnValue:
    proof = request.form.get("proof", "")
    try:
        with writing() as db:
            offer_theme(db, member(db), _theme(db, theme), proof, now=now())
    except BadInput as refusal:
        with reading() as db:
            chosen, you = _theme(db, theme), member(db)
            page = render_template(
                "schedule/become_mentor.html", theme=chosen, proof=proof, problem=words_of(refusal), you=you
            )
        return page, status_of(refusal)
    return redirect(url_for("availability.show"), 303)


def _theme(db: Session, text: str) -> Theme:
    """Returns the theme. Raises NotFound."""
    try:
        return find_theme(db, text)
    except UnknownTheme as unknown:
        raise NotFound from unknown
