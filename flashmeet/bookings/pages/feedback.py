"""Feedback after a booking: whether it took place, what came of it, a word of thanks. A GET changes nothing.

The same page opens when signed in, and from the next morning's mail by a signed link.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.models.outcome import BookingAnswer
from flashmeet.bookings.queries.absences import absence_of
from flashmeet.bookings.rules.outcomes import ABSENCE_UNDO, CLEARER, HAPPENED, LINE_CHARACTERS, Happened
from flashmeet.bookings.schemas import join_url
from flashmeet.bookings.service.answers import ABSENT, Said, answers_to, begun_booking, begun_seat, say_outcome
from flashmeet.bookings.service.outcomes import may_report_absence
from flashmeet.bookings.service.quick_publish import offered_hours
from flashmeet.bookings.service.reliability import absence_sayable, absence_sayable_from, says_until
from flashmeet.core.errors import BadInput, TooEarlyToSay, TooLateToSay
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member, viewer
from flashmeet.http.display import display_locale, network
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, services, writing
from flashmeet.identity.models import Member
from flashmeet.people.queries import is_blocked_between
from flashmeet.schedule.rules.booked_hour import BookingStatus, Mode, room_open_span
from flashmeet.themes.queries import themes_declined
from flashmeet.themes.service import themes_by_name

bp = Blueprint("feedback", __name__)

HELPED = 3
"""The lowest `clearer` score, if no thanks were written, for which a mentee is asked to give an hour themselves."""


@bp.get("/bookings/<int:booking_id>/feedback")
@access("member")
def show(booking_id: int) -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        return _page(db, begun_booking(db, you, booking_id, now=now()), you)


@bp.post("/bookings/<int:booking_id>/feedback")
@access("member")
def save(booking_id: int) -> ResponseReturnValue:
    if _asks_first():
        with reading() as db:
            you = member(db)
            return _question(db, begun_booking(db, you, booking_id, now=now()), you)
    try:
        with writing() as db:
            you = member(db)
            booking = begun_booking(db, you, booking_id, now=now())
            say_outcome(db, booking, you, _said(), now=now())
    except BadInput as refusal:
        with reading() as db:
            you = member(db)
            return _page(db, begun_booking(db, you, booking_id, now=now()), you, refusal), status_of(refusal)
    return redirect(url_for("feedback.show", booking_id=booking_id, saved=1), 303)


@bp.get("/after/<after_token>")
@access("anyone")
def ask(after_token: str) -> ResponseReturnValue:
    with reading() as db:
        seat = _seat(db, after_token)
        return _page(db, seat.booking, seat.member)


@bp.post("/after/<after_token>")
@access("anyone")
def answer(after_token: str) -> ResponseReturnValue:
    if _asks_first():
        with reading() as db:
            seat = _seat(db, after_token)
            return _question(db, seat.booking, seat.member)
    try:
        with writing() as db:
            seat = _seat(db, after_token)
            say_outcome(db, seat.booking, seat.member, _said(), now=now())
    except BadInput as refusal:
        with reading() as db:
            seat = _seat(db, after_token)
            return _page(db, seat.booking, seat.member, refusal), status_of(refusal)
    return redirect(url_for("feedback.ask", after_token=after_token, saved=1), 303)


def _seat(db: Session, token: str) -> Seat:
    who = viewer()
    viewer_id = None if who is None else who.member_id
    return begun_seat(db, token, viewer_id=viewer_id, links=services().links, now=now())


def _asks_first() -> bool:
    """Whether an absence was reported without having been asked whether they are sure."""
    return request.form.get("happened") == ABSENT and request.form.get("sure") != "yes"


def _question(db: Session, booking: Booking, you: Member) -> ResponseReturnValue:
    """Asks whether they are sure; where it cannot be reported yet, or no longer, says so."""
    if not absence_sayable(db, booking, now=now()):
        refusal = TooEarlyToSay("happened", at=absence_sayable_from(db, booking))
        if now() >= says_until(booking.ends_at):
            raise TooLateToSay("happened")
        return _page(db, booking, you, refusal), status_of(refusal)
    offered = may_report_absence(db, booking, you, now=now())
    return render_template(
        "bookings/absence_question.html",
        booking=booking,
        you=you,
        other=booking.other(you.id),
        contradicted=not offered,
        undo=ABSENCE_UNDO.seconds // 60,
    )


def _said() -> Said:
    form = request.form
    return Said(form.get("happened", ""), form.get("clearer"), form.get("next_step"), form.get("thanks"))


def _page(db: Session, booking: Booking, you: Member, refusal: BadInput | None = None) -> str:
    answers, no_from = answers_to(db, booking.id), absence_sayable_from(db, booking)
    too_early = now() < no_from
    yours, theirs = answers.get(you.id), answers.get(booking.other(you.id).id)
    return render_template(
        "bookings/feedback.html",
        booking=booking,
        you=you,
        other=booking.other(you.id),
        is_mentee=you.id == booking.mentee_id,
        yours=yours,
        thanked=theirs.thanks if theirs and not is_blocked_between(db, booking.mentor_id, booking.mentee_id) else "",
        typed=request.form if refusal else None,
        choices=[each for each in HAPPENED if each != Happened.NO or not too_early],
        no_from=no_from if too_early else None,
        absence_sayable=may_report_absence(db, booking, you, now=now()),
        undo=ABSENCE_UNDO.seconds // 60,
        absent=absence_of(db, booking, booking.other(you.id)),
        points=CLEARER,
        most=LINE_CHARACTERS,
        saved="saved" in request.args,
        room=_room(booking, you),
        turn=_turn(db, booking, you, yours),
        problem=words_of(refusal) if refusal else "",
        problem_field=refusal.field if isinstance(refusal, BadInput) else "",
    )


def _room(booking: Booking, you: Member) -> dict[str, object] | None:
    """Returns the way back into the room while it is open, and how many minutes of the hour are left; else None."""
    room = room_open_span(booking.starts_at, booking.ends_at, network().room)
    if booking.mode != Mode.VIDEO or booking.status != BookingStatus.CONFIRMED or not room.start <= now() < room.end:
        return None
    left = max(0, ceil((booking.ends_at - now()) / timedelta(minutes=1)))
    return {"url": join_url(booking, you.id, links=services().links), "left": left}


def _turn(db: Session, booking: Booking, you: Member, yours: BookingAnswer | None) -> dict[str, object] | None:
    """Returns what offers a signed-in mentee who was helped and does not mentor yet to give an hour; else None."""
    who = viewer()
    helped = yours is not None and yours.happened == Happened.YES and (yours.thanks or (yours.clearer or 0) >= HELPED)
    if not helped or you.mentor or who is None or you.id != booking.mentee_id:
        return None
    declined = themes_declined(db, you.id)
    if booking.theme_id in declined:
        return None
    themes = [each for each in themes_by_name(db, display_locale()) if each.id not in declined]
    return {"themes": themes, "hours": offered_hours(db, you, now=now())}
