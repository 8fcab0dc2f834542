"""How two people meet and their relation, changed on the page of their booking."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.bookings.service.agenda import booking_of
from flashmeet.bookings.service.booking_details import say_place, say_relation, share_phone
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.forms.versions import require_version
from flashmeet.http.services import now, writing

bp = Blueprint("booking_details", __name__)


@bp.post("/bookings/<int:booking_id>/place")
@access("member")
def place(booking_id: int) -> ResponseReturnValue:
    with writing() as db:
        you = member(db)
        require_version({"text": booking_of(db, you, booking_id).place})
        say_place(db, you, booking_id, request.form.get("place", ""), now=now())
    return _to(booking_id)


@bp.post("/bookings/<int:booking_id>/phone")
@access("member")
def phone(booking_id: int) -> ResponseReturnValue:
    """Shares the member's own phone number with the other for this booking, or takes it back."""
    with writing() as db:
        share_phone(db, member(db), booking_id, share=request.form.get("share") == "yes", now=now())
    return _to(booking_id)


@bp.post("/bookings/<int:booking_id>/relation")
@access("member")
def relation(booking_id: int) -> ResponseReturnValue:
    with writing() as db:
        say_relation(db, member(db), booking_id, request.form.get("relation", ""))
    return _to(booking_id)


def _to(booking_id: int) -> ResponseReturnValue:
    return redirect(url_for("bookings.show", booking_id=booking_id), 303)
