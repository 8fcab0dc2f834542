"""Requests in the API: request and response bodies."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field, StrictBool

from flashmeet.http.api.fields import AskedId, Id, Instant, QueryModel, Sent, Text, ThemeKey, one_of
from flashmeet.requests.models import MentoringRequest, RequestAsk, RequestQuestion
from flashmeet.requests.rules.requests import AskAnswer, AskState, RequestKind, RequestState
from flashmeet.requests.rules.ways_asked import SeriesWish
from flashmeet.requests.service.questions import asks_with_question
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.schedule.schemas.availability import ModeField
from flashmeet.themes.schemas import ThemeRef, theme_ref

Times = Annotated[list[Instant], Field(max_length=3)]


class RequestPath(QueryModel):
    request_id: AskedId


class AskPath(QueryModel):
    ask_id: AskedId


class SeriesField(Sent):
    """Hours at a rhythm, until a day."""

    rhythm_weeks: Literal[1, 2, 4]
    ends_on: date = Field(description="The last day, in the mentee's zone.")


class RequestIn(Sent):
    theme: ThemeKey = Field(description="Id, slug, or a name or synonym in any language.")
    need: Text
    mentor_id: Id | None = Field(default=None, description="Left out, the whole theme is asked.")
    times: Times = Field(default=[], description="Up to three starts; they are kept until the answer.")
    any_time: StrictBool = Field(default=False, description="The choice of times is the mentor's.")
    mode: ModeField = Mode.VIDEO
    good_hour: Text = ""
    series: SeriesField | None = Field(
        default=None, description="A series is asked for, of which `times` are first hours."
    )


class ChooseIn(Sent):
    starts_at: Instant


class AskAnswerIn(Sent):
    answer: Annotated[AskAnswer, one_of(AskAnswer, "Answer")]
    starts_at: Instant | None = Field(default=None, description="For accept: one of `times`.")
    times: Times = Field(default=[], description="For propose.")
    first_only: StrictBool = Field(default=False, description="Of a series, the first hour alone is agreed to.")
    note: Text = Field(default="", description="A word; for solve the answer itself, for ask the question.")


class QuestionOut(BaseModel):
    """What a mentor asked back before an answer, and the reply."""

    ask_id: Id
    mentor_id: Id
    mentor_name: str
    text: str
    asked_at: Instant
    due_at: Instant = Field(description="Until when the mentor's time to answer stands still.")
    reply: str
    replied_at: Instant | None


class ReplyIn(Sent):
    ask_id: Id = Field(description="Of the question, in `questions`.")
    reply: Text


class RequestOut(BaseModel):
    id: Id
    kind: Annotated[RequestKind, one_of(RequestKind, "Kind")] = Field(description="hour: a pending booking.")
    state: Annotated[RequestState, one_of(RequestState, "State")]
    theme: ThemeRef
    mentor_id: Id | None
    need: str
    good_hour: str
    mode: ModeField
    any_time: bool
    times: list[Instant] = Field(description="What can be accepted, or chosen, right now.")
    series: SeriesField | None = Field(description="The series that is asked for, or was agreed.")
    note: str = Field(description="What the mentor wrote, if anything.")
    questions: list[QuestionOut] = Field(description="What mentors asked back, those without a reply first.")
    due_at: Instant | None = Field(description="When the present step ends by itself.")
    booking_id: Id | None
    created_at: Instant


class RequestsOut(BaseModel):
    """Requests under way, newest first."""

    items: list[RequestOut]
    next_cursor: str | None


class AskOut(BaseModel):
    id: Id
    state: str
    mentee_id: Id
    mentee_name: str
    theme: ThemeRef
    need: str
    good_hour: str
    mode: ModeField
    any_time: bool
    times: list[Instant]
    series: SeriesField | None
    question: QuestionOut | None = Field(description="What the caller asked back, and the reply.")
    due_at: Instant
    booking_id: Id | None


class AsksOut(BaseModel):
    """Asks, most urgent first."""

    items: list[AskOut]
    next_cursor: str | None


def series_out(wish: SeriesWish) -> SeriesField:
    return SeriesField.model_validate({"rhythm_weeks": wish.rhythm_weeks, "ends_on": wish.ends_on})


def _series(request: MentoringRequest) -> SeriesField | None:
    if not request.wishes_series or request.series_ends_on is None:
        return None
    return series_out(SeriesWish(request.rhythm_weeks, request.series_ends_on))


def question_out(ask: RequestAsk, question: RequestQuestion) -> QuestionOut:
    """Returns what was asked back, as both see it."""
    return QuestionOut(
        ask_id=ask.id,
        mentor_id=ask.mentor_id,
        mentor_name=ask.mentor.name,
        text=question.text,
        asked_at=question.asked_at,
        due_at=question.due_at,
        reply=question.reply,
        replied_at=question.replied_at,
    )


def request_out(request: MentoringRequest, times: list[Instant], *, locale: str) -> RequestOut:
    """Returns the request as its mentee sees it."""
    return RequestOut(
        id=request.id,
        kind=request.kind,
        state=request.state,
        theme=theme_ref(request.theme, locale),
        mentor_id=request.mentor_id,
        need=request.need,
        good_hour=request.good_hour,
        mode=request.mode,
        any_time=request.any_time,
        times=times,
        series=_series(request),
        note=next((ask.note for ask in reversed(request.asks) if ask.note), ""),
        questions=[question_out(each, each.question) for each in asks_with_question(request) if each.question],
        due_at=request.due_at,
        booking_id=request.booking_id,
        created_at=request.created_at,
    )


def ask_out(ask: RequestAsk, times: list[Instant], *, locale: str) -> AskOut:
    """Returns the ask as its mentor sees it."""
    request = ask.request
    return AskOut(
        id=ask.id,
        state=ask.state,
        mentee_id=request.mentee_id,
        mentee_name=request.mentee.name,
        theme=theme_ref(request.theme, locale),
        need=request.need,
        good_hour=request.good_hour,
        mode=request.mode,
        any_time=request.any_time,
        times=times,
        series=_series(request),
        question=question_out(ask, ask.question) if ask.question else None,
        due_at=ask.due_at,
        booking_id=request.booking_id if ask.state == AskState.ACCEPTED else None,
    )
