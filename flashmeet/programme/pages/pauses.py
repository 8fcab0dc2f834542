"""The page of a pause offered by mail: one tap, without signing in. A GET changes nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.services import now, reading, services, writing
from flashmeet.identity.rules import Departure
from flashmeet.programme.models import Nudge
from flashmeet.programme.service.pauses import end_pause, is_paused, pause_offer, take_pause
from flashmeet.requests.pages.departures import hours_said
from flashmeet.requests.service.departures import NOTHING, ahead_of
from flashmeet.schedule.service.pauses import pause_period

bp = Blueprint("pauses", __name__)


@bp.get("/pause/<pause_token>")
@access("anyone")
def show(pause_token: str) -> ResponseReturnValue:
    with reading() as db:
        nudge = _behind(db, pause_token)
        you = nudge.member
        away = pause_period(you, now=now())
        return render_template(
            "programme/pause.html",
            token=pause_token,
            you=you,
            paused=is_paused(nudge, now=now()),
            ahead=ahead_of(db, you, Departure.PAUSED, away=away, now=now()) if you.mentor else NOTHING,
        )


@bp.post("/pause/<pause_token>")
@access("anyone")
def answer(pause_token: str) -> ResponseReturnValue:
    """Takes the pause or ends it. Raises NotFound, BadInput."""
    said = request.form.get("answer", "")
    with writing() as db:
        nudge = _behind(db, pause_token)
        if said == "pause":
            take_pause(db, nudge, hours=hours_said(), now=now())
        elif said == "back":
            end_pause(db, nudge, now=now())
        else:
            raise BadInput("answer", value=said)
    return redirect(url_for("pauses.show", pause_token=pause_token), 303)


def _behind(db: Session, token: str) -> Nudge:
    return pause_offer(db, token, links=services().links, viewer_id=viewer_id())
