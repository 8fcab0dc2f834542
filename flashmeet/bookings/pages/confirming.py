"""What is asked before an hour, a series or a file ends (`http.forms.confirming`)."""

from __future__ import annotations

from flask import request
from flask_babel import gettext
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.series import SeriesState
from flashmeet.bookings.service.agenda import booking_of
from flashmeet.bookings.service.series import series_of_link
from flashmeet.http.admission.identity import member, viewer_id
from flashmeet.http.display import display_locale, display_tzid
from flashmeet.http.forms.confirming import Question
from flashmeet.http.services import now, services
from flashmeet.i18n.times import when_there
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.rules.booking_facts import Format


def declining(db: Session, booking_id: int) -> Question | None:
    """Asks before a mentor declines the hour that waits for their answer."""
    if request.form.get("answer") != "decline":
        return None
    you = member(db)
    booking = booking_of(db, you, booking_id)
    if booking.status != BookingStatus.PENDING or you.id != booking.mentor_id:
        return None
    day, name = booking.format == Format.DAY, booking.mentee.first_name
    return Question(
        title=gettext("Decline this day?") if day else gettext("Decline this hour?"),
        lines=(
            _whose(booking, booking.mentee.name),
            gettext("%(name)s is told at once, and can ask someone else.", name=name),
        ),
        yes=gettext("Decline"),
        keep=gettext("Not now"),
    )


def solving(db: Session, booking_id: int) -> Question | None:
    """Asks before an answer in writing takes the place of the hour."""
    you = member(db)
    booking = booking_of(db, you, booking_id)
    if not request.form.get("text", "").strip() or not booking.live or booking.starts_at <= now():
        return None
    name = booking.mentee.first_name
    return Question(
        title=gettext("Answer in writing, in place of the hour?"),
        lines=(
            _whose(booking, booking.mentee.name),
            gettext("%(name)s gets your answer at once, and the hour is cancelled for both of you.", name=name),
        ),
        yes=gettext("Answer and free the hour"),
        keep=gettext("Keep the hour"),
    )


def removing_file(db: Session, booking_id: int) -> Question | None:
    """Asks before a file is deleted from what two people write to each other."""
    if "drop" not in request.form:
        return None
    you = member(db)
    other = booking_of(db, you, booking_id).other(you.id)
    return Question(
        title=gettext("Delete your file?"),
        lines=(gettext("%(name)s can no longer open it. Nobody is told, and we keep no copy.", name=other.first_name),),
        yes=gettext("Delete it"),
        keep=gettext("Keep it"),
    )


def leaving_series(db: Session, series_token: str) -> Question | None:
    """Asks before somebody declines a series, ends it, or withdraws their proposal."""
    said = request.form.get("act")
    series, you = series_of_link(db, series_token, links=services().links, viewer_id=viewer_id())
    other = series.other(you.id)
    if said == "decline" and series.state == SeriesState.PROPOSED:
        return Question(
            title=gettext("Decline to continue with %(name)s?", name=other.name),
            lines=(gettext("%(name)s is told at once.", name=other.first_name),),
            yes=gettext("Decline"),
            keep=gettext("Not now"),
        )
    if said == "end" and series.state == SeriesState.PROPOSED:
        return Question(
            title=gettext("Withdraw your proposal?"),
            lines=(gettext("%(name)s can no longer accept it. No message is sent.", name=other.first_name),),
            yes=gettext("Withdraw it"),
            keep=gettext("Leave it open"),
        )
    if said == "end" and series.state == SeriesState.OPEN:
        return Question(
            title=gettext("End it with %(name)s?", name=other.name),
            lines=(
                gettext("%(name)s is told at once.", name=other.first_name),
                gettext("Hours that are booked stay booked; each can be cancelled by itself."),
            ),
            yes=gettext("End it, with thanks"),
            keep=gettext("Go on"),
        )
    return None


def _whose(booking: Booking, name: str) -> str:
    when = when_there(booking.starts_at, booking.place_tzid, display_tzid(), display_locale())
    return " · ".join((name, when, booking.theme.name(display_locale())))
