"""The page on which a zone is chosen; `web.preferences` keeps the choice."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from flashmeet.gate.access import access
from flashmeet.gate.identity import display_locale
from flashmeet.gate.parts import now
from flashmeet.gate.ways import same_site
from flashmeet.wording.zone_names import zone_groups

bp = Blueprint("zones", __name__)


@bp.get("/zone")
@access("anyone")
def choose() -> ResponseReturnValue:
    return render_template(
        "zone.html", zones=zone_groups(display_locale()), next=same_site(request.args.get("next"), "/"), at=now()
    )
