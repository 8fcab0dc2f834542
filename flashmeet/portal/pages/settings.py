"""One page that leads to everything a member sets: each of its pages is one tap away."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.services import reading

bp = Blueprint("settings", __name__)


@bp.get("/me/settings")
@access("member")
def show() -> ResponseReturnValue:
    with reading() as db:
        return render_template("portal/me/settings.html", you=member(db))
