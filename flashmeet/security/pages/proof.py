"""A fresh proof before what matters most: the second factor, or a code by mail; then on with what was asked.

A form that was sent is kept (`http.forms.drafts`) and sent on by one more click: only the browser that sent it, with
its page's token, has it kept (`http.admission.access.ask_proof`).
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import Refusal, WrongFactor
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import caller, login_secret, member
from flashmeet.http.admission.rate_limits import MAILBOX, spend
from flashmeet.http.forms.confirming import ask_about_kept
from flashmeet.http.forms.drafts import fields_kept_for
from flashmeet.http.forms.redirects import own_address, same_site
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, writing
from flashmeet.identity.service.logins import stamp_proof
from flashmeet.security.pages.answers import FACTOR_TRIES, check_answer
from flashmeet.security.rules.factors import Purpose
from flashmeet.security.rules.passkeys import PASSKEYS, new_challenge
from flashmeet.security.service.challenges import close_challenge, open_challenge, open_one, spend_try
from flashmeet.security.service.factors import factors_of
from flashmeet.security.service.notices import record_refusal
from flashmeet.security.service.passkeys import request_options
from flashmeet.security.service.proofs import check_mailed, mail_proof_code

bp = Blueprint("proof", __name__)

PROOF = "proof"
"""The cookie's copy of the nonce of the code that was mailed, or of the challenge that a passkey signs."""


@bp.get("/me/security/proof")
@access("member")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("/me/security/proof/code")
@access("member", keeps_draft=False)
def mail() -> ResponseReturnValue:
    """Mails a code, to members without a second factor."""
    with reading() as db:
        email = member(db).email
    if not caller().factor:
        spend(MAILBOX, email)
        with writing() as db:
            session[PROOF] = mail_proof_code(db, member(db), now=now())
    return redirect(url_for("proof.show") + _asked(), 303)


@bp.post("/me/security/proof/passkey")
@access("member", keeps_draft=False)
def ask_passkey() -> ResponseReturnValue:
    """Opens the challenge that the next page has a passkey sign."""
    with writing() as db:
        session[PROOF] = open_challenge(db, member(db).id, Purpose.PROOF_BY_PASSKEY, secret=new_challenge(), now=now())
    return redirect(url_for("proof.show") + _asked(), 303)


@bp.post("/me/security/proof")
@access("member", keeps_draft=False)
def prove() -> ResponseReturnValue:
    spend(FACTOR_TRIES, str(caller().member_id))
    try:
        _prove_by_factor() if caller().factor else _prove_by_mail()
    except WrongFactor as refusal:
        with writing() as db:
            record_refusal(db, caller().member_id, now=now())
        return _page(refusal), status_of(refusal)
    session.pop(PROOF, None)
    form = request.form.get("form", "")
    if form:
        return redirect(url_for("proof.go_on", form=form), 303)
    return redirect(same_site(request.form.get("next"), "") or url_for("security.show"), 303)


@bp.get("/me/security/proof/go-on")
@access("member")
def go_on() -> ResponseReturnValue:
    """Shows one button, which sends the form that was kept; where the form asks first, that question with it."""
    path = request.args.get("form", "")
    fields = fields_kept_for(path)
    if fields is None:
        return redirect(url_for("me.show"), 303)
    asked = ask_about_kept(path, fields)
    if asked is not None:
        return asked
    return render_template("security/go_on.html", action=own_address(path), fields=list(fields.items(multi=True)))


def _prove_by_factor() -> None:
    """Raises WrongFactor; a passkey's try counts all the same."""
    challenge_id = None
    if request.form.get("credential"):
        with writing() as db:
            challenge_id = spend_try(db, session.get(PROOF, ""), Purpose.PROOF_BY_PASSKEY, now=now())
    with writing() as db:
        you = member(db)
        asked = None if challenge_id is None else close_challenge(db, challenge_id, now=now())
        if asked is not None and asked.member_id != you.id:
            raise WrongFactor
        check_answer(db, you, asked)
        stamp_proof(db, login_secret(), now=now())


def _prove_by_mail() -> None:
    """Raises WrongFactor; the try counts all the same."""
    with writing() as db:
        challenge_id = spend_try(db, session.get(PROOF, ""), Purpose.PROOF, now=now())
    with writing() as db:
        check_mailed(db, member(db), challenge_id, request.form.get("code", ""), now=now())
        stamp_proof(db, login_secret(), now=now())


def _page(refusal: Refusal | None = None) -> str:
    with reading() as db:
        you = member(db)
        factors = factors_of(db, you.id)
        nonce = session.get(PROOF, "")
        mailed = open_one(db, nonce, Purpose.PROOF, now=now()) is not None
        asked = open_one(db, nonce, Purpose.PROOF_BY_PASSKEY, now=now())
        return render_template(
            "security/proof.html",
            you=you,
            factors=factors,
            mailed=mailed,
            options=request_options(db, asked, check=service(PASSKEYS)) if asked else None,
            by_passkey=bool(factors.passkeys) and service(PASSKEYS).offered,
            next=same_site(request.values.get("next"), ""),
            form=request.values.get("form", "")[:400],
            problem=words_of(refusal) if refusal else "",
        )


def _asked() -> str:
    """Returns where to go on afterwards, as a query."""
    said = {name: request.form.get(name, "")[:4_000] for name in ("next", "form")}
    query = urlencode({name: value for name, value in said.items() if value})
    return f"?{query}" if query else ""
