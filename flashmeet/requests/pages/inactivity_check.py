"""The inactivity question to a mentor: one tap from the mail, without signing in. A GET changes nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.services import now, reading, services, writing
from flashmeet.requests.models import InactivityCheck
from flashmeet.requests.service.inactivity_check import confirm_active, inactivity_check_of

bp = Blueprint("inactivity_check", __name__)


@bp.get("/still/<still_token>")
@access("anyone")
def show(still_token: str) -> ResponseReturnValue:
    with reading() as db:
        return render_template("requests/still.html", question=_behind(db, still_token), token=still_token)


@bp.post("/still/<still_token>")
@access("anyone")
def answer(still_token: str) -> ResponseReturnValue:
    with writing() as db:
        confirm_active(db, _behind(db, still_token), now=now())
    return redirect(url_for("inactivity_check.show", still_token=still_token), 303)


def _behind(db: Session, token: str) -> InactivityCheck:
    return inactivity_check_of(db, token, links=services().links, viewer_id=viewer_id())
