"""The administrator's first page: what needs attention, then the balance of themes, then the figures."""

from __future__ import annotations

from datetime import date, timedelta

from babel.dates import get_day_names
from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from flashmeet.core.intervals import Interval
from flashmeet.core.zones import local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.admission.rate_limits import codes_are_guessed
from flashmeet.http.display import display_locale, display_tzid
from flashmeet.http.services import now, reading, services
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.kinds import label_of
from flashmeet.programme import wording
from flashmeet.programme.rules.forecast import Forecast
from flashmeet.programme.rules.to_do import Thing
from flashmeet.programme.service.balance import board
from flashmeet.programme.service.forecast import forecasts
from flashmeet.programme.service.overview import overview
from flashmeet.programme.service.time_to_help import seven_day_promise, time_to_help_by_some
from flashmeet.programme.service.to_do import things_to_do
from flashmeet.security.service.administrators import administrators
from flashmeet.setup.service.facts import setup_of
from flashmeet.setup.service.legal_texts import blanks_left

bp = Blueprint("admin", __name__)

LATELY = timedelta(days=90)
"""What the time to help is counted over."""

STATES = {
    "refused": lazy_gettext("The address or number does not accept it."),
    "parked": lazy_gettext("Given up after many tries."),
    "unknown": lazy_gettext("Sent, but never confirmed."),
}


@bp.get("/admin")
@access("administrator")
def show() -> ResponseReturnValue:
    at = now()
    with reading() as db:
        lately = Interval(at - LATELY, at)
        rows, you = board(db, tzid=display_tzid(), now=at), member(db)
        ahead = forecasts(db, rows, now=at)
        return render_template(
            "programme/overview.html",
            network=overview(db, tzid=display_tzid(), now=at),
            rows=rows,
            ahead=ahead,
            dry=[row for row in rows if ahead[row.theme.id].runs_dry_in is not None],
            unsaid=[row for row in rows if not ahead[row.theme.id].is_sayable],
            help_time=time_to_help_by_some(db, lately, now=at),
            promise=seven_day_promise(db, lately, now=at),
            things=things_to_do(db, rows, viewer_id=you.id, tzid=display_tzid(), now=at),
            weekday=_weekday(),
            setup=setup_of(db, services().config, you, now=at),
            alone=administrators(db).active == 1,
            blanks=blanks_left(db),
            guessed=codes_are_guessed(),
        )


def _weekday() -> str:
    """Names today in the viewer's zone, as a heading begins."""
    today = local_date(now(), display_tzid())
    name = str(get_day_names("wide", "stand-alone", display_locale())[today.weekday()])
    return name[:1].upper() + name[1:]


@bp.app_template_global()
def mails_go_nowhere() -> bool:
    """Whether a network runs without a mail server, so that nobody can sign in."""
    config = services().config
    return config.env == "production" and config.smtp is None


@bp.app_template_filter()
def thing_words(thing: Thing) -> str:
    """Says what there is to do, in a sentence."""
    return wording.thing_words(thing, display_locale())


@bp.app_template_filter()
def dry_day(ahead: Forecast) -> date:
    """Returns the day from which on, at the forecast's pace, no hour is left."""
    return local_date(now(), display_tzid()) + timedelta(days=ahead.runs_dry_in or 0)


@bp.app_template_filter()
def message_words(message: OutboxMessage) -> str:
    """Names the kind of message."""
    return str(gettext(label_of(message.kind, str(message.payload.get("action", "")))))


@bp.app_template_filter()
def undelivered_words(message: OutboxMessage) -> str:
    """Says why it did not arrive."""
    return str(STATES[message.state])
