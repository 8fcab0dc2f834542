"""What a session's facts are called on its page: how it is held, and what was sent about it."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext, lazy_gettext

from flashmeet.gate.identity import display_locale, display_tzid
from flashmeet.gate.parts import now
from flashmeet.service.sent import Told
from flashmeet.wording import times

bp = Blueprint("words", __name__)

MODES = {
    "video": lazy_gettext("On video"),
    "phone": lazy_gettext("By phone"),
    "on_site": lazy_gettext("In person"),
}
CHANNELS = {"mail": lazy_gettext("by mail"), "sms": lazy_gettext("by SMS")}
KINDS = {
    ("invite", "booked"): lazy_gettext("Invite"),
    ("invite", "moved"): lazy_gettext("New time, with the invite"),
    ("invite", "cancelled"): lazy_gettext("Cancellation, with the calendar update"),
    ("request", ""): lazy_gettext("Request for the hour"),
    ("pending", ""): lazy_gettext("Confirmation that the mentor was asked"),
    ("not_taken", ""): lazy_gettext("News that the hour will not take place"),
    ("reminder_three_days", ""): lazy_gettext("Reminder three days before"),
    ("reminder_day", ""): lazy_gettext("Reminder one day before"),
    ("reminder_hour", ""): lazy_gettext("Reminder one hour before"),
    ("leave_question", ""): lazy_gettext("Question about a leave"),
    ("decline_question", ""): lazy_gettext("Question about an answer of a calendar"),
}
STATES = {
    "later": lazy_gettext("leaves %(when)s"),
    "waiting": lazy_gettext("on its way"),
    "sending": lazy_gettext("on its way"),
    "sent": lazy_gettext("sent %(when)s"),
    "unknown": lazy_gettext("sent, not yet confirmed"),
    "refused": lazy_gettext("could not be delivered"),
}


@bp.app_template_filter()
def mode_words(mode: str) -> str:
    return str(MODES.get(mode, mode))


@bp.app_template_filter()
def channel_words(channel: str) -> str:
    return str(CHANNELS.get(channel, channel))


@bp.app_template_filter()
def told_words(told: Told) -> str:
    return str(KINDS.get((told.kind, told.action)) or KINDS.get((told.kind, "")) or gettext("Message"))


@bp.app_template_filter()
def state_words(told: Told) -> str:
    """`sent mer. 9 déc., 18:00 (Paris)`."""
    state = "later" if told.state == "waiting" and told.at > now() else told.state
    when = times.when(told.at, display_tzid(), display_locale())
    return str(STATES.get(state, STATES["refused"])) % {"when": when}
