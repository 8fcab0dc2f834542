"""Signing in: an address, the code from the mail, and on to the page that was asked for.

Responses are the same for known and unknown addresses: status, page and time.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Blueprint, current_app, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import BadEmail, TooManyRequests, WrongCode
from flashmeet.http.admission.access import access, page_of_kept_form
from flashmeet.http.admission.identity import viewer
from flashmeet.http.admission.logins import DRAFT, browser_key, end_login, knows_browser
from flashmeet.http.admission.rate_limits import (
    KNOWN_BROWSER,
    MAILBOX,
    codes_are_guessed,
    note_wrong_code,
    spend,
    spend_address,
)
from flashmeet.http.forms.redirects import same_site, with_way
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, writing
from flashmeet.identity.service.events import code_asked
from flashmeet.identity.service.logins import close_login
from flashmeet.people.rules.facts import read_email
from flashmeet.people.service.sign_in import TRIES, ask_code, code_under_way, redeem_code, spend_try
from flashmeet.security.pages.entering import Entry, open_door, pass_door

bp = Blueprint("sign_in", __name__)

ASKED = "asked"
"""The cookie's copy of the address and of its code's nonce."""
TRIES_WHILE_GUESSED = 2
ANSWERS_AFTER = 0.3
"""Seconds that every request for a code takes; longer than writing a mail and holding an hour."""


@bp.get("/sign-in")
@access("anyone")
def address() -> ResponseReturnValue:
    way = same_site(request.args.get("next"), "")
    if viewer() is not None:
        return redirect(way or url_for("me.show"), 303)
    return _address_page(way or page_of_kept_form())


@bp.post("/sign-in")
@access("anyone")
def ask() -> ResponseReturnValue:
    typed, way = request.form.get("email", ""), same_site(request.form.get("next"), "")
    try:
        email = read_email("email", typed)
    except BadEmail as refusal:
        return _address_page(way, typed, words_of(refusal)), status_of(refusal)
    spend_address()
    with same_time():
        nonce = _code_for(email)
        code_asked(browser_key(), way)
    session[ASKED] = {"email": email, "nonce": nonce}
    return redirect(with_way(url_for("sign_in.code"), way), 303)


def _code_for(email: str) -> str:
    """Returns the nonce of a new code; where no more are sent, of the one that is still good. Raises TooManyRequests.

    A browser in which the member has signed in before has a budget of its own, which nobody else can use up.
    """
    here_before = knows_browser(email)
    try:
        spend(KNOWN_BROWSER if here_before else MAILBOX, email)
    except TooManyRequests:
        with writing() as db:
            again = code_under_way(db, email, now=now())
        if again is None:
            raise
        return again
    with writing() as db:
        return ask_code(db, email, shared=not here_before, now=now())


@bp.get("/sign-in/code")
@access("anyone")
def code() -> ResponseReturnValue:
    way = same_site(request.args.get("next"), "")
    if viewer() is not None:
        return redirect(way or url_for("me.show"), 303)
    return _code_page(way) if ASKED in session else redirect(with_way(url_for("sign_in.address"), way), 303)


@bp.post("/sign-in/code")
@access("anyone")
def redeem() -> ResponseReturnValue:
    typed, way = request.form.get("code", ""), same_site(request.form.get("next"), "")
    if ASKED not in session:
        return redirect(with_way(url_for("sign_in.address"), way), 303)
    spend_address()
    try:
        return pass_door(_enter(session[ASKED]["nonce"], typed), way)
    except WrongCode as refusal:
        note_wrong_code()
        return _code_page(way, typed, words_of(refusal)), status_of(refusal)


@bp.post("/sign-out")
@access("anyone")
def leave() -> ResponseReturnValue:
    secret = end_login()
    if secret is not None:
        with writing() as db:
            close_login(db, secret)
    return redirect(url_for("home.home"), 303)


def _enter(nonce: str, typed: str) -> Entry:
    """Takes the code. Raises WrongCode; the try counts all the same."""
    with writing() as db:
        attempt = spend_try(db, nonce, most=most_tries(), now=now())
    with writing() as db:
        return open_door(db, redeem_code(db, attempt, typed, now=now()))


def most_tries() -> int:
    """Returns how many tries a code takes: fewer while somebody guesses across mailboxes."""
    return TRIES_WHILE_GUESSED if codes_are_guessed() else TRIES


@contextmanager
def same_time() -> Iterator[None]:
    """Makes the block take the same time for known and unknown addresses. Waits with no transaction open."""
    began = time.monotonic()
    try:
        yield
    finally:
        whole = float(current_app.config.get("SIGN_IN_ANSWERS_AFTER", ANSWERS_AFTER))
        time.sleep(max(0.0, began + whole - time.monotonic()))


def _address_page(way: str, typed: str = "", problem: str = "") -> str:
    kept = DRAFT in session
    return render_template("people/sign_in/address.html", next=way, typed=typed[:254], problem=problem, kept=kept)


def _code_page(way: str, typed: str = "", problem: str = "") -> str:
    email = session[ASKED]["email"]
    return render_template("people/sign_in/code.html", next=way, email=email, typed=typed[:12], problem=problem)
