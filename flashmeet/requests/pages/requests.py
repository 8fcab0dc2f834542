"""The request form, and the page of a request. A signed link opens it without signing in."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import AskedAlready, BadInput, NotFound, Refusal, TermsRequired, UnknownTheme
from flashmeet.core.numbers import number_or_none
from flashmeet.core.zones import local_date, local_time
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member, viewer_id
from flashmeet.http.display import display_locale, display_tzid
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.forms.done import nothing_done
from flashmeet.http.forms.reading import shown_times, tapped_time
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, services, writing
from flashmeet.http.time_stamps import read_stamp
from flashmeet.identity.models import Member
from flashmeet.people.service.mentors import members_among
from flashmeet.people.service.mentors import mentor as mentor_of
from flashmeet.requests.mails import waiting_words
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.pages.confirming import ending_request
from flashmeet.requests.pages.request_form import RequestForm
from flashmeet.requests.pages.understood import learn_from
from flashmeet.requests.rules.requests import LIVE, RequestState
from flashmeet.requests.rules.waiting import Waiting
from flashmeet.requests.rules.ways_asked import ways_asked
from flashmeet.requests.service.alternatives import others_soon
from flashmeet.requests.service.counter_offer import (
    choose,
    none_suits,
    own_request,
    request_of_link,
    times_shown,
    who_proposed,
)
from flashmeet.requests.service.create import ask, away_until
from flashmeet.requests.service.lifecycle import withdraw
from flashmeet.requests.service.nearness import with_nearness
from flashmeet.requests.service.overview import named_colleagues, odds_of_mentor, odds_of_theme, open_offer
from flashmeet.requests.service.questions import asks_with_question, reply
from flashmeet.requests.service.seven_day_promise import is_promised
from flashmeet.requests.service.times.suggested import times_to_tap
from flashmeet.requests.service.waiting import why_waiting
from flashmeet.schedule.rules.booked_hour import NEED_CHARACTERS, REASON_CHARACTERS
from flashmeet.themes.models import Theme
from flashmeet.themes.rules.understanding import UNDERSTANDING
from flashmeet.themes.service import find_theme, recognised_theme, themes_by_name

bp = Blueprint("requests", __name__)


@bp.app_template_filter("waiting_words")
def why_words(waiting: Waiting, state: RequestState) -> list[str]:
    """Says why there is no hour yet, and what happens now."""
    return waiting_words(waiting, state, display_locale())


@bp.get("/requests/new")
@access("member")
def new() -> ResponseReturnValue:
    typed = RequestForm.parse()
    wish = None if typed.rhythm else ways_asked(typed.need, today=local_date(now(), display_tzid())).series
    with reading() as db:
        return _form(db, typed.with_wish(wish) if wish else typed, None, understood=wish is not None)


@bp.post("/requests/new")
@access("member")
def send() -> ResponseReturnValue:
    typed = RequestForm.parse()
    try:
        with reading() as db:
            asking = with_nearness(db, typed.asking(display_tzid()), by=service(UNDERSTANDING))
        with writing() as db:
            asked = ask(db, member(db), asking, now=now())
            made = asked.id
            learn_from(db, asked)
    except AskedAlready as refusal:
        nothing_done()
        return redirect(url_for("requests.show", request_id=refusal.facts["request_id"]), 303)
    except (NotFound, TermsRequired):
        raise
    except Refusal as refusal:
        with reading() as db:
            return _form(db, typed, refusal), status_of(refusal)
    return redirect(url_for("requests.show", request_id=made), 303)


def _form(db: Session, typed: RequestForm, refusal: Refusal | None, *, understood: bool = False) -> str:
    you, wanted = member(db), typed.mentor_id
    mentor = mentor_of(db, wanted, viewer_id=you.id) if wanted is not None else None
    offered = {offer.theme_id for offer in mentor.offers} if mentor else None
    themes = [each for each in themes_by_name(db, display_locale()) if offered is None or each.id in offered]
    theme = _theme(db, typed, themes)
    return render_template(
        "requests/new.html",
        typed=typed,
        understood=understood,
        times=shown_times(typed.times),
        chips=[(at, field_value(at)) for at in times_to_tap(db, you, mentor, now=now())],
        mentor=mentor,
        away=away_until(db, mentor, now=now()) if mentor else None,
        you=you,
        themes=themes,
        theme=theme,
        odds=_odds(db, mentor, theme),
        promised=theme is not None and mentor is None and is_promised(db, theme.id),
        most=NEED_CHARACTERS,
        problem=words_of(refusal) if refusal else "",
        problem_field=refusal.field if isinstance(refusal, BadInput) else "",
    )


def field_value(at: datetime) -> str:
    """Returns the time as a `datetime-local` field takes it, in the zone of this page."""
    return f"{local_time(at, display_tzid()).at:%Y-%m-%dT%H:%M}"


def _theme(db: Session, typed: RequestForm, themes: list[Theme]) -> Theme | None:
    """Returns the theme chosen, else the one recognised in the need, else the mentor's first."""
    try:
        found = (
            find_theme(db, typed.theme) if typed.theme else recognised_theme(db, typed.need, by=service(UNDERSTANDING))
        )
    except UnknownTheme:
        found = None
    return found if found in themes else themes[0] if typed.mentor and themes else None


