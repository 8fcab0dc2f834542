"""The messages that the two people write to each other on the page of their booking."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.pages.booking_page import Written, booking_page
from flashmeet.bookings.pages.confirming import solving
from flashmeet.bookings.service.agenda import booking_of
from flashmeet.bookings.service.thread.messages import change_question, give_to_read, solve, write_word
from flashmeet.core.errors import BadInput, NotFound, Refusal
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.forms.versions import require_version, version_of
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.models import Member

bp = Blueprint("threads", __name__)


class Say(Protocol):
    """A use case that adds a text to the thread."""

    def __call__(self, db: Session, member: Member, booking_id: int, text: str, /, *, now: datetime) -> object: ...


@bp.post("/bookings/<int:booking_id>/words")
@access("member")
def words(booking_id: int) -> ResponseReturnValue:
    return _said(booking_id, "words", write_word)


@bp.post("/bookings/<int:booking_id>/read-first")
@access("mentor")
def read_first(booking_id: int) -> ResponseReturnValue:
    return _said(booking_id, "read-first", give_to_read)


@bp.post("/bookings/<int:booking_id>/solved")
@access("mentor")
@asks_first(solving)
def solved(booking_id: int) -> ResponseReturnValue:
    return _said(booking_id, "solved", solve)


@bp.post("/bookings/<int:booking_id>/question")
@access("member")
def question(booking_id: int) -> ResponseReturnValue:
    return _said(booking_id, "question", _change_question)


@bp.app_template_filter()
def text_version(text: str) -> str:
    """Returns the version of a form whose one field holds this text."""
    return version_of({"text": text})


def _change_question(db: Session, you: Member, booking_id: int, text: str, /, *, now: datetime) -> None:
    require_version({"text": booking_of(db, you, booking_id).need})
    change_question(db, you, booking_id, text, now=now)


def _said(booking_id: int, where: str, say: Say) -> ResponseReturnValue:
    """Redirects to the page; or shows it again with the typed text and the refusal."""
    text = request.form.get("text", "")
    try:
        with writing() as db:
            say(db, member(db), booking_id, text, now=now())
    except NotFound:
        raise
    except Refusal as refusal:
        return _not_said(booking_id, Written(where, text, words_of(refusal)), refusal)
    return redirect(url_for("bookings.show", booking_id=booking_id, _anchor="thread"), 303)


def _not_said(booking_id: int, written: Written, refusal: Refusal) -> ResponseReturnValue:
    """Shows the refusal beside its field, or on top of the page where that form is no longer shown."""
    with reading() as db:
        you = member(db)
        booking = booking_of(db, you, booking_id)
        on_top = None if isinstance(refusal, BadInput) else refusal
        return booking_page(db, you, booking, on_top, written=written), status_of(refusal)
