"""Short public pages."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, url_for
from flask.typing import ResponseReturnValue

from flashmeet.http.admission.access import access

bp = Blueprint("pages", __name__)

OPEN = ("pages.help_page", "page_texts.privacy", "page_texts.charter", "page_texts.legal", "page_texts.accessibility")


@bp.get("/help")
@access("anyone")
def help_page() -> ResponseReturnValue:
    return render_template("portal/help.html")


@bp.get("/robots.txt")
@access("anyone")
def robots() -> ResponseReturnValue:
    """Allows indexing of public pages, and disallows members' pages."""
    home = url_for("home.home")
    open_to_all = (f"{home}$", *(url_for(endpoint) for endpoint in OPEN), url_for("static", filename=""))
    lines = ["User-agent: *", *(f"Allow: {path}" for path in open_to_all), f"Disallow: {home}", ""]
    return Response("\n".join(lines), mimetype="text/plain")
