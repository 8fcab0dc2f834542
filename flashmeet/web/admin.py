"""The administrator's first page: what needs a person, then the balance of themes, then the figures."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from flashmeet.gate.access import access
from flashmeet.gate.identity import display_tzid, member
from flashmeet.gate.parts import now, parts, reading
from flashmeet.service.balance import board
from flashmeet.service.conduct.cases import open_cases
from flashmeet.service.overview import overview
from flashmeet.store.models import OutboxMessage
from flashmeet.web.words import KINDS

bp = Blueprint("admin", __name__)

STATES = {
    "refused": lazy_gettext("The address or the number does not take it."),
    "parked": lazy_gettext("Laid aside after many tries."),
    "unknown": lazy_gettext("Sent, and nobody could confirm it."),
}


@bp.get("/admin")
@access("administrator")
def show() -> ResponseReturnValue:
    with reading() as session:
        return render_template(
            "admin/show.html",
            network=overview(session, tzid=display_tzid(), now=now()),
            rows=board(session, tzid=display_tzid(), now=now()),
            cases=open_cases(session, viewer_id=member(session).id),
            without_relay=parts().config.lacks_relay,
        )


@bp.app_template_filter()
def message_words(message: OutboxMessage) -> str:
    """What kind of message it is."""
    if message.kind == "sign_in_code":
        return str(gettext("Sign-in code"))
    action = str(message.payload.get("action", ""))
    return str(KINDS.get((message.kind, action)) or KINDS.get((message.kind, "")) or gettext("Message"))


@bp.app_template_filter()
def undelivered_words(message: OutboxMessage) -> str:
    """Why it did not arrive."""
    return str(STATES[message.state])
