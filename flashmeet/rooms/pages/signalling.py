"""Requests of a room's page while it runs: enter, send, poll, report media, leave. The seat comes from the token alone.

A poll holds neither a transaction nor a connection to the database while it waits, and no thread (`pages.waiting`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from flashmeet.core.errors import BadInput, Busy, Refusal, RoomClosed, TooManyRequests
from flashmeet.core.limits import Limit
from flashmeet.http.admission.access import access
from flashmeet.http.responses.problems import status_of
from flashmeet.http.services import close_reading, now, reading, service, writing
from flashmeet.rooms.pages.room import found_door, ice_servers, opened_door, spend_at
from flashmeet.rooms.pages.waiting import Parked, waiting_in
from flashmeet.rooms.rules.providers import VIDEO
from flashmeet.rooms.rules.room import BODY_BYTES, NUMBERS, checked_signals
from flashmeet.rooms.service.room import RoomDoor, enter_room, leave_room
from flashmeet.rooms.service.signalling import Heard, Known, Place, choose_way, hear, send_signals, stay, tell_media

bp = Blueprint("room_signals", __name__, url_prefix="/join/<token>")

LONGEST_POLL = 25.0
MOST_BYTES = 4 * BODY_BYTES
WORD = re.compile(r"[A-Za-z0-9_-]{0,40}")
GONE = 410
ENTERING = Limit(name="room_enter", most=30, seconds=60)
SENDING = Limit(name="room_send", most=120, seconds=60)
CHECKING = Limit(name="room_relay", most=20, seconds=60)
"""Per seat. A call needs one request to enter and about ten to send."""


@dataclass(frozen=True, slots=True)
class PollRequest:
    """What a page knows already, and how many seconds it waits for something new."""

    peer: str
    other: str
    other_state: str
    after: int
    second_way: str
    wait: float

    @classmethod
    def parse(cls, body: dict[str, object]) -> PollRequest:
        """Reads the request. Raises BadInput."""
        return cls(
            peer=_text(body, "peer"),
            other=_text(body, "other"),
            other_state=_text(body, "other_state"),
            after=int(_number(body, "after", most=NUMBERS)),
            second_way=_mark(body.get("second_way", "")),
            wait=_number(body, "wait", most=LONGEST_POLL),
        )

    def is_answered_by(self, heard: Heard) -> bool:
        other = ("", "") if heard.other is None else (heard.other.peer, heard.other.state)
        return bool(heard.signals) or other != (self.other, self.other_state) or heard.second_way != self.second_way

    def known(self, place: Place) -> Known:
        return Known(place, self.other, self.other_state, self.after, self.second_way)

    def again(self) -> bytes:
        """Returns the body of the same request without a wait."""
        return json.dumps(asdict(replace(self, wait=0.0))).encode()


@bp.errorhandler(Refusal)
def refuse(refusal: Refusal) -> ResponseReturnValue:
    """Returns the refusal for the page's script: `code`, and the room's `reason`."""
    closed = isinstance(refusal, RoomClosed)
    answer = jsonify(code=refusal.code, reason=refusal.reason if isinstance(refusal, RoomClosed) else "")
    if isinstance(refusal, (Busy, TooManyRequests)):
        answer.headers["Retry-After"] = str(refusal.facts.get("seconds", 1))
    return answer, GONE if closed else status_of(refusal)


@bp.post("/enter")
@access("anyone")
def enter(token: str) -> ResponseReturnValue:
    door = spend_at(ENTERING, token)
    with writing() as db:
        peer = enter_room(db, door, now=now())
    return jsonify(peer=peer.key, polite=door.polite, ice_servers=ice_servers(door))


@bp.post("/send")
@access("anyone")
def send(token: str) -> ResponseReturnValue:
    body = _body()
    to, signals = _text(body, "to"), checked_signals(body.get("signals"))
    place = _place(spend_at(SENDING, token), _text(body, "peer"))
    with writing() as db:
        send_signals(db, place, to=to, signals=signals)
    return jsonify(taken=len(signals))


@bp.post("/poll")
@access("anyone")
def poll(token: str) -> ResponseReturnValue:
    asked = PollRequest.parse(_body())
    with reading() as db:
        place = _place(opened_door(db, token), asked.peer)
    heard = _hear(place, asked)
    if heard.note_due:
        with writing() as db:
            stay(db, place, now=now())
    if not asked.is_answered_by(heard) and asked.wait:
        heard = _wait(place, asked)
    return _heard_as_json(heard)


@bp.post("/media")
@access("anyone")
def media(token: str) -> ResponseReturnValue:
    """Records whether this page receives sound and picture from the other."""
    body = _body()
    flows = body.get("flows")
    if not isinstance(flows, bool):
        raise BadInput("flows")
    place = _place(spend_at(SENDING, token), _text(body, "peer"))
    with writing() as db:
        tell_media(db, place, flows=flows, now=now())
    return jsonify(flows=flows)


@bp.post("/relay")
@access("anyone")
def relay(token: str) -> ResponseReturnValue:
    """Returns the servers for the connection check before a call."""
    return jsonify(ice_servers=ice_servers(spend_at(CHECKING, token, opened=False), checking=True))


@bp.post("/leave")
@access("anyone")
def leave(token: str) -> ResponseReturnValue:
    """Records that the page was closed. `sendBeacon` sends a form, also to a room that has closed."""
    with writing() as db:
        door = found_door(db, token)
        leave_room(db, door, peer_key=_text(request.form, "peer"), now=now())
    return "", 204


def _wait(place: Place, asked: PollRequest) -> Heard:
    """Reads again when there is news or the wait is over. Raises Busy, RoomClosed, and Parked instead of waiting."""
    close_reading()
    waiting = waiting_in(current_app)
    poll = waiting.enter(asked.known(place), seconds=asked.wait)
    if waiting.parks:
        raise Parked(poll, asked.again())
    poll.over.result()
    return _hear(place, asked)


def _hear(place: Place, asked: PollRequest) -> Heard:
    """Reads once; where a fallback is due, chooses it and reads again. Raises RoomClosed."""
    heard = _look(place, asked)
    if not heard.way_due:
        return heard
    with writing() as db:
        choose_way(db, place, providers=service(VIDEO), now=now())
    return _look(place, asked)


def _look(place: Place, asked: PollRequest) -> Heard:
    with reading() as db:
        return hear(db, place, listening_to=asked.other, after=asked.after, now=now())


def _heard_as_json(heard: Heard) -> ResponseReturnValue:
    other = heard.other and {"peer": heard.other.peer, "state": heard.other.state}
    signals = [{"number": each.number, "kind": each.kind, "body": json.loads(each.body)} for each in heard.signals]
    return jsonify(other=other, signals=signals, second_way=heard.second_way)


def _place(door: RoomDoor, peer_key: str) -> Place:
    return Place(door.booking.id, door.seat.id, peer_key)


def _body() -> dict[str, object]:
    """Returns the JSON object of the request. Raises BadInput, RequestEntityTooLarge."""
    if (request.content_length or 0) > MOST_BYTES:
        raise RequestEntityTooLarge
    try:
        body = request.get_json(silent=True)
    except RecursionError:  # nested deeper than our pages ever send
        body = None
    if not isinstance(body, dict):
        raise BadInput("body")
    return body


def _mark(raw: object) -> str:
    """Returns the mark of the fallback that the page knows. Raises BadInput."""
    if not isinstance(raw, str) or len(raw) > 40:
        raise BadInput("second_way")
    return raw


def _text(body: Mapping[str, object], field: str) -> str:
    """Returns a short text of the body. Raises BadInput."""
    value = body.get(field)
    if not isinstance(value, str) or not WORD.fullmatch(value):
        raise BadInput(field)
    return value


def _number(body: Mapping[str, object], field: str, *, most: float) -> float:
    """Returns a number of the body. Raises BadInput."""
    value = body.get(field)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise BadInput(field)
    return value
