"""The door that a join link stands before, for whoever holds the link."""

from __future__ import annotations

from datetime import timedelta

from flask import session as cookie
from sqlalchemy.orm import Session

from flashmeet.core.limits import Limit
from flashmeet.http.identity import display_tzid, viewer, viewer_id
from flashmeet.http.rate_limits import spend
from flashmeet.http.services import now, reading, services
from flashmeet.rooms.rules.room import RELAY_AFTER_CLOSING
from flashmeet.rooms.rules.turn_credentials import relay
from flashmeet.rooms.service.room import Door, find_door, open_door

CHECKED_WITHIN = timedelta(minutes=5)


def found_door(session: Session, token: str) -> Door:
    """Raises NotFound."""
    return find_door(session, token, viewer_id=viewer_id(), links=services().links, now=now())


def opened_door(session: Session, token: str) -> Door:
    """Raises NotFound, RoomClosed."""
    return open_door(session, token, viewer_id=viewer_id(), links=services().links, now=now())


def spend_at(limit: Limit, token: str, *, opened: bool = True) -> Door:
    """The door, with one more counted for its seat. Raises NotFound, RoomClosed, TooManyRequests."""
    with reading() as session:
        door = opened_door(session, token) if opened else found_door(session, token)
    spend(limit, str(door.seat.id))
    return door


def tzid_at(door: Door) -> str:
    """The viewer's zone, or the one a visitor chose; else that of the member whose link this is."""
    if viewer() is not None or "tzid" in cookie:
        return display_tzid()
    return door.seat.member.tzid


def ice_servers(door: Door, *, checking: bool = False) -> list[dict[str, object]]:
    """The relay, where there is one. Nobody else's servers: they would learn who talks to whom.

    A call's credential outlives the call; one that only checks the way is good for some minutes.
    """
    turn = services().config.turn
    if turn is None:
        return []
    until = now() + CHECKED_WITHIN if checking else door.hours.end + RELAY_AFTER_CLOSING
    server = relay(turn.url, turn.secret, seat_id=door.seat.id, until=until)
    return [{"urls": list(server.urls), "username": server.username, "credential": server.credential}]
