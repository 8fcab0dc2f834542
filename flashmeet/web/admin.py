"""The administrator's first page: what needs a person, then the balance of themes, then the figures."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from flashmeet.gate.access import access
from flashmeet.gate.identity import display_tzid
from flashmeet.gate.parts import now, reading
from flashmeet.service.overview import overview

bp = Blueprint("admin", __name__)


@bp.get("/admin")
@access("administrator")
def show() -> ResponseReturnValue:
    with reading() as session:
        return render_template("admin/show.html", network=overview(session, tzid=display_tzid(), now=now()))
