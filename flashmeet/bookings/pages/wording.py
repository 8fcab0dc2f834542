"""Names shown for a booking's facts: how it is held, and what was sent about it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint
from flask_babel import format_decimal, gettext, lazy_gettext, ngettext

from flashmeet.bookings.service.booking_details import MessageLogEntry
from flashmeet.bookings.service.follow_up import Clearer
from flashmeet.http.display import display_locale, display_tzid
from flashmeet.http.services import now
from flashmeet.i18n import times
from flashmeet.messages.rules.kinds import label_of
from flashmeet.messages.rules.outbox import OutboxState

bp = Blueprint("words", __name__)

MODES = {
    "video": lazy_gettext("By video"),
    "phone": lazy_gettext("By phone"),
    "on_site": lazy_gettext("In person"),
}
CHANNELS = {
    "mail": lazy_gettext("by email"),
    "sms": lazy_gettext("by SMS"),
    "video": lazy_gettext("with the video provider"),
    "calendar": lazy_gettext("in the calendar"),
}
RELATIONS = {
    "peer": lazy_gettext("peer"),
    "reverse": lazy_gettext("reverse"),
    "classic": lazy_gettext("classic"),
}
FORMATS = {
    "flash": lazy_gettext("one hour"),
    "day": lazy_gettext("a day"),
    "series": lazy_gettext("a series"),
    "group": lazy_gettext("a group"),
}
REASONS = {
    "theme": lazy_gettext("helps with this theme"),
    "near": lazy_gettext("has done something close to it"),
    "words": lazy_gettext("mentions what you asked about"),
    "relation": lazy_gettext("matches who you asked for"),
    "soon": lazy_gettext("free soon"),
    "rested": lazy_gettext("few hours given lately"),
    "sector": lazy_gettext("same sector as you"),
    "language": lazy_gettext("speaks your language"),
    "company": lazy_gettext("same company as you"),
    "stale": lazy_gettext("profile not reviewed for a year"),
}
STATES = {
    "later": lazy_gettext("will be sent %(when)s"),
    "waiting": lazy_gettext("on its way"),
    "sending": lazy_gettext("on its way"),
    "sent": lazy_gettext("sent %(when)s"),
    "unknown": lazy_gettext("sent, not confirmed yet"),
    "refused": lazy_gettext("could not be delivered"),
    "delivered": lazy_gettext("delivered %(when)s"),
}
LATER = {
    "done": lazy_gettext("done as planned"),
    "under_way": lazy_gettext("on its way"),
    "not_yet": lazy_gettext("not yet"),
    "other": lazy_gettext("something else came of it"),
}
FAULTS = {
    "5.1.1": lazy_gettext("This mailbox does not exist."),
    "5.1.2": lazy_gettext("This email domain does not exist."),
    "5.2.1": lazy_gettext("The mailbox is closed."),
    "5.2.2": lazy_gettext("The mailbox is full."),
    "5.4.4": lazy_gettext("This email domain does not exist."),
}
"""Keys are enhanced status codes (RFC 3463)."""


@bp.app_template_filter()
def mode_words(mode: str) -> str:
    return str(MODES.get(mode, mode))


@bp.app_template_filter()
def relation_words(relation: str) -> str:
    return str(RELATIONS.get(relation, relation))


@bp.app_template_filter()
def format_words(kind: str) -> str:
    return str(FORMATS.get(kind, kind))


@bp.app_template_filter()
def reasons_words(reasons: Iterable[str]) -> str:
    """Says why somebody is suggested: `helps with it · free soon`; no line begins with the dot."""
    return "\u00a0· ".join(str(REASONS[reason]) for reason in reasons)


@bp.app_template_filter()
def channel_words(channel: str) -> str:
    return str(CHANNELS.get(channel, channel))


@bp.app_template_filter()
def delivery_words(told: MessageLogEntry) -> str:
    return str(gettext(label_of(told.kind, told.action)))


@bp.app_template_filter()
def fault_words(status: str) -> str:
    """Says why mails bounce, by the server's status code."""
    return str(FAULTS.get(status) or gettext("The recipient’s mail server rejects it."))


@bp.app_template_filter()
def state_words(told: MessageLogEntry) -> str:
    """`sent mer. 9 déc., 18:00 (Paris)`."""
    waits = told.state == OutboxState.WAITING and told.at > now()
    state = "delivered" if told.arrived else "later" if waits else told.state
    when = times.when(told.at, display_tzid(), display_locale())
    return str(STATES.get(state, STATES["refused"])) % {"when": when}


@bp.app_template_filter()
def follow_up_words(answer: str) -> str:
    """Says what came of an hour, weeks later."""
    return str(LATER.get(answer, answer))


@bp.app_template_filter()
def clearer_words(found: Clearer) -> str:
    """`4.3 of 5 (12 answers)`."""
    mean = format_decimal(round(found.mean, 1))
    return str(ngettext("%(mean)s of 5 (%(num)s answer)", "%(mean)s of 5 (%(num)s answers)", found.count, mean=mean))
