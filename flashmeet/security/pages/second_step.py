"""Signing in, second step: whoever has a second factor is asked for it after the code from the mail."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import WrongFactor
from flashmeet.http.admission.access import access
from flashmeet.http.admission.rate_limits import spend, spend_address
from flashmeet.http.forms.redirects import same_site, with_way
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, writing
from flashmeet.identity.service.revoke import lock_member
from flashmeet.security.models import FactorChallenge
from flashmeet.security.pages.answers import FACTOR_TRIES, check_answer
from flashmeet.security.pages.entering import FACTOR, Entry, opened, pass_door
from flashmeet.security.rules.factors import Purpose
from flashmeet.security.rules.passkeys import PASSKEYS
from flashmeet.security.service.challenges import close_challenge, open_one, spend_try
from flashmeet.security.service.factors import factors_of
from flashmeet.security.service.notices import record_refusal
from flashmeet.security.service.passkeys import request_options

bp = Blueprint("second_step", __name__)


@bp.get("/sign-in/factor")
@access("anyone")
def ask() -> ResponseReturnValue:
    way = same_site(request.args.get("next"), "")
    found = _awaited()
    return _again(way) if found is None else _page(found, way)


@bp.post("/sign-in/factor")
@access("anyone")
def enter() -> ResponseReturnValue:
    """Signs in by the second factor. A wrong answer counts, for this sign-in and for the member."""
    way = same_site(request.form.get("next"), "")
    found = _awaited()
    if found is None:
        return _again(way)
    spend_address()
    spend(FACTOR_TRIES, str(found.member_id))
    try:
        return pass_door(_taken(session[FACTOR]), way)
    except WrongFactor as refusal:
        with writing() as db:
            record_refusal(db, found.member_id, now=now())
        return _page(found, way, words_of(refusal)), status_of(refusal)


def _awaited() -> FactorChallenge | None:
    if FACTOR not in session:
        return None
    with reading() as db:
        return open_one(db, session[FACTOR], Purpose.SIGN_IN, now=now())


def _taken(nonce: str) -> Entry:
    """Raises WrongFactor."""
    with writing() as db:
        challenge_id = spend_try(db, nonce, Purpose.SIGN_IN, now=now())
    with writing() as db:
        asked = close_challenge(db, challenge_id, now=now())
        member = lock_member(db, asked.member_id)
        if member is None or member.suspended:
            raise WrongFactor
        check_answer(db, member, asked)
        return opened(db, member)


def _again(way: str) -> ResponseReturnValue:
    """Leads back to the beginning: nothing is awaited from this browser."""
    session.pop(FACTOR, None)
    return redirect(with_way(url_for("sign_in.address"), way), 303)


def _page(asked: FactorChallenge, way: str, problem: str = "") -> str:
    with reading() as db:
        factors = factors_of(db, asked.member_id)
        options = request_options(db, asked, check=service(PASSKEYS))
    return render_template("security/second_step.html", factors=factors, options=options, next=way, problem=problem)
