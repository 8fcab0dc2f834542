"""The fallback when two devices do not connect: what each sees of it, and what each can choose."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.limits import Limit
from flashmeet.http.admission.access import access
from flashmeet.http.services import reading, service, writing
from flashmeet.rooms.pages.room import found_door, opened_door, spend_at
from flashmeet.rooms.rules.providers import VIDEO
from flashmeet.rooms.service.fallback import pass_on, seen_way, show_phone

bp = Blueprint("room_fallback", __name__, url_prefix="/join/<token>/second-way")

DECIDING = Limit(name="room_fallback", most=30, seconds=60)


@bp.get("")
@access("anyone")
def show(token: str) -> ResponseReturnValue:
    """Renders the fallback, a part of the room's page; "" while none is needed. `leads`: may its buttons lead away?"""
    with reading() as db:
        door = found_door(db, token)
        other = door.booking.other(door.seat.member_id)
        leads, way = request.args.get("leads") != "no", seen_way(db, door)
        return render_template("rooms/fallback.html", way=way, other=other, token=token, leads=leads)


@bp.post("/phone")
@access("anyone")
def phone(token: str) -> ResponseReturnValue:
    spend_at(DECIDING, token)
    with writing() as db:
        show_phone(db, opened_door(db, token), shown=request.form.get("shown") == "yes")
    return redirect(url_for("rooms.door", token=token), 303)


@bp.post("/next")
@access("anyone")
def another(token: str) -> ResponseReturnValue:
    spend_at(DECIDING, token)
    with writing() as db:
        pass_on(db, opened_door(db, token), tried=request.form.get("tried", ""), providers=service(VIDEO))
    return redirect(url_for("rooms.door", token=token), 303)
