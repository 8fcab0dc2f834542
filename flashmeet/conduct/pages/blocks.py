"""Blocking a member: the two are hidden from each other at once, and nobody is told."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.bookings.service.reliability import late_hours
from flashmeet.conduct.service.blocks import away_from, block, unblock
from flashmeet.conduct.service.separation import coming_bookings_between, member_known_to
from flashmeet.core.errors import BadInput
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.forms.done import offer_undo
from flashmeet.http.services import now, reading, writing

bp = Blueprint("blocks", __name__)

SESSIONS = {"": False, "keep": False, "cancel": True}


@bp.get("/members/<int:person_id>/block")
@access("member")
def ask(person_id: int) -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        other = member_known_to(db, you, person_id)
        coming = coming_bookings_between(db, you.id, other.id, now=now())
        late = [late_hours(db, booking, now=now()) for booking in coming]
        hours = max(filter(None, late), default=None)
        return render_template("conduct/block.html", other=other, coming=coming, late_hours=hours)


@bp.post("/members/<int:person_id>/block")
@access("member")
def save(person_id: int) -> ResponseReturnValue:
    try:
        cancel = SESSIONS[request.form.get("sessions", "")]
    except KeyError:
        raise BadInput("sessions") from None
    with writing() as db:
        block(db, member(db), person_id, cancel=cancel, now=now())
    return redirect(url_for("blocks.show", saved=1), 303)


@bp.get("/me/blocked")
@access("member")
def show() -> ResponseReturnValue:
    with reading() as db:
        return render_template(
            "conduct/blocked.html",
            away=away_from(db, member(db)),
            saved="saved" in request.args,
            reported="reported" in request.args,
        )


@bp.post("/me/blocked/<int:person_id>/unblock")
@access("member", keeps_draft=False)
def end(person_id: int) -> ResponseReturnValue:
    with writing() as db:
        unblock(db, member(db), person_id)
    offer_undo(url_for("blocks.save", person_id=person_id), sessions="keep")
    return redirect(url_for("blocks.show"), 303)
