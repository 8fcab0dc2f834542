"""Shows every message that would have been sent, where no provider is set: for demo and development."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from flashmeet.bookings.pages.invite_lines import invite_facts
from flashmeet.core.errors import NotFound
from flashmeet.http.admission.access import access
from flashmeet.http.admission.client_address import never_left_this_machine
from flashmeet.http.services import services
from flashmeet.messages.channels.files import folder_in, letter, letters

bp = Blueprint("dev", __name__)

MAIL_SECURITY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src 'self' data:",
        "frame-ancestors 'self'",
        "sandbox allow-popups allow-popups-to-escape-sandbox",
    )
)
"""A mail brings its own styles; its links open in another tab, and it may do nothing else."""


@bp.get("/dev/outbox")
@access("anyone")
def outbox() -> ResponseReturnValue:
    found = letters(_folder())
    return render_template(
        "portal/dev_outbox.html",
        letters=found,
        invites={each.key: invite_facts(each.ics) for each in found if each.ics},
    )


@bp.get("/dev/outbox/<key>/mail")
@access("anyone")
def mail(key: str) -> ResponseReturnValue:
    """Returns the HTML of one mail, as a mail program would show it."""
    html = letter(_folder(), key).html.replace("<head>", '<head><base target="_blank">', 1)
    return Response(html, mimetype="text/html", headers={"Content-Security-Policy": MAIL_SECURITY})


@bp.get("/dev/outbox/<key>/invite.ics")
@access("anyone")
def invite(key: str) -> ResponseReturnValue:
    found = letter(_folder(), key)
    if not found.ics:
        raise NotFound
    return Response(found.ics, mimetype="text/calendar")


def _folder() -> Path:
    """Returns the folder of the message files. Raises NotFound in production, and for another machine.

    The messages hold codes that sign people in. An https address means a proxy, and callers from anywhere.
    """
    config = services().config
    if not config.shows_outbox or config.secure or not never_left_this_machine():
        raise NotFound
    return folder_in(services().config.instance)
