"""The page where a zone is chosen; `portal.pages.preferences` saves the choice."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.http.admission.access import access
from flashmeet.http.display import display_locale
from flashmeet.http.forms.redirects import same_site
from flashmeet.http.services import now
from flashmeet.i18n.times import zone_groups

bp = Blueprint("zones", __name__)


@bp.get("/zone")
@access("anyone")
def choose() -> ResponseReturnValue:
    return render_template(
        "portal/zone.html",
        zones=zone_groups(display_locale()),
        next=same_site(request.args.get("next"), url_for("home.home")),
        at=now(),
    )
