"""The page where a member decides what follows from a declined invite. A GET changes nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Seat
from flashmeet.bookings.queries.replies import open_decline
from flashmeet.bookings.service.reliability import late_hours
from flashmeet.calendars.service.replies import DECLINED_LINK, settle_decline
from flashmeet.core.errors import AlreadyOver, BadInput
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.forms.done import nothing_done
from flashmeet.http.services import now, reading, services, writing
from flashmeet.identity.service.links import resolve_link

bp = Blueprint("declined", __name__)

ANSWERS = {"cancel": True, "keep": False}


@bp.get("/declined/<decline_token>")
@access("anyone")
def show(decline_token: str) -> ResponseReturnValue:
    """Opens the link from the member's own mail without signing in; it concerns this one booking."""
    with reading() as db:
        return _page(db, _seat(db, decline_token), decline_token)


@bp.post("/declined/<decline_token>")
@access("anyone")
def answer(decline_token: str) -> ResponseReturnValue:
    try:
        cancel = ANSWERS[request.form.get("answer", "")]
    except KeyError:
        raise BadInput("answer") from None
    try:
        with writing() as db:
            settle_decline(db, _seat(db, decline_token), cancel=cancel, now=now())
    except AlreadyOver:
        nothing_done()  # the page shows its state
    return redirect(url_for("declined.show", decline_token=decline_token), 303)


def _seat(db: Session, token: str) -> Seat:
    """Returns the seat whose calendar declined. Raises NotFound."""
    return resolve_link(db, DECLINED_LINK, token, links=services().links, viewer_id=viewer_id())


def _page(db: Session, seat: Seat, token: str) -> str:
    booking = seat.booking
    return render_template(
        "calendars/declined.html",
        booking=booking,
        other=booking.other(seat.member_id),
        zone=seat.member.tzid,
        token=token,
        asks=open_decline(db, booking, seat.member_id, now=now()) is not None,
        over=booking.starts_at <= now(),
        late_hours=late_hours(db, booking, now=now()),
    )
