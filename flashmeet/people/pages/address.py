"""The member's mail address, and its change."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from flashmeet.core.errors import AddressTaken, BadEmail, Refusal, SameAddress, TooManyRequests, WrongCode
from flashmeet.core.limits import Limit
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import caller, member
from flashmeet.http.admission.rate_limits import MAILBOX, spend
from flashmeet.http.responses.problems import retry_after, status_of, words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.people.pages.sign_in import same_time
from flashmeet.people.rules.facts import read_email
from flashmeet.people.service.addresses import address_asked, ask_address_code, confirm_address, spend_address_try

bp = Blueprint("address", __name__)

ADDRESS_CODES = Limit(name="address_member", most=6, seconds=24 * 3600)
"""Codes that one member asks for, to whatever addresses."""


@bp.get("/me/security/address")
@access("member")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("/me/security/address")
@access("member", fresh="factor")
def ask_address() -> ResponseReturnValue:
    """Mails a code to the new address. The answer, and its time, are the same for one that is taken."""
    typed = request.form.get("email", "").strip()
    try:
        email = read_email("email", typed)
        spend(ADDRESS_CODES, str(caller().member_id))
        spend(MAILBOX, email)
        with same_time(), writing() as db:
            ask_address_code(db, member(db), email, now=now())
    except (BadEmail, SameAddress, TooManyRequests) as refusal:
        return _page(typed=typed, refusal=refusal), status_of(refusal), retry_after(refusal)
    return redirect(url_for("address.show"), 303)


@bp.post("/me/security/address/confirm")
@access("member", keeps_draft=False)
def confirm() -> ResponseReturnValue:
    """Changes the address; every other browser is signed out."""
    code = request.form.get("code", "")
    try:
        with writing() as db:
            spend_address_try(db, member(db), now=now())
        with writing() as db:
            confirm_address(db, member(db), code, secret=_secret(), now=now())
    except (WrongCode, AddressTaken) as refusal:
        return _page(refusal=refusal), status_of(refusal)
    return redirect(url_for("address.show", changed=1), 303)


def _page(*, typed: str = "", refusal: Refusal | None = None) -> str:
    with reading() as db:
        you = member(db)
        return render_template(
            "people/address.html",
            you=you,
            asked=address_asked(db, you, now=now()),
            typed=typed[:254],
            problem=words_of(refusal) if refusal else "",
            wrong_code=isinstance(refusal, WrongCode),
            changed="changed" in request.args,
        )


def _secret() -> str:
    """Returns the secret of this login."""
    return str(current_user.get_id())