def _odds(db: Session, mentor: Member | None, theme: Theme | None) -> object:
    if mentor is not None:
        return odds_of_mentor(db, mentor.id, now=now())
    return odds_of_theme(db, theme.id, now=now()) if theme else None


@bp.get("/requests/<int:request_id>")
@access("member")
def show(request_id: int) -> ResponseReturnValue:
    with reading() as db:
        return _page(db, own_request(db, member(db), request_id))


@bp.get("/asking/<request_token>")
@access("anyone")
def signed(request_token: str) -> ResponseReturnValue:
    with reading() as db:
        return _page(db, _behind(db, request_token), at=request.args.get("at", ""))


@bp.post("/asking/<request_token>")
@access("anyone")
@asks_first(ending_request)
def act(request_token: str) -> ResponseReturnValue:
    """Chooses one of the mentor's times, rejects them all, replies to a question, or withdraws the request."""
    acts = {"none": _none_suits, "withdraw": _withdraw, "choose": _choose, "reply": _reply}
    do = acts.get(request.form.get("act", ""))
    if do is None:
        raise BadInput("act")
    try:
        with writing() as db:
            do(db, _behind(db, request_token))
    except (NotFound, TermsRequired):
        raise
    except Refusal as refusal:
        with reading() as db:
            return _page(db, _behind(db, request_token), refusal), status_of(refusal)
    return redirect(url_for("requests.signed", request_token=request_token), 303)


def _choose(db: Session, asked: MentoringRequest) -> None:
    choose(db, asked, read_stamp(request.form.get("at", "")), links=services().links, now=now())


def _none_suits(db: Session, asked: MentoringRequest) -> None:
    none_suits(db, asked, now=now())


def _withdraw(db: Session, asked: MentoringRequest) -> None:
    withdraw(db, asked.mentee, asked.id, now=now())


def _reply(db: Session, asked: MentoringRequest) -> None:
    ask_id = number_or_none(request.form.get("ask", ""))
    if ask_id is None:
        raise NotFound
    reply(db, asked, ask_id, request.form.get("reply", ""), now=now())


def _behind(db: Session, token: str) -> MentoringRequest:
    return request_of_link(db, token, links=services().links, viewer_id=viewer_id())


def _page(db: Session, asked: MentoringRequest, refusal: Refusal | None = None, *, at: str = "") -> str:
    links, ended = (
        services().links.given(asked.mentee.link_generation),
        asked.state in (RequestState.DECLINED, RequestState.EXPIRED, RequestState.UNTAKEN),
    )
    offer = open_offer(db, asked, now=now())
    return render_template(
        "requests/show.html",
        asked=asked,
        token=links.request_token(asked.id, asked.mentee_id),
        zone=asked.mentee.tzid,
        times=times_shown(db, asked, now=now()),
        proposer=who_proposed(asked) if asked.state == RequestState.PROPOSED else None,
        answered=next((ask for ask in reversed(asked.asks) if ask.note), None),
        offer=offer,
        offer_token=links.offer_token(offer.id, offer.nonce) if offer else "",
        people=others_soon(db, asked, by=service(UNDERSTANDING), now=now()) if ended else [],
        colleagues=members_among(db, named_colleagues(db, asked)).values(),
        waiting_since=why_waiting(db, asked, now=now()) if asked.promised_at and asked.state in LIVE else None,
        at=tapped_time(at),
        questioned=asks_with_question(asked),
        typed_reply=(request.form.get("ask", ""), request.form.get("reply", "")),
        most_reply=REASON_CHARACTERS,
        problem=words_of(refusal) if refusal else "",
        problem_field=refusal.field if isinstance(refusal, BadInput) else "",
    )
