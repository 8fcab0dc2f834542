"""The page that shows, with numbers, that the network keeps its word."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from flashmeet.http.admission.access import access
from flashmeet.http.services import now, reading
from flashmeet.programme.rules.proof import LateWhy, Rule
from flashmeet.programme.service.proof import proof

bp = Blueprint("admin_proof", __name__)

PROMISES = {
    Rule.DOUBLE_BOOKING: lazy_gettext("Nobody is in two meetings at the same time."),
    Rule.DEAD_REMINDER: lazy_gettext("No reminder goes out for a meeting that was cancelled or moved."),
    Rule.INVITE_ORDER: lazy_gettext("No older invite arrives after a newer one."),
    Rule.CALENDAR: lazy_gettext("Members’ calendars show what was agreed."),
    Rule.LATE_MESSAGE: lazy_gettext("Invites and reminders go out on time: within five minutes."),
    Rule.WEEK: lazy_gettext("Within seven days a request has its answer, or the reason why there is none yet."),
}
BROKEN = {
    Rule.DOUBLE_BOOKING: lazy_gettext("double bookings, of %(num)s meetings"),
    Rule.DEAD_REMINDER: lazy_gettext("such reminders, of %(num)s"),
    Rule.INVITE_ORDER: lazy_gettext("out of order, of %(num)s invites"),
    Rule.CALENDAR: lazy_gettext("differ, of %(num)s entries"),
    Rule.LATE_MESSAGE: lazy_gettext("late, of %(num)s messages"),
    Rule.WEEK: lazy_gettext("left without, of %(num)s requests"),
}
REASONS = {
    LateWhy.REFUSED: lazy_gettext("refused by the provider at first"),
    LateWhy.DOUBT: lazy_gettext("the provider did not say whether it had arrived"),
    LateWhy.WAITED: lazy_gettext("the provider was away, or the worker was not running"),
}


@bp.get("/admin/proof")
@access("administrator")
def show() -> ResponseReturnValue:
    with reading() as db:
        found = proof(db, now=now())
        return render_template(
            "programme/proof.html", proof=found, promises=PROMISES, broken=BROKEN, reasons=REASONS, made_at=now()
        )
