"""The door of a room: `/join/<token>`, personal, and usable without JavaScript."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, RoomClosed
from flashmeet.core.limits import Limit
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer, viewer_id
from flashmeet.http.admission.rate_limits import spend
from flashmeet.http.display import display_tzid
from flashmeet.http.responses.problems import status_of
from flashmeet.http.services import now, reading, services, writing
from flashmeet.rooms.pages.providers import alternatives_for_page
from flashmeet.rooms.rules.room import RELAY_AFTER_CLOSING, DoorState, turn_server
from flashmeet.rooms.service.fallback import seen_way
from flashmeet.rooms.service.room import (
    LATE_MINUTES,
    RoomDoor,
    find_door,
    late_minutes,
    may_be_late,
    open_door,
    say_late,
)
from flashmeet.rooms.service.signalling import who_is_there

bp = Blueprint("rooms", __name__)

REFUSED = (DoorState.LATE, DoorState.CANCELLED)
TELLING = Limit(name="room_late", most=10, seconds=60)


@bp.get("/join/<token>")
@access("anyone")
def door(token: str) -> ResponseReturnValue:
    with reading() as db:
        found = found_door(db, token)
        facts = {**_facts(db, found), **alternatives_for_page(db, found)}
        page = render_template("rooms/door.html", **facts, token=token, now=now(), links=services().links)
    return page, status_of(RoomClosed) if found.state in REFUSED else 200


@bp.get("/join/<token>/who")
@access("anyone")
def who(token: str) -> ResponseReturnValue:
    """Returns what a page at the door polls every few seconds: whether the other is there, or comes late."""
    with reading() as db:
        found = found_door(db, token)
        there, minutes = who_is_there(db, found, now=now()), late_minutes(db, found.other_seat.id)
    return jsonify(other=there or "", late=minutes)


@bp.post("/join/<token>/late")
@access("anyone")
def late(token: str) -> ResponseReturnValue:
    spend_at(TELLING, token, opened=False)
    with writing() as db:
        say_late(db, found_door(db, token), minutes=_minutes(request.form.get("minutes", "")), now=now())
    return redirect(url_for("rooms.door", token=token), 303)


def _minutes(text: str) -> int:
    """Returns the minutes. Raises BadInput."""
    known = {str(minutes): minutes for minutes in LATE_MINUTES}
    if text not in known:
        raise BadInput("minutes")
    return known[text]


def _facts(db: Session, found: RoomDoor) -> dict[str, object]:
    booking, me = found.booking, found.seat.member
    other, tzid = booking.other(me.id), tzid_at(found)
    return {
        "door": found,
        "booking": booking,
        "other": other,
        "tzid": tzid,
        "late_choices": LATE_MINUTES if may_be_late(booking, now=now()) else (),
        "my_late": late_minutes(db, found.seat.id),
        "other_late": late_minutes(db, found.other_seat.id),
        "other_there": who_is_there(db, found, now=now()),
        "way": seen_way(db, found),
        "after": services().links.given(me.link_generation).after(found.seat.id, found.seat.nonce),
    }


CHECKED_WITHIN = timedelta(minutes=5)


def found_door(db: Session, token: str) -> RoomDoor:
    """Returns the door of a join link. Raises NotFound."""
    return find_door(db, token, viewer_id=viewer_id(), links=services().links, now=now())


def opened_door(db: Session, token: str) -> RoomDoor:
    """Returns the door of a join link if it is open. Raises NotFound, RoomClosed."""
    return open_door(db, token, viewer_id=viewer_id(), links=services().links, now=now())


def spend_at(limit: Limit, token: str, *, opened: bool = True) -> RoomDoor:
    """Returns the door, and counts one use of the limit for its seat. Raises NotFound, RoomClosed, TooManyRequests."""
    with reading() as db:
        door = opened_door(db, token) if opened else found_door(db, token)
    spend(limit, str(door.seat.id))
    return door


def tzid_at(door: RoomDoor) -> str:
    """Returns the viewer's zone, or the one a visitor chose; else that of the member whose link this is."""
    if viewer() is not None or "tzid" in cookie:
        return display_tzid()
    return door.seat.member.tzid


def ice_servers(door: RoomDoor, *, checking: bool = False) -> list[dict[str, object]]:
    """Returns the TURN relay, if one is configured. No third-party servers are used: they would learn who calls whom.

    The credential of a call outlives the call; that of a connection check is valid for five minutes.
    """
    turn = services().config.turn
    if turn is None:
        return []
    until = now() + CHECKED_WITHIN if checking else door.hours.end + RELAY_AFTER_CLOSING
    server = turn_server(turn.url, turn.secret, seat_id=door.seat.id, until=until)
    return [{"urls": list(server.urls), "username": server.username, "credential": server.credential}]
