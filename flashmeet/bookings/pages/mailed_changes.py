"""Moving and cancelling by the link in a mail: one page, one button, no sign-in. A GET changes nothing.

A link is for the hour that its mail told of; once that has changed, it says what stands now.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Seat
from flashmeet.bookings.pages.change_pages import Ways, cancel_page, move_page
from flashmeet.bookings.service.calendar_check import CALENDAR_CHECK
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.messages.mailed_changes import CANCEL_LINK, MOVE_LINK, MailedChange, mailed_change
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.errors import AlreadyOver, NotBookable, NotFound, Refusal, TermsRequired
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.forms.done import nothing_done
from flashmeet.http.forms.redirects import own_address
from flashmeet.http.services import now, reading, service, services, writing
from flashmeet.http.time_stamps import read_stamp
from flashmeet.identity.service.links import PersonalLink
from flashmeet.schedule.rules.booking_facts import Format

bp = Blueprint("mailed_changes", __name__)


@bp.get("/move/<move_token>")
@access("anyone")
def ask_to_move(move_token: str) -> ResponseReturnValue:
    return _move_page(move_token)


@bp.post("/move/<move_token>")
@access("anyone")
def move(move_token: str) -> ResponseReturnValue:
    try:
        with reading() as db:
            found = _behind(db, MOVE_LINK, move_token)
            booking_id, member_id = found.booking.id, found.member.id
        starts_at = read_stamp(request.form.get("starts_at", ""))
        service(CALENDAR_CHECK).before_moving(booking_id, viewer_id=member_id, now=now())
        with writing() as db:
            found = _behind(db, MOVE_LINK, move_token)
            found.hold(db, now=now())
            move_booking(db, found.member, booking_id, starts_at=starts_at, now=now())
    except AlreadyOver:
        nothing_done()  # the page says what stands now
    except NotBookable as refusal:
        return _move_page(move_token, refusal)
    except (NotFound, TermsRequired):
        raise
    except Refusal as refusal:
        return _move_page(move_token, refusal)
    return redirect(url_for("mailed_changes.ask_to_move", move_token=move_token), 303)


@bp.get("/cancel/<cancel_token>")
@access("anyone")
def ask_to_cancel(cancel_token: str) -> ResponseReturnValue:
    return _cancel_page(cancel_token)


@bp.post("/cancel/<cancel_token>")
@access("anyone")
def cancel(cancel_token: str) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    try:
        with writing() as db:
            found = _behind(db, CANCEL_LINK, cancel_token)
            found.hold(db, now=now())
            cancel_booking(db, found.member, found.booking.id, reason=reason, now=now())
    except AlreadyOver:
        nothing_done()  # the page says what stands now
    except NotFound:
        raise
    except Refusal as refusal:
        return _cancel_page(cancel_token, refusal, reason=reason)
    return redirect(url_for("mailed_changes.ask_to_cancel", cancel_token=cancel_token), 303)


def _behind(db: Session, link: PersonalLink[Seat], token: str) -> MailedChange:
    return mailed_change(db, link, token, links=services().links, viewer_id=viewer_id())


def _move_page(token: str, refusal: Refusal | None = None) -> ResponseReturnValue:
    with reading() as db:
        found = _behind(db, MOVE_LINK, token)
        if not found.stands(now()) or found.booking.format == Format.DAY:
            return _what_stands(found)
        return move_page(db, found.member, found.booking, _ways(found), refusal)


def _cancel_page(token: str, refusal: Refusal | None = None, *, reason: str = "") -> ResponseReturnValue:
    with reading() as db:
        found = _behind(db, CANCEL_LINK, token)
        if not found.stands(now()):
            return _what_stands(found)
        return cancel_page(db, found.member, found.booking, _ways(found), refusal, reason=reason)


def _ways(found: MailedChange) -> Ways:
    """Returns the ways of this link: to its own page, to the other's by signing in."""
    ways, here = Ways.of(found.booking), own_address(request.path)
    return replace(ways, move=here) if "move_token" in (request.view_args or {}) else replace(ways, cancel=here)


def _what_stands(found: MailedChange) -> str:
    return render_template(
        "bookings/what_stands.html",
        booking=found.booking,
        you=found.member,
        other=found.booking.other(found.member.id),
        begun=now() >= found.booking.starts_at,
    )
