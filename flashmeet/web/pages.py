"""Short true pages that anybody may read."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from flashmeet.gate.access import access
from flashmeet.gate.identity import network
from flashmeet.gate.parts import parts

bp = Blueprint("pages", __name__)

ROBOTS = (
    "User-agent: *\nAllow: /$\nAllow: /help\nAllow: /privacy\nAllow: /accessibility\nAllow: /static/\nDisallow: /\n"
)


@bp.get("/help")
@access("anyone")
def help_page() -> ResponseReturnValue:
    return render_template("pages/help.html", network=network())


@bp.get("/privacy")
@access("anyone")
def privacy() -> ResponseReturnValue:
    return render_template("pages/privacy.html", network=network(), contact=parts().config.mail_from)


@bp.get("/accessibility")
@access("anyone")
def accessibility() -> ResponseReturnValue:
    return render_template("pages/accessibility.html", contact=parts().config.mail_from)


@bp.get("/robots.txt")
@access("anyone")
def robots() -> ResponseReturnValue:
    """The front door may be found; members' pages are nobody's to index."""
    return Response(ROBOTS, mimetype="text/plain")
