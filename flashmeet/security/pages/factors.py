"""The member's second factors: adding, removing, and new recovery codes."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from flashmeet.core.errors import NotFound, Refusal, WrongFactor
from flashmeet.core.text import one_line
from flashmeet.core.vault import VAULT
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import Viewer, caller, member
from flashmeet.http.admission.rate_limits import spend
from flashmeet.http.admission.rights import RIGHTS
from flashmeet.http.display import network
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.forms.redirects import same_site, with_way
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, services, writing
from flashmeet.security.adapters.qr_codes import qr_code
from flashmeet.security.pages.answers import FACTOR_TRIES
from flashmeet.security.pages.confirming import removing_app, removing_key, renewing_codes
from flashmeet.security.rules.factors import Purpose, app_address, in_groups
from flashmeet.security.rules.passkeys import MOST_NAME, PASSKEYS
from flashmeet.security.service.challenges import spend_try
from flashmeet.security.service.factors import (
    add_app,
    begin_app,
    factors_of,
    make_recovery_codes,
    remove_app,
    remove_passkey,
    secret_being_added,
)
from flashmeet.security.service.passkeys import add_passkey, begin_passkey, creation_options

bp = Blueprint("factors", __name__)

ADDING = "adding"
"""The cookie's copy of the nonce of the factor being added."""


@bp.get("/me/security/factors")
@access("member")
def show() -> ResponseReturnValue:
    return _page()


@bp.post("/me/security/factors/app")
@access("member", keeps_draft=False, fresh=True)
def begin() -> ResponseReturnValue:
    """Makes the secret of an app, which the next page shows."""
    with writing() as db:
        session[ADDING] = begin_app(db, member(db).id, vault=service(VAULT), now=now())
    return redirect(with_way(url_for("factors.show_app"), same_site(request.form.get("next"), "")), 303)


@bp.get("/me/security/factors/app")
@access("member")
def show_app() -> ResponseReturnValue:
    return _app_page(same_site(request.args.get("next"), ""))


@bp.post("/me/security/factors/app/confirm")
@access("member", keeps_draft=False)
def confirm_app() -> ResponseReturnValue:
    """Adds the app by its first code."""
    way, nonce = same_site(request.form.get("next"), ""), session.get(ADDING, "")
    spend(FACTOR_TRIES, str(caller().member_id))
    try:
        with writing() as db:
            challenge_id = spend_try(db, nonce, Purpose.APP, now=now())
        with writing() as db:
            typed = request.form.get("code", "")[:40]
            codes = add_app(db, member(db), challenge_id, typed, vault=service(VAULT), now=now())
    except WrongFactor as refusal:
        return _app_page(way, refusal)
    session.pop(ADDING, None)
    return _codes_page(codes, way) if codes else redirect(with_way(url_for("factors.show"), way), 303)


@bp.post("/me/security/factors/app/remove")
@access("member", keeps_draft=False, fresh=True)
@asks_first(removing_app)
def take_app_away() -> ResponseReturnValue:
    """Removes the app. Raises NotFound, LastFactor."""
    with writing() as db:
        remove_app(db, member(db), required=services().config.second_factor_required, now=now())
    return redirect(url_for("factors.show"), 303)


@bp.post("/me/security/factors/passkey")
@access("member", keeps_draft=False, fresh=True)
def begin_key() -> ResponseReturnValue:
    """Opens the challenge that the next page has a new passkey sign. Raises NotFound where browsers do none."""
    if not service(PASSKEYS).offered:
        raise NotFound
    with writing() as db:
        session[ADDING] = begin_passkey(db, member(db).id, now=now())
    return redirect(with_way(url_for("factors.show_key"), same_site(request.form.get("next"), "")), 303)


@bp.get("/me/security/factors/passkey")
@access("member")
def show_key() -> ResponseReturnValue:
    return _key_page(same_site(request.args.get("next"), ""))


