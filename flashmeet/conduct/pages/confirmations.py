"""The page where a mentee confirms that they come: one tap from the mail, without signing in. A GET changes nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Seat
from flashmeet.bookings.queries.replies import awaits_confirmation, confirmation_of
from flashmeet.conduct.service.confirmations import answer as answer_whether
from flashmeet.conduct.service.confirmations import asked_seat
from flashmeet.core.errors import AlreadyOver, BadInput, ConfirmationOver
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.forms.done import nothing_done
from flashmeet.http.services import now, reading, services, writing

bp = Blueprint("confirmations", __name__)

ANSWERS = {"yes": True, "no": False}


@bp.get("/confirm/<confirm_token>")
@access("anyone")
def show(confirm_token: str) -> ResponseReturnValue:
    with reading() as db:
        booking = _seat(db, confirm_token).booking
        asked = confirmation_of(db, booking)
        return render_template(
            "conduct/confirm.html",
            booking=booking,
            other=booking.mentor,
            zone=booking.mentee.tzid,
            token=confirm_token,
            asked=asked,
            waits=awaits_confirmation(booking, asked, now=now()),
        )


@bp.post("/confirm/<confirm_token>")
@access("anyone")
def answer(confirm_token: str) -> ResponseReturnValue:
    try:
        comes = ANSWERS[request.form.get("answer", "")]
    except KeyError:
        raise BadInput("answer") from None
    try:
        with writing() as db:
            answer_whether(db, _seat(db, confirm_token).booking, comes=comes, now=now())
    except (AlreadyOver, ConfirmationOver):
        nothing_done()  # the page shows its state
    return redirect(url_for("confirmations.show", confirm_token=confirm_token), 303)


def _seat(db: Session, token: str) -> Seat:
    return asked_seat(db, token, links=services().links, viewer_id=viewer_id())
