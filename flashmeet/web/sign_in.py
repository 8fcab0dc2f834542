"""Signing in: an address, a code from the mail, and on to where one was going."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from flashmeet.domain.errors import Refusal, WrongCode
from flashmeet.gate.access import access
from flashmeet.gate.identity import close_session, open_session
from flashmeet.gate.parts import now, writing
from flashmeet.gate.problems import status_of, words_of
from flashmeet.service.sign_in import ask_code, close_login, open_login, redeem_code, spend_try

bp = Blueprint("sign_in", __name__)


@bp.get("/sign-in")
@access("anyone")
def address() -> ResponseReturnValue:
    return render_template("sign_in/address.html", next=request.args.get("next", ""))


@bp.post("/sign-out")
@access("anyone")
def leave() -> ResponseReturnValue:
    secret = close_session()
    if secret is not None:
        with writing() as unit:
            close_login(unit, secret)
    return redirect("/", 303)
