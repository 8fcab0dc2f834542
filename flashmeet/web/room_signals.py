"""What a room's page asks for while it runs: enter, send, poll, leave. The seat comes from the token alone.

A poll waits without a transaction and without a connection: it looks, sleeps, and looks again.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import RequestEntityTooLarge

from flashmeet.domain.errors import BadInput, Busy, Refusal, RoomClosed, TooManyRequests
from flashmeet.domain.rooms import BODY_BYTES, NUMBERS, RELAY_AFTER_CLOSING, checked_signals
from flashmeet.domain.turn import relay
from flashmeet.gate.access import access
from flashmeet.gate.identity import viewer
from flashmeet.gate.limits import spend
from flashmeet.gate.parts import now, parts, reading, writing
from flashmeet.gate.problems import status_of
from flashmeet.service.limits import Limit
from flashmeet.service.room_mail import Heard, Place, hear, send_signals, stay
from flashmeet.service.rooms import Door, enter_room, find_door, leave_room, open_door
from flashmeet.web.waiting import waiting_in

bp = Blueprint("room_signals", __name__, url_prefix="/join/<token>")

LONGEST_POLL = 25.0
LOOKS_EVERY = 0.25
MOST_BYTES = 4 * BODY_BYTES
WORD = re.compile(r"[A-Za-z0-9_-]{0,40}")
GONE = 410
ENTERING = Limit(name="room_enter", most=30, seconds=60)
SENDING = Limit(name="room_send", most=120, seconds=60)
"""Of one seat. A call needs one to enter and about ten to send."""


@dataclass(frozen=True, slots=True)
class PollRequest:
    """What a page knows already, and how long it would wait (seconds) for something new."""

    peer: str
    other: str
    other_state: str
    after: int
    wait: float

    @classmethod
    def parse(cls, body: dict[str, object]) -> PollRequest:
        """Raises BadInput."""
        return cls(
            peer=_text(body, "peer"),
            other=_text(body, "other"),
            other_state=_text(body, "other_state"),
            after=int(_number(body, "after", most=NUMBERS)),
            wait=_number(body, "wait", most=LONGEST_POLL),
        )

    def is_answered_by(self, heard: Heard) -> bool:
        other = ("", "") if heard.other is None else (heard.other.peer, heard.other.state)
        return bool(heard.signals) or other != (self.other, self.other_state)


@bp.errorhandler(Refusal)
def refuse(refusal: Refusal) -> ResponseReturnValue:
    """In words for the page's script: `code`, and the room's `reason`."""
    closed = isinstance(refusal, RoomClosed)
    answer = jsonify(code=refusal.code, reason=refusal.reason if isinstance(refusal, RoomClosed) else "")
    if isinstance(refusal, (Busy, TooManyRequests)):
        answer.headers["Retry-After"] = str(refusal.facts.get("seconds", 1))
    return answer, GONE if closed else status_of(refusal)


@bp.post("/enter")
@access("anyone")
def enter(token: str) -> ResponseReturnValue:
    door = _spend(ENTERING, token)
    with writing() as session:
        peer = enter_room(session, door, now=now())
    return jsonify(peer=peer.key, polite=door.polite, ice_servers=_ice_servers(door))


@bp.post("/send")
@access("anyone")
def send(token: str) -> ResponseReturnValue:
    body = _body()
    to, signals = _text(body, "to"), checked_signals(body.get("signals"))
    place = _place(_spend(SENDING, token), _text(body, "peer"))
    with writing() as session:
        send_signals(session, place, to=to, signals=signals)
    return jsonify(taken=len(signals))


@bp.post("/poll")
@access("anyone")
def poll(token: str) -> ResponseReturnValue:
    asked = PollRequest.parse(_body())
    with reading() as session:
        place = _place(_open(session, token), asked.peer)
        heard = _hear(session, place, asked)
    if heard.note_due:
        with writing() as session:
            stay(session, place, now=now())
    if not asked.is_answered_by(heard) and asked.wait:
        heard = _wait(place, asked, heard)
    return _heard_as_json(heard)


@bp.post("/leave")
@access("anyone")
def leave(token: str) -> ResponseReturnValue:
    """Comes from `sendBeacon` while the page goes away, so it is a form; a room that has closed is left as well."""
    with writing() as session:
        door = find_door(session, token, viewer_id=_viewer_id(), links=parts().links, now=now())
        leave_room(session, door, peer_key=_text(request.form, "peer"), now=now())
    return "", 204


def _wait(place: Place, asked: PollRequest, heard: Heard) -> Heard:
    """Looks again and again until there is something new. Raises Busy, RoomClosed."""
    until, waiting = time.monotonic() + asked.wait, waiting_in(current_app)
    with waiting.place():
        while not asked.is_answered_by(heard) and time.monotonic() < until and waiting.pause(LOOKS_EVERY):
            with reading() as session:
                heard = _hear(session, place, asked)
    return heard


def _hear(session: Session, place: Place, asked: PollRequest) -> Heard:
    return hear(session, place, listening_to=asked.other, after=asked.after, now=now())


def _heard_as_json(heard: Heard) -> ResponseReturnValue:
    other = heard.other and {"peer": heard.other.peer, "state": heard.other.state}
    signals = [{"number": each.number, "kind": each.kind, "body": json.loads(each.body)} for each in heard.signals]
    return jsonify(other=other, signals=signals)


def _spend(limit: Limit, token: str) -> Door:
    """The open door, with one more counted for its seat. Raises NotFound, RoomClosed, TooManyRequests."""
    with reading() as session:
        door = _open(session, token)
    spend(limit, str(door.seat.id))
    return door


def _open(session: Session, token: str) -> Door:
    return open_door(session, token, viewer_id=_viewer_id(), links=parts().links, now=now())


def _viewer_id() -> int | None:
    who = viewer()
    return None if who is None else who.member_id


def _place(door: Door, peer_key: str) -> Place:
    return Place(door.booking.id, door.seat.id, peer_key)


def _ice_servers(door: Door) -> list[dict[str, object]]:
    """The relay, where there is one. Nobody else's servers: they would learn who talks to whom."""
    turn = parts().config.turn
    if turn is None:
        return []
    until = door.hours.end + RELAY_AFTER_CLOSING
    server = relay(turn.url, turn.secret, seat_id=door.seat.id, until=until)
    return [{"urls": list(server.urls), "username": server.username, "credential": server.credential}]


def _body() -> dict[str, object]:
    """Raises BadInput, RequestEntityTooLarge."""
    if (request.content_length or 0) > MOST_BYTES:
        raise RequestEntityTooLarge
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # nested deeper than any of our pages would
        body = None
    if not isinstance(body, dict):
        raise BadInput("body")
    return body


def _text(body: Mapping[str, object], field: str) -> str:
    """Raises BadInput."""
    value = body.get(field)
    if not isinstance(value, str) or not WORD.fullmatch(value):
        raise BadInput(field)
    return value


def _number(body: Mapping[str, object], field: str, *, most: float) -> float:
    """Raises BadInput."""
    value = body.get(field)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise BadInput(field)
    return value
