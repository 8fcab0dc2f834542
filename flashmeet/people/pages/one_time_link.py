"""The link of `flashmeet admin reset`: a page with one button, which signs in once."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from flashmeet.http.admission.access import access
from flashmeet.http.admission.rate_limits import spend_address
from flashmeet.http.services import now, writing
from flashmeet.people.service.sign_in import redeem_code, spend_try
from flashmeet.security.pages.entering import open_door, pass_door

bp = Blueprint("one_time", __name__)


@bp.get("/sign-in/once/<token>")
@access("anyone")
def door(token: str) -> ResponseReturnValue:
    """Shows the same page for every token; viewing does not use it up."""
    return render_template("people/sign_in/one_time.html")


@bp.post("/sign-in/once/<token>")
@access("anyone")
def enter(token: str) -> ResponseReturnValue:
    """Signs in by the token, once. Raises WrongCode."""
    spend_address()
    nonce, _, code = token.rpartition(".")
    with writing() as db:
        attempt = spend_try(db, nonce, now=now())
    with writing() as db:
        entry = open_door(db, redeem_code(db, attempt, code, now=now()))
    return pass_door(entry)
