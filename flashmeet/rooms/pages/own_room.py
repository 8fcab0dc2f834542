"""A mentor's own room, offered beside the network's video provider."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import BadInput
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.responses.problems import words_of
from flashmeet.http.services import reading, services, writing
from flashmeet.rooms.rules.providers import ADDRESS_CHARACTERS, checked_own_room
from flashmeet.rooms.service.providers import own_room_of, save_own_room

bp = Blueprint("own_room", __name__)


@bp.get("/me/room")
@access("mentor")
def show() -> ResponseReturnValue:
    with reading() as db:
        return _page(own_room_of(db, member(db).id))


@bp.post("/me/room")
@access("mentor")
def save() -> ResponseReturnValue:
    typed = request.form.get("own_room", "")
    try:
        address = checked_own_room(typed)
    except BadInput as refusal:
        return _page(typed, words_of(refusal)), 422
    with writing() as db:
        save_own_room(db, member(db).id, address)
    return redirect(url_for("own_room.show", saved=1), 303)


def _page(address: str, problem: str = "") -> str:
    return render_template(
        "rooms/own_room.html",
        address=address,
        problem=problem,
        saved="saved" in request.args,
        most=ADDRESS_CHARACTERS,
        video=services().config.video,
    )
