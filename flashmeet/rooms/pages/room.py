"""The door of a room: `/join/<token>`, personal, and useful without JavaScript."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, RoomClosed
from flashmeet.core.limits import Limit
from flashmeet.http.access import access
from flashmeet.http.problems import status_of
from flashmeet.http.services import now, reading, services, writing
from flashmeet.i18n.times import same_wall
from flashmeet.rooms.pages.join_link import found_door, spend_at, tzid_at
from flashmeet.rooms.pages.providers import ways_from
from flashmeet.rooms.service.fallback import seen_way
from flashmeet.rooms.service.room import Door
from flashmeet.rooms.service.running_late import LATE_MINUTES, late_minutes, may_be_late, say_late
from flashmeet.rooms.service.signalling import who_is_there

bp = Blueprint("rooms", __name__)

REFUSED = ("late", "cancelled")
TELLING = Limit(name="room_late", most=10, seconds=60)


@bp.get("/join/<token>")
@access("anyone")
def door(token: str) -> ResponseReturnValue:
    with reading() as unit:
        found = found_door(unit, token)
        facts = {**_facts(unit, found), **ways_from(unit, found)}
        page = render_template("rooms/door.html", **facts, token=token, now=now(), links=services().links)
    return page, status_of(RoomClosed) if found.state in REFUSED else 200


@bp.get("/join/<token>/who")
@access("anyone")
def who(token: str) -> ResponseReturnValue:
    """What a page at the door looks at every few seconds: whether the other is there, or comes late."""
    with reading() as unit:
        found = found_door(unit, token)
        there, minutes = who_is_there(unit, found, now=now()), late_minutes(unit, found.other_seat.id)
    return jsonify(other=there, late=minutes)


@bp.post("/join/<token>/late")
@access("anyone")
def late(token: str) -> ResponseReturnValue:
    spend_at(TELLING, token, opened=False)
    with writing() as unit:
        say_late(unit, found_door(unit, token), minutes=_minutes(request.form.get("minutes", "")), now=now())
    return redirect(url_for("rooms.door", token=token), 303)


def _minutes(text: str) -> int:
    """Raises BadInput."""
    known = {str(minutes): minutes for minutes in LATE_MINUTES}
    if text not in known:
        raise BadInput("minutes")
    return known[text]


def _facts(unit: Session, found: Door) -> dict[str, object]:
    booking, me = found.booking, found.seat.member
    other, tzid = booking.other(me.id), tzid_at(found)
    return {
        "door": found,
        "booking": booking,
        "other": other,
        "tzid": tzid,
        "other_tzid": None if same_wall(booking.starts_at, tzid, other.tzid) else other.tzid,
        "late_choices": LATE_MINUTES if may_be_late(booking, now=now()) else (),
        "my_late": late_minutes(unit, found.seat.id),
        "other_late": late_minutes(unit, found.other_seat.id),
        "other_there": who_is_there(unit, found, now=now()),
        "way": seen_way(unit, found),
        "after": services().links.after(found.seat.id, found.seat.nonce),
    }
