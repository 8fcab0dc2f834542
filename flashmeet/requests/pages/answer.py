"""The page where a mentor who was asked answers, by a signed link. A GET changes nothing; one button answers."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, NotFound, Refusal, TermsRequired
from flashmeet.core.numbers import numbers_among
from flashmeet.core.zones import local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.display import display_locale
from flashmeet.http.forms.reading import Faults, read_form, shown_times, tapped_time, typed_times
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, services, writing
from flashmeet.http.time_stamps import read_stamp
from flashmeet.identity.rules import Departure
from flashmeet.requests.mails import around_words
from flashmeet.requests.models import RequestAsk
from flashmeet.requests.pages.departures import hours_said, is_decided
from flashmeet.requests.rules.requests import AskState
from flashmeet.requests.service.answer import (
    accept,
    ask_of_link,
    decline,
    go_on_leave,
    propose,
    say_unfit,
    solve,
    times_to_accept,
)
from flashmeet.requests.service.departures import NOTHING, Ahead, ahead_of
from flashmeet.requests.service.lifecycle import is_open
from flashmeet.requests.service.questions import ask_back
from flashmeet.requests.service.series import missing_hours, series_hours
from flashmeet.requests.service.times.surroundings import around_times
from flashmeet.requests.service.waves import colleagues_for
from flashmeet.schedule.pages.leave_form import LeaveForm
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.rules.booked_hour import REASON_CHARACTERS

bp = Blueprint("asked", __name__)


@bp.get("/asked/<ask_token>")
@access("anyone")
def show(ask_token: str) -> ResponseReturnValue:
    """Opens the link from the mentor's own mail without signing in; it concerns this one request."""
    with reading() as db:
        return _page(db, _behind(db, ask_token), ask_token)


@bp.post("/asked/<ask_token>")
@access("anyone")
def answer(ask_token: str) -> ResponseReturnValue:
    do = ACTS.get(request.form.get("act", ""))
    if do is None:
        raise BadInput("act")
    try:
        if do is _leave and not is_decided():
            with reading() as db:
                panel = _panel(db, ask_token)
            if panel:
                return panel
        with writing() as db:
            do(db, _behind(db, ask_token))
    except (NotFound, TermsRequired):
        raise
    except Refusal as refusal:
        with reading() as db:
            return _page(db, _behind(db, ask_token), ask_token, refusal), status_of(refusal)
    return redirect(url_for("asked.show", ask_token=ask_token), 303)


def _accept(db: Session, ask: RequestAsk) -> None:
    at = read_stamp(request.form.get("at", ""))
    accept(db, ask, at, first_only=_first_only(), links=services().links, now=now())


def _first_only() -> bool:
    return request.form.get("series", "") == "first"


def _propose(db: Session, ask: RequestAsk) -> None:
    times = typed_times(request.form.getlist("time"), ask.mentor.tzid)
    propose(db, ask, times, note=request.form.get("note", ""), first_only=_first_only(), now=now())


def _decline(db: Session, ask: RequestAsk) -> None:
    named = set(numbers_among(request.form.getlist("colleague")))
    decline(db, ask, note=request.form.get("note", ""), colleagues=named, now=now())


def _unfit(db: Session, ask: RequestAsk) -> None:
    say_unfit(db, ask, now=now())


def _leave(db: Session, ask: RequestAsk) -> None:
    go_on_leave(db, ask, _period(), hours=hours_said(), now=now())


def _period() -> LeavePeriod:
    read = read_form(LeaveForm, request.form)
    if isinstance(read, Faults):
        raise next(iter(read.values()))
    return read.period


def _panel(db: Session, token: str) -> str | None:
    """Returns the page that asks about other hours in the leave; None without any."""
    ask, period = _behind(db, token), _period()
    found = ahead_of(db, ask.mentor, Departure.ON_LEAVE, away=period, now=now())
    others = [each for each in found.hours if each.id != ask.request.booking_id]
    return _page(db, ask, token, away=period, ahead=Ahead(others, 0)) if others else None


def _ask_back(db: Session, ask: RequestAsk) -> None:
    ask_back(db, ask, request.form.get("note", ""), now=now())


def _solve(db: Session, ask: RequestAsk) -> None:
    solve(db, ask, request.form.get("note", ""), now=now())


ACTS = {
    "accept": _accept,
    "propose": _propose,
    "decline": _decline,
    "unfit": _unfit,
    "leave": _leave,
    "solve": _solve,
    "ask": _ask_back,
}


def _behind(db: Session, token: str) -> RequestAsk:
    return ask_of_link(db, token, links=services().links, viewer_id=viewer_id())


def _page(
    db: Session,
    ask: RequestAsk,
    token: str,
    refusal: Refusal | None = None,
    *,
    away: LeavePeriod | None = None,
    ahead: Ahead = NOTHING,
) -> str:
    can_answer, asked = is_open(ask, now=now()), ask.request
    times = times_to_accept(db, ask, now=now()) if can_answer else []
    agreed = asked.booking if ask.state == AskState.ACCEPTED else None
    return render_template(
        "requests/asked.html",
        ask=ask,
        asked=asked,
        token=token,
        zone=ask.mentor.tzid,
        times=times,
        series={at: series_hours(db, asked, ask.mentor, at) for at in times} if asked.wishes_series else {},
        left_out=missing_hours(db, asked, agreed) if agreed is not None else [],
        around={
            at: around_words(each, ask.mentor.tzid, display_locale())
            for at, each in around_times(db, ask.request, ask.mentor, times).items()
        },
        can_answer=can_answer,
        colleagues=colleagues_for(db, ask, now=now()) if can_answer else [],
        at=tapped_time(request.args.get("at", "")),
        act=request.form.get("act", request.args.get("act", "")),
        away=away,
        ahead=ahead,
        typed=request.form,
        typed_times=shown_times(request.form.getlist("time")),
        today=local_date(now(), ask.mentor.tzid),
        most=REASON_CHARACTERS,
        problem=words_of(refusal) if refusal else "",
        problem_field=refusal.field if isinstance(refusal, BadInput) else "",
    )
