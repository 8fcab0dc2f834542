"""Saying "I'm late" by the link in a mail, wherever the two meet: one page, no sign-in. A GET changes nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.queries.replies import late_in
from flashmeet.bookings.rules.outcomes import LATE_FROM
from flashmeet.bookings.service.messages.mailed_changes import LATE_LINK, MailedChange, mailed_change
from flashmeet.core.errors import BadInput, RoomClosed
from flashmeet.core.numbers import number_or_none
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.admission.rate_limits import spend
from flashmeet.http.forms.done import nothing_done
from flashmeet.http.services import now, reading, services, writing
from flashmeet.rooms.pages.room import TELLING
from flashmeet.rooms.service.room import LATE_MINUTES, door_of, may_be_late, say_late

bp = Blueprint("late", __name__)


@bp.get("/late/<late_token>")
@access("anyone")
def show(late_token: str) -> ResponseReturnValue:
    with reading() as db:
        found = _behind(db, late_token)
        booking, you = found.booking, found.member
        facts = {"booking": booking, "you": you, "other": booking.other(you.id)}
        early = found.agreed and now() < booking.starts_at - LATE_FROM
        if not (early or (found.agreed and may_be_late(booking, now=now()))):
            return render_template("bookings/what_stands.html", **facts, begun=now() >= booking.starts_at)
        return render_template(
            "rooms/running_late.html",
            **facts,
            token=late_token,
            opens_at=booking.starts_at - LATE_FROM if early else None,
            choices=LATE_MINUTES,
            said=late_in(db, booking).get(you.id, 0),
        )


@bp.post("/late/<late_token>")
@access("anyone")
def say_it(late_token: str) -> ResponseReturnValue:
    """Tells the other by mail, and by SMS where they take it. Raises BadInput, TooManyRequests."""
    minutes = number_or_none(request.form.get("minutes", ""))
    if minutes not in LATE_MINUTES:
        raise BadInput("minutes")
    with reading() as db:
        found = _behind(db, late_token)
        seat_id = found.booking.seat_of(found.member.id).id
    spend(TELLING, str(seat_id))
    try:
        with writing() as db:
            found = _behind(db, late_token)
            if not found.agreed:
                raise RoomClosed(found.booking.status)
            say_late(db, door_of(db, found.booking.seat_of(found.member.id), now=now()), minutes=minutes, now=now())
    except RoomClosed:
        nothing_done()  # the page says what stands now
    return redirect(url_for("late.show", late_token=late_token), 303)


def _behind(db: Session, token: str) -> MailedChange:
    return mailed_change(db, LATE_LINK, token, links=services().links, viewer_id=viewer_id())
