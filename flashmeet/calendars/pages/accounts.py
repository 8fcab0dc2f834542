"""My calendars: what is connected, what each is for, how it fares, and what to do where it does not."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.calendars.pages.account_form import PROVIDERS, Typed, asked
from flashmeet.calendars.service.accounts import Switches, choose, connect, disconnect, try_again, write_again
from flashmeet.calendars.service.health import health_of
from flashmeet.calendars.wording import connecting_words, reading_words
from flashmeet.core.errors import BadInput
from flashmeet.core.limits import Limit
from flashmeet.core.provider_faults import CalendarFault
from flashmeet.http.access import access
from flashmeet.http.identity import display_locale, member
from flashmeet.http.problems import words_of
from flashmeet.http.rate_limits import spend
from flashmeet.http.services import close_reading, now, reading, writing
from flashmeet.schedule.service.calendar_freshness import fails_closed

bp = Blueprint("calendars", __name__)

CONNECTING = Limit(name="calendars", most=30, seconds=3600)
"""Nobody has thirty calendars; whoever tries more addresses looks for something else."""


@bp.get("/me/calendars")
@access("member")
def show() -> ResponseReturnValue:
    return _page(Typed())


@bp.post("/me/calendars")
@access("member")
def add() -> ResponseReturnValue:
    """The provider is asked with no transaction open; what it shows is kept afterwards."""
    typed = Typed.parse(request.form)
    try:
        checked = typed.checked()
        with reading() as session:
            you = member(session)
        spend(CONNECTING, str(you.id))
        close_reading()
        new = asked(checked, you.tzid)
        with writing() as session:
            connect(session, member(session), new, now=now())
    except BadInput as refusal:
        return _page(typed, problem=words_of(refusal)), 422
    except CalendarFault as fault:
        return _page(typed, problem=connecting_words(fault.code, display_locale())), 422
    return _back()


@bp.post("/me/calendars/<int:calendar_id>")
@access("member")
def switch(calendar_id: int) -> ResponseReturnValue:
    ticked = set(request.form.getlist("switches"))
    wish = Switches(
        checks="checks" in ticked, writes="writes" in ticked, bare="bare" in ticked, cancels="cancels" in ticked
    )
    with writing() as session:
        choose(session, member(session), calendar_id, wish, now=now())
    return _back()


ACTS = {"look": try_again, "write": write_again, "disconnect": disconnect}


@bp.post("/me/calendars/accounts/<int:account_id>")
@access("member")
def act(account_id: int) -> ResponseReturnValue:
    said = request.form.get("act", "")
    if said not in ACTS:
        raise BadInput("act", value=said)
    with writing() as session:
        ACTS[said](session, member(session), account_id, now=now())
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("calendars.show"), 303)


def _page(typed: Typed, *, problem: str = "") -> str:
    with reading() as session:
        you = member(session)
        return render_template(
            "calendars/accounts.html",
            you=you,
            accounts=health_of(session, you, now=now()),
            closed=fails_closed(session),
            typed=typed,
            problem=problem,
            providers=[(key, name) for key, (name, _) in PROVIDERS.items()],
            reading_words=lambda fault: reading_words(fault, display_locale()),
        )