@bp.post("/me/security/factors/passkey/confirm")
@access("member", keeps_draft=False)
def confirm_key() -> ResponseReturnValue:
    """Adds the passkey by its answer."""
    way, nonce = same_site(request.form.get("next"), ""), session.get(ADDING, "")
    spend(FACTOR_TRIES, str(caller().member_id))
    try:
        with writing() as db:
            challenge_id = spend_try(db, nonce, Purpose.PASSKEY, now=now())
        with writing() as db:
            answer, name = request.form.get("credential", ""), one_line(request.form.get("name", ""), most=MOST_NAME)
            name = name or gettext("Passkey")
            codes = add_passkey(db, member(db), challenge_id, answer, name, check=service(PASSKEYS), now=now())
    except WrongFactor as refusal:
        return _key_page(way, refusal)
    session.pop(ADDING, None)
    return _codes_page(codes, way) if codes else redirect(with_way(url_for("factors.show"), way), 303)


@bp.post("/me/security/factors/passkeys/<int:passkey_id>/remove")
@access("member", keeps_draft=False, fresh=True)
@asks_first(removing_key)
def take_key_away(passkey_id: int) -> ResponseReturnValue:
    """Removes a passkey of the member. Raises NotFound, LastFactor."""
    with writing() as db:
        required = services().config.second_factor_required
        remove_passkey(db, member(db), passkey_id, required=required, now=now())
    return redirect(url_for("factors.show"), 303)


@bp.post("/me/security/factors/codes")
@access("member", keeps_draft=False, fresh=True)
@asks_first(renewing_codes)
def renew_codes() -> ResponseReturnValue:
    """Shows ten new recovery codes, once. Raises WrongFactor without a factor."""
    with writing() as db:
        codes = make_recovery_codes(db, member(db), now=now())
    return _codes_page(codes, "")


def is_needed(who: Viewer) -> bool:
    """Whether the caller is an administrator who needs a second factor and has none."""
    return services().config.second_factor_required and bool(who.roles & RIGHTS.keys()) and not who.factor


def _page() -> str:
    who = caller()
    with reading() as db:
        factors = factors_of(db, who.member_id)
    needed = is_needed(who)
    return render_template(
        "security/factors_page.html",
        factors=factors,
        passkeys_offered=service(PASSKEYS).offered,
        needed=needed,
        until=who.factor_due_at if needed and who.factor_due_at and who.factor_due_at > now() else None,
        next=same_site(request.args.get("next"), ""),
    )


def _app_page(way: str, refusal: Refusal | None = None) -> ResponseReturnValue:
    """Shows the secret being added, as a QR code and in groups to type; leads back where nothing is being added."""
    with reading() as db:
        you = member(db)
        secret = secret_being_added(db, session.get(ADDING, ""), you.id, vault=service(VAULT), now=now())
    if secret is None:
        return redirect(with_way(url_for("factors.show"), way), 303)
    address = app_address(secret, account=you.email, issuer=network().name)
    page = render_template(
        "security/app.html",
        address=address,
        picture=qr_code(address),
        groups=in_groups(secret),
        next=way,
        problem=words_of(refusal) if refusal else "",
    )
    return page, status_of(refusal) if refusal else 200


def _key_page(way: str, refusal: Refusal | None = None) -> ResponseReturnValue:
    """Has the browser make a passkey; leads back where none is being added."""
    with reading() as db:
        options = creation_options(
            db, session.get(ADDING, ""), member(db), check=service(PASSKEYS), network=network().name, now=now()
        )
    if options is None:
        return redirect(with_way(url_for("factors.show"), way), 303)
    problem = words_of(refusal) if refusal else ""
    page = render_template("security/passkey.html", options=options, next=way, problem=problem)
    return page, status_of(refusal) if refusal else 200


def _codes_page(codes: list[str], way: str) -> str:
    return render_template("security/recovery_codes.html", codes=codes, next=way or url_for("security.show"))
