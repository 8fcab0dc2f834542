"""The link of `flashmeet admin reset`: a page with one button, which signs in once."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from flashmeet.http.access import access
from flashmeet.http.browser_names import this_browser
from flashmeet.http.identity import start_login
from flashmeet.http.rate_limits import spend_address
from flashmeet.http.services import now, writing
from flashmeet.identity.service.logins import close_login, open_login
from flashmeet.people.service.sign_in import redeem_code, spend_try

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
        who = redeem_code(db, attempt, code, now=now())
        before = start_login(open_login(db, who, browser=this_browser(), now=now()), who)
        if before is not None:
            close_login(db, before)
    return redirect(url_for("me.show"), 303)
