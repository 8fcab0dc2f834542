"""Questions about a change in a calendar, answered from a link in a mail: the page shows, the button acts."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.service.calendar_check import CALENDAR_CHECK
from flashmeet.bookings.service.reliability import late_hours
from flashmeet.calendars.models import CalendarQuestion
from flashmeet.calendars.service.questions import QUESTION_LINK, answer_question, time_stands
from flashmeet.core.errors import NotFound, Refusal, TermsRequired
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, services, writing
from flashmeet.identity.service.links import resolve_link
from flashmeet.schedule.rules.booked_hour import BookingStatus

bp = Blueprint("calendar_questions", __name__)


@bp.get("/calendar-questions/<question_token>")
@access("anyone")
def ask(question_token: str) -> ResponseReturnValue:
    return _page(question_token)


@bp.post("/calendar-questions/<question_token>")
@access("anyone")
def answer(question_token: str) -> ResponseReturnValue:
    with reading() as db:
        question = _opened(db, question_token)
        question_id, booking_id = question.id, question.booking_id
    if request.form.get("answer") == "accept":
        service(CALENDAR_CHECK).before_moving(booking_id, viewer_id=viewer_id(), now=now())
    try:
        with writing() as db:
            answer_question(db, question_id, answer=request.form.get("answer", ""), now=now())
    except (NotFound, TermsRequired):
        raise
    except Refusal as refusal:
        return _page(question_token, refusal), status_of(refusal)
    return redirect(url_for("calendar_questions.ask", question_token=question_token), 303)


def _opened(db: Session, token: str) -> CalendarQuestion:
    """Returns the question of a signed link. Raises NotFound."""
    return resolve_link(db, QUESTION_LINK, token, links=services().links, viewer_id=viewer_id())


def _page(token: str, refusal: Refusal | None = None) -> str:
    with reading() as db:
        question = _opened(db, token)
        booking = question.booking
        you = booking.mentor if question.member_id == booking.mentor_id else booking.mentee
        return render_template(
            "calendars/question.html",
            question=question,
            booking=booking,
            you=you,
            other=booking.other(you.id),
            stands=booking.status == BookingStatus.CONFIRMED
            and booking.starts_at > now()
            and booking.sequence == question.version,
            can_accept=time_stands(db, question, now=now()),
            late_hours=late_hours(db, booking, now=now()),
            problem=words_of(refusal) if refusal else "",
        )
