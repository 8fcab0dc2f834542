"""The door of a room: `/join/<token>`, personal, and useful without JavaScript."""

from __future__ import annotations

from flask import Blueprint, render_template, session
from flask.typing import ResponseReturnValue

from flashmeet.domain.errors import RoomClosed
from flashmeet.gate.access import access
from flashmeet.gate.identity import display_tzid, viewer
from flashmeet.gate.parts import now, parts, reading
from flashmeet.gate.problems import status_of
from flashmeet.service.rooms import Door, find_door
from flashmeet.web.elsewhere import ways_from
from flashmeet.wording.times import same_wall

bp = Blueprint("rooms", __name__)

REFUSED = ("late", "cancelled")


@bp.get("/join/<token>")
@access("anyone")
def door(token: str) -> ResponseReturnValue:
    at, who = now(), viewer()
    with reading() as unit:
        viewer_id = None if who is None else who.member_id
        found = find_door(unit, token, viewer_id=viewer_id, links=parts().links, now=at)
        facts = {**_facts(found), **ways_from(unit, found)}
        page = render_template("room/door.html", **facts, token=token, now=at, links=parts().links)
    return page, status_of(RoomClosed) if found.state in REFUSED else 200


def _facts(found: Door) -> dict[str, object]:
    booking, me = found.booking, found.seat.member
    other, tzid = booking.other(me.id), _tzid(found)
    return {
        "door": found,
        "booking": booking,
        "other": other,
        "tzid": tzid,
        "other_tzid": None if same_wall(booking.starts_at, tzid, other.tzid) else other.tzid,
    }


def _tzid(found: Door) -> str:
    """The viewer's zone, or the one a visitor chose; else that of the member whose link this is."""
    if viewer() is not None or "tzid" in session:
        return display_tzid()
    return found.seat.member.tzid
