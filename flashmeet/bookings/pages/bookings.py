"""Showing, moving, cancelling and answering a booking. A GET never changes anything."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.pages.booking_page import booking_page, changeable
from flashmeet.bookings.pages.change_pages import Ways, cancel_page, move_page
from flashmeet.bookings.pages.confirming import declining
from flashmeet.bookings.service.agenda import booking_of
from flashmeet.bookings.service.book import answer_booking
from flashmeet.bookings.service.calendar_check import CALENDAR_CHECK
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.errors import AlreadyOver, BadInput, DayStays, NotBookable, NotFound, Refusal, TermsRequired
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member, viewer_id
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.forms.done import nothing_done
from flashmeet.http.responses.problems import status_of
from flashmeet.http.services import now, reading, service, writing
from flashmeet.http.time_stamps import read_stamp
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.booking_facts import Format

bp = Blueprint("bookings", __name__)

ANSWERS = {"accept": True, "decline": False}


@bp.get("/bookings/<int:booking_id>")
@access("member")
def show(booking_id: int) -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        return booking_page(db, you, booking_of(db, you, booking_id))


@bp.get("/bookings/<int:booking_id>/move")
@access("member")
def move(booking_id: int) -> ResponseReturnValue:
    return _move_page(booking_id)


@bp.post("/bookings/<int:booking_id>/move")
@access("member")
def move_it(booking_id: int) -> ResponseReturnValue:
    try:
        starts_at = read_stamp(request.form.get("starts_at", ""))
        service(CALENDAR_CHECK).before_moving(booking_id, viewer_id=viewer_id(), now=now())
        with writing() as db:
            move_booking(db, member(db), booking_id, starts_at=starts_at, now=now())
    except TermsRequired:
        raise
    except NotBookable as refusal:
        return _move_page(booking_id, refusal)
    except NotFound:
        raise
    except Refusal as refusal:
        return _move_page(booking_id, refusal)
    return _to(booking_id)


@bp.get("/bookings/<int:booking_id>/cancel")
@access("member")
def cancel(booking_id: int) -> ResponseReturnValue:
    return _cancel_page(booking_id)


@bp.post("/bookings/<int:booking_id>/cancel")
@access("member")
def cancel_it(booking_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        with writing() as db:
            cancel_booking(db, member(db), booking_id, reason=reason, now=now())
    except AlreadyOver:
        return _sent_again(booking_id)
    except NotFound:
        raise
    except Refusal as refusal:
        return _cancel_page(booking_id, refusal, reason=reason)
    return _to(booking_id)


@bp.post("/bookings/<int:booking_id>/answer")
@access("mentor")
@asks_first(declining)
def answer(booking_id: int) -> ResponseReturnValue:
    try:
        accept = ANSWERS[request.form.get("answer", "")]
    except KeyError:
        raise BadInput("answer") from None
    try:
        with writing() as db:
            answer_booking(db, member(db), booking_id, accept=accept, now=now())
    except AlreadyOver:
        return _sent_again(booking_id)
    return _to(booking_id)


def _to(booking_id: int) -> ResponseReturnValue:
    return redirect(url_for("bookings.show", booking_id=booking_id), 303)


def _sent_again(booking_id: int) -> ResponseReturnValue:
    """Says on the booking's page what can no longer be done; a form sent twice leads there without an error."""
    with reading() as db:
        you = member(db)
        booking = booking_of(db, you, booking_id)
        if booking.cancelled_by_id == you.id or (booking.status == BookingStatus.CONFIRMED and changeable(booking)):
            nothing_done()
            return _to(booking_id)
        return _over_page(db, you, booking)


def _move_page(booking_id: int, refusal: Refusal | None = None) -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        booking = booking_of(db, you, booking_id)
        if not changeable(booking):
            return _over_page(db, you, booking)
        if booking.format == Format.DAY:
            return booking_page(db, you, booking, DayStays()), status_of(DayStays)
        return move_page(db, you, booking, Ways.of(booking), refusal)


def _cancel_page(booking_id: int, refusal: Refusal | None = None, *, reason: str = "") -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        booking = booking_of(db, you, booking_id)
        if not changeable(booking):
            return _over_page(db, you, booking)
        return cancel_page(db, you, booking, Ways.of(booking), refusal, reason=reason)


def _over_page(db: Session, you: Member, booking: Booking) -> ResponseReturnValue:
    refusal = AlreadyOver(status=booking.status)
    return booking_page(db, you, booking, refusal), status_of(refusal)
