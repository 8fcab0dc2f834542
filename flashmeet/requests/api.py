"""API operations on requests for an hour, and mentors' answers."""

from __future__ import annotations

from sqlalchemy.orm import Session

from flashmeet.core.errors import Missing, NotFound
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.api.endpoint import api, endpoint
from flashmeet.http.api.idempotency import OnceHeader, once
from flashmeet.http.api.problem_schemas import WRITING, telling
from flashmeet.http.service.idempotency import Answer
from flashmeet.http.services import now, reading, service, services
from flashmeet.identity.models import Member
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import AskAnswer
from flashmeet.requests.rules.ways_asked import SeriesWish
from flashmeet.requests.schemas import (
    AskAnswerIn,
    AskOut,
    AskPath,
    AsksOut,
    ChooseIn,
    ReplyIn,
    RequestIn,
    RequestOut,
    RequestPath,
    RequestsOut,
    ask_out,
    request_out,
)
from flashmeet.requests.service.answer import accept, decline, propose, say_unfit, solve, times_to_accept
from flashmeet.requests.service.counter_offer import choose, own_request, times_shown
from flashmeet.requests.service.create import Asking, ask
from flashmeet.requests.service.lifecycle import withdraw
from flashmeet.requests.service.nearness import with_nearness
from flashmeet.requests.service.overview import asked_of, requests_of
from flashmeet.requests.service.questions import ask_back, reply
from flashmeet.themes.rules.understanding import UNDERSTANDING

ASK_REFUSALS = {
    403: "read_only; terms_required, with the `version` to accept; not_open_yet, while mentors come first",
    409: "asked_already, slot_taken, you_are_busy",
    422: "missing, too_long, out_of_range, off_the_quarter, too_late, beyond_horizon, unknown_theme, "
    "theme_not_offered, yourself, mentor_away, quota_reached, idempotency_mismatch, unknown_field, invalid",
}
OVER = {409: "request_over, time_gone, slot_taken, you_are_busy, asked_back_already"}
REPLY_REFUSALS = {409: "request_over, replied_already", 422: "missing, too_long, unknown_field, invalid"}


def _request(db: Session, request: MentoringRequest, me: Member) -> RequestOut:
    return request_out(request, list(times_shown(db, request, now=now())), locale=me.locale)


def _ask(db: Session, asked: RequestAsk, me: Member) -> AskOut:
    return ask_out(asked, list(times_to_accept(db, asked, now=now())), locale=me.locale)


@api.get("/requests", responses={200: RequestsOut})
@access("member")
@endpoint
def list_requests() -> RequestsOut:
    """Lists the caller's own requests that are under way."""
    with reading() as db:
        me = member(db)
        items = [_request(db, each, me) for each in requests_of(db, me)]
    return RequestsOut(items=items, next_cursor=None)


@api.get("/requests/<int:request_id>", responses={200: RequestOut, **telling({404: "not_found"})})
@access("member")
@endpoint
def get_request(path: RequestPath) -> RequestOut:
    """Returns one of the caller's requests."""
    with reading() as db:
        me = member(db)
        return _request(db, own_request(db, me, path.request_id), me)


@api.post("/requests", responses={201: RequestOut, **telling(WRITING | ASK_REFUSALS)})
@access("member")
@endpoint
def ask_for_an_hour(header: OnceHeader, body: RequestIn) -> Answer:
    """Asks one mentor, or the best-matching mentors of a theme."""
    asking = Asking(
        theme=body.theme,
        need=body.need,
        mentor_id=body.mentor_id,
        times=tuple(body.times),
        any_time=body.any_time,
        mode=body.mode,
        good_hour=body.good_hour,
        series=SeriesWish(body.series.rhythm_weeks, body.series.ends_on) if body.series else None,
    )

    with reading() as db:
        wanted = with_nearness(db, asking, by=service(UNDERSTANDING))

    def act(db: Session, me: Member) -> Answer:
        made = ask(db, me, wanted, now=now())
        return Answer(201, _request(db, made, me).model_dump(mode="json"))

    return once(header, act)


@api.post("/requests/<int:request_id>/withdraw", responses={200: RequestOut, **telling(WRITING | OVER)})
@access("member")
@endpoint
def take_back(path: RequestPath, header: OnceHeader) -> Answer:
    """Withdraws a request; the times held for it are free again."""

    def act(db: Session, me: Member) -> Answer:
        ended = withdraw(db, me, path.request_id, now=now())
        return Answer(200, _request(db, ended, me).model_dump(mode="json"))

    return once(header, act)


@api.post("/requests/<int:request_id>/choose", responses={200: RequestOut, **telling(WRITING | OVER)})
@access("member")
@endpoint
def choose_a_time(path: RequestPath, header: OnceHeader, body: ChooseIn) -> Answer:
    """Chooses one of the times that a mentor proposed, and agrees the hour."""

    def act(db: Session, me: Member) -> Answer:
        request = own_request(db, me, path.request_id)
        choose(db, request, body.starts_at, links=services().links, now=now())
        return Answer(200, _request(db, request, me).model_dump(mode="json"))

    return once(header, act)


@api.post("/requests/<int:request_id>/reply", responses={200: RequestOut, **telling(WRITING | REPLY_REFUSALS)})
@access("member")
@endpoint
def reply_to_a_question(path: RequestPath, header: OnceHeader, body: ReplyIn) -> Answer:
    """Replies to what a mentor asked back; the request stays open."""

    def act(db: Session, me: Member) -> Answer:
        request = own_request(db, me, path.request_id)
        reply(db, request, body.ask_id, body.reply, now=now())
        return Answer(200, _request(db, request, me).model_dump(mode="json"))

    return once(header, act)


@api.get("/me/asks", responses={200: AsksOut})
@access("mentor")
@endpoint
def list_asks() -> AsksOut:
    """Lists what waits for the caller's answer; pending bookings are under `/bookings`."""
    with reading() as db:
        me = member(db)
        items = [_ask(db, each, me) for each in asked_of(db, me, now=now())]
    return AsksOut(items=items, next_cursor=None)


@api.post("/me/asks/<int:ask_id>/answer", responses={200: AskOut, **telling(WRITING | OVER | ASK_REFUSALS)})
@access("mentor")
@endpoint
def answer_an_ask(path: AskPath, header: OnceHeader, body: AskAnswerIn) -> Answer:
    """Accepts a time, proposes others, declines, says that the need is not for the caller, answers in writing, or asks
    one question first."""

    def act(db: Session, me: Member) -> Answer:
        asked = db.get(RequestAsk, path.ask_id)
        if asked is None or asked.mentor_id != me.id:
            raise NotFound
        _answer(db, asked, body)
        db.refresh(asked)
        return Answer(200, _ask(db, asked, me).model_dump(mode="json"))

    return once(header, act)


def _answer(db: Session, asked: RequestAsk, body: AskAnswerIn) -> None:
    """Carries out the answer. Raises Missing where accepting names no time."""
    if body.answer == AskAnswer.ACCEPT:
        if body.starts_at is None:
            raise Missing("starts_at")
        accept(db, asked, body.starts_at, first_only=body.first_only, links=services().links, now=now())
    elif body.answer == AskAnswer.PROPOSE:
        propose(db, asked, body.times, note=body.note, first_only=body.first_only, now=now())
    elif body.answer == AskAnswer.ASK:
        ask_back(db, asked, body.note, now=now())
    elif body.answer == AskAnswer.DECLINE:
        decline(db, asked, note=body.note, now=now())
    elif body.answer == AskAnswer.UNFIT:
        say_unfit(db, asked, now=now())
    else:
        solve(db, asked, body.note, now=now())
