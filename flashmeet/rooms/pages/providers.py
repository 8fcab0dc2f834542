"""From the door to a video provider: the address is made on click and handed over once."""

from __future__ import annotations

import structlog
from flask import Blueprint, Response, after_this_request, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import RoomClosed
from flashmeet.core.limits import Limit
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.admission.rate_limits import spend
from flashmeet.http.responses.headers import leading_to
from flashmeet.http.services import close_reading, now, reading, service, services, writing
from flashmeet.rooms.rules.providers import VIDEO, ProviderAway
from flashmeet.rooms.rules.room import DoorState
from flashmeet.rooms.service.fallback import pass_on
from flashmeet.rooms.service.providers import (
    OWN,
    ProviderRequest,
    has_failed,
    main_way,
    note_visit,
    own_room_of,
    provider_request,
)
from flashmeet.rooms.service.room import RoomDoor, find_door, open_door

bp = Blueprint("room_providers", __name__)
log = structlog.get_logger("flashmeet.video")

GOING = Limit(name="elsewhere", most=20, seconds=60)
"""Per seat: each click queries an outside server."""


@bp.post("/join/<token>/elsewhere")
@access("anyone")
def go(token: str) -> ResponseReturnValue:
    """Redirects to `way`, or to the first way. A failure that the person has not seen is shown before a new try."""
    here, at = services(), now()
    with reading() as db:
        door = open_door(db, token, viewer_id=viewer_id(), links=here.links, now=at)
        asked = provider_request(db, door, request.form.get("way", ""), providers=service(VIDEO), links=here.links)
        fallen_back = has_failed(db, door.booking, asked.provider.name)
    spend(GOING, str(door.seat.id))
    if fallen_back and "again" not in request.form:
        return redirect(url_for("rooms.door", token=token), 303)
    address, failed = _address(asked)
    with writing() as db:
        door = find_door(db, token, viewer_id=viewer_id(), links=here.links, now=now())
        note_visit(db, door, provider=asked.provider.name, failed=failed, now=now())
        if failed:
            tried = "link" if asked.provider.name == OWN else "provider"
            pass_on(db, door, tried=tried, providers=service(VIDEO))
    log.info("video.visit", seat=door.seat.id, provider=asked.provider.name, failed=failed, door=door.state)
    if door.state != DoorState.OPEN:
        raise RoomClosed(door.state)
    return _once(address or url_for("rooms.door", token=token))


def _address(asked: ProviderRequest) -> tuple[str, str]:
    """Returns the address, or why there is none. No transaction is open meanwhile."""
    close_reading()
    try:
        return asked.provider.join_address(asked.meeting, asked.guest, now=now()), ""
    except ProviderAway as error:
        return "", error.reason


def _once(address: str) -> ResponseReturnValue:
    """Redirects once: no cache keeps the answer, and the next server does not learn the referring address."""
    answer = redirect(address, 303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def alternatives_for_page(db: Session, door: RoomDoor) -> dict[str, object]:
    """Returns what the door's page says of other ways (`room/elsewhere.html`), and allows its buttons to lead there.

    `leads`: whether they may. A page loaded before there was another way may not; a fresh one may.
    """
    if door.state not in (DoorState.EARLY, DoorState.OPEN):
        return {"main_way": None, "leads": False}
    video, links = service(VIDEO), services().links
    main = main_way(db, door, providers=video)
    names = {main.name} if main is not None else set()
    if own_room_of(db, door.booking.mentor_id):
        names.add(OWN)
    targets = []
    for name in sorted(names):
        asked = provider_request(db, door, name, providers=video, links=links)
        targets.append(asked.provider.form_targets())
    if targets:
        _let_buttons_lead_to(" ".join(targets))
    return {"main_way": main, "leads": bool(targets)}


def _let_buttons_lead_to(targets: str) -> None:
    @after_this_request
    def say_so(answer: Response) -> Response:
        answer.headers["Content-Security-Policy"] = leading_to(targets)
        return answer
