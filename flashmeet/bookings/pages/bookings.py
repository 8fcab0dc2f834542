"""The page of a booking, and moving, cancelling and answering it. A GET never changes anything."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import NoShow
from flashmeet.bookings.pages.calendar_links import add_links
from flashmeet.bookings.pages.change_pages import Ways, cancel_page, move_page
from flashmeet.bookings.pages.confirming import declining
from flashmeet.bookings.queries.absences import absence_of
from flashmeet.bookings.queries.replies import (
    awaits_confirmation,
    calendar_answers,
    confirmation_of,
    late_in,
    open_decline,
)
from flashmeet.bookings.rules.outcomes import ABSENCE_UNDO
from flashmeet.bookings.rules.threads import SOLVED_BEFORE, TEXT_CHARACTERS, ThreadKind
from flashmeet.bookings.schemas import join_url
from flashmeet.bookings.service.agenda import booking_of
from flashmeet.bookings.service.answers import answers_to, can_be_answered
from flashmeet.bookings.service.book import answer_booking
from flashmeet.bookings.service.booking_details import message_log
from flashmeet.bookings.service.calendar_check import CALENDAR_CHECK
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.follow_up import follow_up_answers
from flashmeet.bookings.service.messages.sms_replies import coming_to
from flashmeet.bookings.service.move import move_booking
from flashmeet.bookings.service.outcomes import may_report_absence, outcome_of, presence_in
from flashmeet.bookings.service.payloads import day_facts
from flashmeet.bookings.service.series import series_between
from flashmeet.bookings.service.thread.files import files_in
from flashmeet.bookings.service.thread.messages import Thread, can_write, texts_in
from flashmeet.bookings.wording import plan_words
from flashmeet.core.errors import AlreadyOver, BadInput, DayStays, NotBookable, NotFound, Refusal, TermsRequired
from flashmeet.core.links import Links
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import display_locale, display_tzid, member, network, viewer_id
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.forms.done import nothing_done
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, services, writing
from flashmeet.http.time_stamps import read_stamp
from flashmeet.identity.models import Member
from flashmeet.people.queries import is_blocked_between
from flashmeet.schedule.rules.booked_hour import BookingStatus, room_open_span
from flashmeet.schedule.rules.booking_facts import Format

bp = Blueprint("bookings", __name__)

ANSWERS = {"accept": True, "decline": False}


@dataclass(frozen=True, slots=True)
class Written:
    """A text typed on the page of a booking, the field it was typed in, and why it was refused."""

    where: str = ""
    text: str = ""
    problem: str = ""


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
        if booking.cancelled_by_id == you.id or (booking.status == BookingStatus.CONFIRMED and _changeable(booking)):
            nothing_done()
            return _to(booking_id)
        return _over_page(db, you, booking)


def booking_page(
    db: Session,
    you: Member,
    booking: Booking,
    refusal: Refusal | None = None,
    *,
    written: Written | None = None,
) -> str:
    """Renders the page of a booking. A text that was refused (`written`) stands in its field again."""
    room = room_open_span(booking.starts_at, booking.ends_at, network().room)
    other = booking.other(you.id)
    title = f"{other.name} · {booking.theme.name(display_locale())}"
    apart = is_blocked_between(db, you.id, other.id)
    return render_template(
        "bookings/show.html",
        booking=booking,
        you=you,
        other=other,
        add=add_links(booking, title=title, page=services().links.booking(booking.id)),
        room=room,
        room_open=room.start <= now() < room.end,
        changeable=_changeable(booking),
        over=booking.ends_at <= now(),
        join_url=join_url(booking, you.id, links=services().links),
        ics_url=services().links.ics(booking.id),
        answers=answers_to(db, booking.id) if can_be_answered(booking, now=now()) else None,
        apart=apart,
        absence_sayable=may_report_absence(db, booking, you, now=now()),
        absent=absence_of(db, booking, other),
        absence_url=_absence_url(you, absence_of(db, booking, you)),
        confirm_url=_confirm_url(db, you, booking),
        told=message_log(db, booking),
        coming=coming_to(db, booking),
        late=late_in(db, booking),
        stays=presence_in(db, booking, now=now()),
        outcome=outcome_of(db, booking, now=now()),
        later={} if apart else follow_up_answers(db, booking.id),
        series=series_between(db, booking, you),
        answered=calendar_answers(db, booking),
        declined_url=_declined_url(db, you, booking),
        problem=words_of(refusal) if refusal else "",
        plan=plan_words(day_facts(booking.day), booking.place_tzid or display_tzid(), display_locale())
        if booking.day
        else None,
        files=files_in(db, booking, now=now()),
        **_thread(db, booking, written or Written()),
    )


def _thread(db: Session, booking: Booking, written: Written) -> dict[str, object]:
    """Returns what the two wrote to each other, and what may be written now."""
    texts = texts_in(db, Thread(booking.id))
    return {
        "texts": [each for each in texts if each.kind != ThreadKind.READ_FIRST],
        "to_read": [each for each in texts if each.kind == ThreadKind.READ_FIRST],
        "can_write": can_write(db, booking, now=now()),
        "can_solve": booking.format != Format.DAY and booking.starts_at - now() >= SOLVED_BEFORE,
        "written": written,
        "most_text": TEXT_CHARACTERS,
    }


def _links(you: Member) -> Links:
    """Returns what makes the member's personal links."""
    return services().links.given(you.link_generation)


def _declined_url(db: Session, you: Member, booking: Booking) -> str:
    """Returns the link to settle a declined calendar invite; "" while there is nothing to settle."""
    if open_decline(db, booking, you.id, now=now()) is None:
        return ""
    seat = booking.seat_of(you.id)
    return _links(you).declined(seat.id, seat.nonce)


def _absence_url(you: Member, said: NoShow | None) -> str:
    """Returns the link to answer the other's absence report; "" where there is none."""
    told = said is not None and said.said_at + ABSENCE_UNDO <= now()
    return _links(you).absence(said.id, said.nonce) if said is not None and told else ""


def _confirm_url(db: Session, you: Member, booking: Booking) -> str:
    """Returns the link where the mentee confirms that they come, while they are asked; else ""."""
    if you.id != booking.mentee_id or not awaits_confirmation(booking, confirmation_of(db, booking), now=now()):
        return ""
    seat = booking.seat_of(you.id)
    return _links(you).confirm(seat.id, seat.nonce)


def _move_page(booking_id: int, refusal: Refusal | None = None) -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        booking = booking_of(db, you, booking_id)
        if not _changeable(booking):
            return _over_page(db, you, booking)
        if booking.format == Format.DAY:
            return booking_page(db, you, booking, DayStays()), status_of(DayStays)
        return move_page(db, you, booking, Ways.of(booking), refusal)


def _cancel_page(booking_id: int, refusal: Refusal | None = None, *, reason: str = "") -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        booking = booking_of(db, you, booking_id)
        if not _changeable(booking):
            return _over_page(db, you, booking)
        return cancel_page(db, you, booking, Ways.of(booking), refusal, reason=reason)


def _changeable(booking: Booking) -> bool:
    return booking.live and booking.starts_at > now()


def _over_page(db: Session, you: Member, booking: Booking) -> ResponseReturnValue:
    refusal = AlreadyOver(status=booking.status)
    return booking_page(db, you, booking, refusal), status_of(refusal)
