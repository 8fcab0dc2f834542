"""The follow-up weeks after an hour: one tap from the mail, without signing in. A GET changes nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Seat
from flashmeet.bookings.rules.follow_up import ANSWERS
from flashmeet.bookings.rules.outcomes import LINE_CHARACTERS
from flashmeet.bookings.service.follow_up import answer_follow_up, follow_up_answers, follow_up_seat
from flashmeet.core.errors import BadInput
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, services, writing

bp = Blueprint("follow_up", __name__)


@bp.get("/later/<later_token>")
@access("anyone")
def show(later_token: str) -> ResponseReturnValue:
    with reading() as db:
        return _page(db, later_token)


@bp.post("/later/<later_token>")
@access("anyone")
def answer(later_token: str) -> ResponseReturnValue:
    said, line = request.form.get("answer", ""), request.form.get("line", "")
    try:
        with writing() as db:
            seat, days = _seat(db, later_token)
            answer_follow_up(db, seat.booking, days, answer=said, line=line, now=now())
    except BadInput as refusal:
        with reading() as db:
            return _page(db, later_token, refusal), status_of(refusal)
    return redirect(url_for("follow_up.show", later_token=later_token, saved=1), 303)


def _seat(db: Session, token: str) -> tuple[Seat, int]:
    return follow_up_seat(db, token, links=services().links, viewer_id=viewer_id(), now=now())


def _page(db: Session, token: str, refusal: BadInput | None = None) -> str:
    seat, days = _seat(db, token)
    return render_template(
        "bookings/follow_up.html",
        booking=seat.booking,
        other=seat.booking.mentor,
        zone=seat.member.tzid,
        choices=ANSWERS,
        said=follow_up_answers(db, seat.booking_id).get(days),
        typed=request.form,
        most=LINE_CHARACTERS,
        saved="saved" in request.args,
        problem=words_of(refusal) if refusal else "",
        problem_field=refusal.field if isinstance(refusal, BadInput) else "",
    )
