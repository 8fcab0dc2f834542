"""Short true pages that anybody may read."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from flashmeet.http.access import access
from flashmeet.http.redirects import own_address
from flashmeet.http.services import services

bp = Blueprint("pages", __name__)

OPEN = ("/$", "/help", "/privacy", "/charter", "/legal", "/accessibility", "/static/")


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
    allowed = (f"Allow: {own_address(path)}" for path in OPEN)
    lines = ["User-agent: *", *allowed, f"Disallow: {own_address('/')}", ""]
    return Response("\n".join(lines), mimetype="text/plain")
