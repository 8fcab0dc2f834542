"""Undelivered messages: an administrator may look at them, send them again, or drop them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from flashmeet.core.errors import AlreadyOver
from flashmeet.core.numbers import page_number
from flashmeet.http.admission.access import access
from flashmeet.http.audit import records
from flashmeet.http.display import display_locale
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.services import now, reading, writing
from flashmeet.i18n.times import duration
from flashmeet.identity.acts import Act
from flashmeet.messages.models import LeftReply, OutboxMessage
from flashmeet.messages.outbox.manual import drop_row, retry_row, troubled
from flashmeet.messages.pages.confirming import dropping, ending_reply
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.left_replies import LeftWhy
from flashmeet.messages.rules.outbox import BOUNCED, TROUBLED
from flashmeet.messages.service import troubles
from flashmeet.messages.service.deliveries import mail_faults
from flashmeet.messages.service.left_replies import end_left, left_replies
from flashmeet.messages.service.outbox_figures import outbox_figures

bp = Blueprint("admin_messages", __name__)

A_PAGE, MOST_FAULTS = 50, 50
FILTERS = ("stuck", *TROUBLED)
CHANNELS = (ChannelName.MAIL, ChannelName.SMS)
REASONS = {
    "opted_out": lazy_gettext("The number has replied STOP."),
    "bad_number": lazy_gettext("The phone network cannot reach this number."),
    "superseded": lazy_gettext("A later message says where things stand."),
    "too late": lazy_gettext("It would have arrived too late."),
    "not found at the provider": lazy_gettext("The provider does not know it: it was not sent."),
    "restored from a backup": lazy_gettext("Held back after a restore: it may already have been sent."),
}

LEFT = {
    LeftWhy.UNRELATED: lazy_gettext("It answers none of our messages."),
    LeftWhy.ANOTHER_SENDER: lazy_gettext(
        "It answers one of our messages from another address than the message went to."
    ),
    LeftWhy.NO_HOUR: lazy_gettext("It is not about an hour that is still to come or under way."),
    LeftWhy.NO_WORDS: lazy_gettext("No text of its own could be read in it."),
    LeftWhy.OUTLOOK_ONLY: lazy_gettext(
        "It is in a form that only Outlook reads (winmail.dat). It may accept or decline an hour, as its subject says: "
        "nothing was changed, so ask them."
    ),
    LeftWhy.CALENDAR: lazy_gettext(
        "A calendar answered an invite, and its answer or the note beside it could not be taken: nothing was changed, "
        "so ask them."
    ),
    LeftWhy.CLOSED: lazy_gettext("The two can no longer write to each other there, or it is too long."),
    LeftWhy.UNREADABLE: lazy_gettext("It could not be read."),
}


@dataclass(frozen=True, slots=True)
class MessagesQuery:
    """The list's filters; unreadable ones are ignored."""

    only: str
    channel: str
    page: int

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> MessagesQuery:
        only, channel, page = (fields.get(name, "") for name in ("only", "channel", "page"))
        return cls(only if only in FILTERS else "", channel if channel in CHANNELS else "", page_number(page))

    def fields(self) -> dict[str, str | int]:
        return {"only": self.only, "channel": self.channel, "page": self.page if self.page > 1 else ""}


@bp.get("/admin/messages")
@access("administrator")
def show() -> ResponseReturnValue:
    asked = MessagesQuery.parse(request.args)
    with reading() as db:
        rows, total = troubled(
            db,
            only=asked.only,
            channel=asked.channel,
            now=now(),
            limit=A_PAGE,
            offset=(asked.page - 1) * A_PAGE,
        )
        return render_template(
            "messages/admin_messages.html",
            asked=asked,
            rows=rows,
            total=total,
            last=-(-total // A_PAGE),
            figures=outbox_figures(db, now=now()),
            stuck=troubled(db, only="stuck", now=now(), limit=0)[1],
            faults=mail_faults(db, limit=MOST_FAULTS),
            replies=left_replies(db),
            told=request.args.get("told", ""),
        )


@bp.post("/admin/messages/<int:message_id>/retry")
@access("administrator", keeps_draft=False)
@records(Act.MESSAGE_RETRIED)
def retry(message_id: int) -> ResponseReturnValue:
    try:
        with writing() as db:
            retry_row(db, message_id, now=now())
    except AlreadyOver:
        return _back("overtaken")
    return _back("retried")


@bp.post("/admin/messages/<int:message_id>/drop")
@access("administrator", keeps_draft=False)
@asks_first(dropping)
@records(Act.MESSAGE_DROPPED)
def drop(message_id: int) -> ResponseReturnValue:
    with writing() as db:
        drop_row(db, message_id, now=now())
    return _back("dropped")


@bp.post("/admin/messages/replies/<int:reply_id>/done")
@access("administrator", keeps_draft=False)
@asks_first(ending_reply)
@records(Act.REPLY_DONE)
def end_reply(reply_id: int) -> ResponseReturnValue:
    """Forgets a reply that somebody has dealt with. Raises NotFound."""
    with writing() as db:
        end_left(db, reply_id)
    return _back("answered")


def _back(told: str) -> ResponseReturnValue:
    """Redirects to the list with its filters."""
    asked = MessagesQuery.parse(request.form)
    said = {name: value for name, value in asked.fields().items() if value}
    return redirect(url_for("admin_messages.show") + f"?{urlencode({**said, 'told': told})}", 303)


@bp.app_template_filter()
def reply_words(reply: LeftReply) -> str:
    """Returns why nobody could take it."""
    return str(LEFT[reply.why])


@bp.app_template_filter()
def trouble_words(reason: str) -> str:
    """Says why a provider does not take our messages."""
    return troubles.trouble_words(reason, display_locale())


@bp.app_template_filter()
def away_words(since: timedelta) -> str:
    """`7 minutes`; at least one."""
    return duration(max(1, int(since.total_seconds()) // 60), display_locale())


@bp.app_template_filter()
def reason_words(message: OutboxMessage) -> str:
    """Returns why it did not arrive; an unknown code of the provider is shown unchanged."""
    if message.reason.startswith(BOUNCED):
        return str(
            gettext(
                "It came back (%(status)s), because of the email or its sender, not of the address. Check SPF, DKIM "
                "and DMARC.",
                status=message.reason.removeprefix(BOUNCED),
            )
        )
    return str(REASONS.get(message.reason, message.reason))
