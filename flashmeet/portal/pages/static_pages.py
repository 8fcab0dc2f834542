"""Short true pages that anybody may read."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from flashmeet.http.access import access
from flashmeet.http.services import services

bp = Blueprint("pages", __name__)

OPEN = ("/$", "/help", "/privacy", "/charter", "/legal", "/accessibility", "/static/")
ROBOTS = "\n".join(["User-agent: *", *(f"Allow: {path}" for path in OPEN), "Disallow: /", ""])


@bp.get("/help")
@access("anyone")
def help_page() -> ResponseReturnValue:
    return render_template("portal/help.html")


@bp.get("/accessibility")
@access("anyone")
def accessibility() -> ResponseReturnValue:
    return render_template("portal/accessibility.html", contact=services().config.mail_from)


@bp.get("/robots.txt")
@access("anyone")
def robots() -> ResponseReturnValue:
    """The front door may be found; members' pages are nobody's to index."""
    return Response(ROBOTS, mimetype="text/plain")
