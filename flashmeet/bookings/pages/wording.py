"""What a session's facts are called on its page: how it is held, and what was sent about it."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint
from flask_babel import format_decimal, gettext, lazy_gettext, ngettext

from flashmeet.bookings.service.booking_details import MessageLogEntry
from flashmeet.bookings.service.follow_up import Clearer
from flashmeet.http.identity import display_locale, display_tzid
from flashmeet.http.services import now
from flashmeet.i18n import times
from flashmeet.messages.rules.outbox import OutboxState

bp = Blueprint("words", __name__)

MODES = {
    "video": lazy_gettext("On video"),
    "phone": lazy_gettext("By phone"),
    "on_site": lazy_gettext("In person"),
}
CHANNELS = {"mail": lazy_gettext("by mail"), "sms": lazy_gettext("by SMS"), "video": lazy_gettext("at the provider")}
NETWORK = lazy_gettext("A word from the network")
"""Nothing more is said of what concerns conduct: lists of messages are read by many."""
KINDS = {
    ("invite", "booked"): lazy_gettext("Invite"),
    ("invite", "moved"): lazy_gettext("New time, with the invite"),
    ("invite", "cancelled"): lazy_gettext("Cancellation, with the calendar update"),
    ("joined", ""): lazy_gettext("News that an application was granted"),
    ("request", ""): lazy_gettext("Request for the hour"),
    ("pending", ""): lazy_gettext("Confirmation that the mentor was asked"),
    ("not_taken", ""): lazy_gettext("News that the hour will not take place"),
    ("reminder_three_days", ""): lazy_gettext("Reminder three days before"),
    ("reminder_day", ""): lazy_gettext("Reminder one day before"),
    ("reminder_hour", ""): lazy_gettext("Reminder one hour before"),
    ("leave_question", ""): lazy_gettext("Question about a leave"),
    ("phone_code", ""): lazy_gettext("Code for a phone number"),
    ("sms_reply", ""): lazy_gettext("Answer to an SMS"),
    ("late", ""): lazy_gettext("Word on being late"),
    ("room_instead", ""): lazy_gettext("News that the video provider cannot be reached"),
    ("did_it_happen", ""): lazy_gettext("Question whether it took place"),
    ("end_meeting", ""): lazy_gettext("End of the meeting at the video provider"),
    ("decline_question", ""): lazy_gettext("Question about an answer of a calendar"),
    ("absence_said", ""): NETWORK,
    ("absence_settled", ""): NETWORK,
    ("mentor_absent", ""): NETWORK,
    ("bookings_rest", ""): NETWORK,
    ("confirm_hour", ""): NETWORK,
    ("hour_released", ""): NETWORK,
    ("report_received", ""): NETWORK,
    ("report_closed", ""): NETWORK,
    ("case_opened", ""): NETWORK,
    ("network_word", ""): NETWORK,
    ("asked", ""): lazy_gettext("Request for an hour"),
    ("asked_again", ""): lazy_gettext("Reminder of a request"),
    ("request_withdrawn", ""): lazy_gettext("News that a request was taken back"),
    ("times_proposed", ""): lazy_gettext("Times to choose from"),
    ("request_ended", ""): lazy_gettext("How a request ended"),
    ("request_queued", ""): lazy_gettext("Place in the queue of a theme"),
    ("hour_offered", ""): lazy_gettext("Offer of an hour that came free"),
    ("week_passed", ""): lazy_gettext("Where a request stands after seven days"),
    ("still_with_us", ""): lazy_gettext("Question whether a mentor is still with us"),
    ("nudge", ""): lazy_gettext("A word from the network"),
    ("pause_offer", ""): lazy_gettext("Offer of a pause"),
    ("digest", ""): lazy_gettext("Five things to do"),
    ("what_came", ""): lazy_gettext("Question what came of it"),
    ("came_of_it", ""): lazy_gettext("News of what came of it"),
    ("series_proposed", ""): lazy_gettext("Proposal to go on"),
    ("series_answered", ""): lazy_gettext("Answer to a proposal to go on"),
    ("series_review", ""): lazy_gettext("Question whether a series goes on"),
    ("series_ended", ""): lazy_gettext("End of a series"),
    ("two_hours", ""): lazy_gettext("Question for two hours this month"),
    ("encouragement", ""): lazy_gettext("Encouragement"),
    ("thread", ""): lazy_gettext("Words from the other"),
    ("read_first", ""): lazy_gettext("Something to read first"),
    ("invite", "changed"): lazy_gettext("How you meet, with the invite"),
    ("theme_open", ""): lazy_gettext("News of a free hour in a theme"),
    ("mentor_wanted", ""): lazy_gettext("Invitation to help with a theme"),
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
    "theme": lazy_gettext("helps with it"),
    "words": lazy_gettext("speaks of what you ask"),
    "relation": lazy_gettext("stands to you as you asked"),
    "soon": lazy_gettext("free soon"),
    "sector": lazy_gettext("same sector as you"),
    "language": lazy_gettext("speaks your language"),
    "company": lazy_gettext("same company as you"),
    "stale": lazy_gettext("profile not looked at for a year"),
}
STATES = {
    "later": lazy_gettext("leaves %(when)s"),
    "waiting": lazy_gettext("on its way"),
    "sending": lazy_gettext("on its way"),
    "sent": lazy_gettext("sent %(when)s"),
    "unknown": lazy_gettext("sent, not yet confirmed"),
    "refused": lazy_gettext("could not be delivered"),
    "delivered": lazy_gettext("delivered %(when)s"),
}
LATER = {
    "done": lazy_gettext("done as set out"),
    "under_way": lazy_gettext("on its way"),
    "not_yet": lazy_gettext("not yet"),
    "other": lazy_gettext("something else came of it"),
}
FAULTS = {
    "5.1.1": lazy_gettext("There is no such mailbox."),
    "5.1.2": lazy_gettext("There is no such mail domain."),
    "5.2.1": lazy_gettext("The mailbox is closed."),
    "5.2.2": lazy_gettext("The mailbox is full."),
    "5.4.4": lazy_gettext("There is no such mail domain."),
}
"""By enhanced status code (RFC 3463)."""


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
    """Why somebody is suggested: `helps with it · free soon`."""
    return " · ".join(str(REASONS[reason]) for reason in reasons)


@bp.app_template_filter()
def channel_words(channel: str) -> str:
    return str(CHANNELS.get(channel, channel))


@bp.app_template_filter()
def delivery_words(told: MessageLogEntry) -> str:
    return str(KINDS.get((told.kind, told.action)) or KINDS.get((told.kind, "")) or gettext("Message"))


@bp.app_template_filter()
def fault_words(status: str) -> str:
    """Why mails come back, by the code their server gave."""
    return str(FAULTS.get(status) or gettext("The mail server there does not take it."))


@bp.app_template_filter()
def state_words(told: MessageLogEntry) -> str:
    """`sent mer. 9 déc., 18:00 (Paris)`."""
    waits = told.state == OutboxState.WAITING and told.at > now()
    state = "delivered" if told.arrived else "later" if waits else told.state
    when = times.when(told.at, display_tzid(), display_locale())
    return str(STATES.get(state, STATES["refused"])) % {"when": when}


@bp.app_template_filter()
def follow_up_words(answer: str) -> str:
    """What came of an hour weeks later."""
    return str(LATER.get(answer, answer))


@bp.app_template_filter()
def clearer_words(found: Clearer) -> str:
    """`4.3 of 5 (12 answers)`."""
    mean = format_decimal(round(found.mean, 1))
    return str(ngettext("%(mean)s of 5 (%(num)s answer)", "%(mean)s of 5 (%(num)s answers)", found.count, mean=mean))
