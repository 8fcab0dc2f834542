"""The offer of a free hour to a mentee in a queue: taken or passed on by a signed link. A GET changes nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.service.calendar_check import CALENDAR_CHECK
from flashmeet.core.errors import BadInput, NotFound, Refusal, TermsRequired
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.forms.done import say_done
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, services, writing
from flashmeet.requests.models import HourOffer
from flashmeet.requests.service.queue import offer_of_link, offer_stands, pass_offer, take_offer
from flashmeet.schedule.rules.booked_hour import BookingStatus

bp = Blueprint("offers", __name__)


@bp.get("/offers/<offer_token>")
@access("anyone")
def show(offer_token: str) -> ResponseReturnValue:
    with reading() as db:
        return _page(db, offer_token)


@bp.post("/offers/<offer_token>")
@access("anyone")
def answer(offer_token: str) -> ResponseReturnValue:
    act = request.form.get("act", "")
    if act not in ("take", "pass"):
        raise BadInput("act")
    with reading() as db:
        mentor_id = _behind(db, offer_token).mentor_id
    service(CALENDAR_CHECK).before_booking(mentor_id, viewer_id=viewer_id(), now=now())
    try:
        with writing() as db:
            offer = _behind(db, offer_token)
            if act == "pass":
                pass_offer(db, offer, now=now())
            else:
                booking = take_offer(db, offer, links=services().links, now=now())
                if booking.status == BookingStatus.PENDING:
                    say_done("offers.answer:asked")
    except (NotFound, TermsRequired):
        raise
    except Refusal as refusal:
        with reading() as db:
            return _page(db, offer_token, refusal), status_of(refusal)
    return redirect(url_for("offers.show", offer_token=offer_token), 303)


def _behind(db: Session, token: str) -> HourOffer:
    return offer_of_link(db, token, links=services().links, viewer_id=viewer_id())


def _page(db: Session, token: str, refusal: Refusal | None = None) -> str:
    offer = _behind(db, token)
    return render_template(
        "requests/offer.html",
        offer=offer,
        asked=offer.request,
        token=token,
        zone=offer.request.mentee.tzid,
        open=offer_stands(db, offer, now=now()),
        problem=words_of(refusal) if refusal else "",
    )
