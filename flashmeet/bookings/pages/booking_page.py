"""The page of a booking, which several forms on it show again."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import NoShow
from flashmeet.bookings.pages.calendar_links import add_links
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
from flashmeet.bookings.service.answers import answers_to, can_be_answered
from flashmeet.bookings.service.booking_details import message_log
from flashmeet.bookings.service.follow_up import follow_up_answers
from flashmeet.bookings.service.messages.payloads import day_facts
from flashmeet.bookings.service.messages.sms_replies import coming_to
from flashmeet.bookings.service.outcomes import may_report_absence, outcome_of, presence_in
from flashmeet.bookings.service.series import series_between
from flashmeet.bookings.service.thread.files import files_in
from flashmeet.bookings.service.thread.messages import Thread, can_write, texts_in
from flashmeet.bookings.wording import plan_words
from flashmeet.core.errors import Refusal
from flashmeet.core.links import Links
from flashmeet.http.display import display_locale, display_tzid, network
from flashmeet.http.responses.problems import words_of
from flashmeet.http.services import now, services
from flashmeet.identity.models import Member
from flashmeet.people.queries import is_blocked_between
from flashmeet.schedule.rules.booked_hour import room_open_span
from flashmeet.schedule.rules.booking_facts import Format


@dataclass(frozen=True, slots=True)
class Written:
    """A text typed on the page of a booking, the field it was typed in, and why it was refused."""

    where: str = ""
    text: str = ""
    problem: str = ""


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
    return render_template(
        "bookings/show.html",
        booking=booking,
        you=you,
        other=other,
        add=add_links(booking, title=title, page=services().links.booking(booking.id)),
        room=room,
        room_open=room.start <= now() < room.end,
        changeable=changeable(booking),
        over=booking.ends_at <= now(),
        join_url=join_url(booking, you.id, links=services().links),
        ics_url=services().links.ics(booking.id),
        told=message_log(db, booking),
        series=series_between(db, booking, you),
        problem=words_of(refusal) if refusal else "",
        plan=plan_words(day_facts(booking.day), booking.place_tzid or display_tzid(), display_locale())
        if booking.day
        else None,
        files=files_in(db, booking, now=now()),
        **_said(db, you, booking),
        **_afterwards(db, you, booking),
        **_thread(db, booking, written or Written()),
    )


def _said(db: Session, you: Member, booking: Booking) -> dict[str, object]:
    """Returns what the two have said of coming, and where the member says so."""
    return {
        "absent": absence_of(db, booking, booking.other(you.id)),
        "absence_url": _absence_url(you, absence_of(db, booking, you)),
        "confirm_url": _confirm_url(db, you, booking),
        "coming": coming_to(db, booking),
        "late": late_in(db, booking),
        "answered": calendar_answers(db, booking),
        "declined_url": _declined_url(db, you, booking),
    }


def _afterwards(db: Session, you: Member, booking: Booking) -> dict[str, object]:
    """Returns what became of the hour, and what may be said of it."""
    apart = is_blocked_between(db, you.id, booking.other(you.id).id)
    return {
        "apart": apart,
        "answers": answers_to(db, booking.id) if can_be_answered(booking, now=now()) else None,
        "absence_sayable": may_report_absence(db, booking, you, now=now()),
        "stays": presence_in(db, booking, now=now()),
        "outcome": outcome_of(db, booking, now=now()),
        "later": {} if apart else follow_up_answers(db, booking.id),
    }


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


def changeable(booking: Booking) -> bool:
    """Whether the booking can still be moved or cancelled."""
    return booking.live and booking.starts_at > now()
