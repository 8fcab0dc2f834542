"""The door of a room: `/join/<token>`, personal, and useful without JavaScript."""

from __future__ import annotations

from flask import Blueprint, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.domain.errors import BadInput, RoomClosed
from flashmeet.gate.access import access
from flashmeet.gate.parts import now, parts, reading, writing
from flashmeet.gate.problems import status_of
from flashmeet.service.late import LATE_MINUTES, late_minutes, may_be_late, say_late
from flashmeet.service.limits import Limit
from flashmeet.service.room_mail import who_is_there
from flashmeet.service.rooms import Door
from flashmeet.service.second_way import seen_way
from flashmeet.web.doors import found_door, spend_at, tzid_at
from flashmeet.web.elsewhere import ways_from
from flashmeet.wording.times import same_wall

bp = Blueprint("rooms", __name__)

REFUSED = ("late", "cancelled")
TELLING = Limit(name="room_late", most=10, seconds=60)


@bp.get("/join/<token>")
@access("anyone")
def door(token: str) -> ResponseReturnValue:
    with reading() as unit:
        found = found_door(unit, token)
        facts = {**_facts(unit, found), **ways_from(unit, found)}
        page = render_template("room/door.html", **facts, token=token, now=now(), links=parts().links)
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
    return redirect(f"/join/{token}", 303)


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
        "after": parts().links.after(found.seat.id, found.seat.nonce),
    }
