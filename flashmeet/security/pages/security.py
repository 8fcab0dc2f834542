"""Where the member is signed in, what else they were given to come in with, and ending each of it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy.orm import Session

from flashmeet.audit.queries import events_of
from flashmeet.core.errors import Refusal
from flashmeet.core.limits import Limit
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import caller, member
from flashmeet.http.admission.logins import end_login
from flashmeet.http.admission.rate_limits import spend
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.responses.problems import retry_after, status_of, words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.acts import LABELS, Act
from flashmeet.identity.service.links import renew_links
from flashmeet.identity.service.logins import close_login_of, close_other_logins, is_login
from flashmeet.identity.service.revoke import end_everything
from flashmeet.identity.service.tokens import revoke_token
from flashmeet.security.pages.confirming import (
    closing_browser,
    closing_others,
    leaving_everywhere,
    renewing_links,
    revoking_own_token,
)
from flashmeet.security.service.given_access import TOKEN_DAYS, TokenWish, given_access, make_token

bp = Blueprint("security", __name__)

EVENTS_SHOWN = 20
TOKENS_MADE = Limit(name="token_member", most=20, seconds=24 * 3600)
"""API tokens that one member makes on this page."""


@bp.get("/me/security")
@access("member")
def show() -> ResponseReturnValue:
    with reading() as db:
        return _page(db)


@bp.post("/me/security/others")
@access("member", keeps_draft=False)
@asks_first(closing_others)
@records(Act.SIGNED_OUT)
def close_others() -> ResponseReturnValue:
    with writing() as db:
        close_other_logins(db, member(db), _secret())
        _note()
    return redirect(url_for("security.show", done="others"), 303)


@bp.post("/me/security/browsers/<int:login_id>/end")
@access("member", keeps_draft=False)
@asks_first(closing_browser)
@records(Act.SIGNED_OUT)
def close_one(login_id: int) -> ResponseReturnValue:
    """Signs one browser out. Raises NotFound."""
    with writing() as db:
        close_login_of(db, member(db), login_id)
        _note()
    return redirect(url_for("security.show", done="browser"), 303)


@bp.post("/me/security/tokens")
@access("member", fresh=True)
@records(Act.TOKEN_MADE)
def add_token() -> ResponseReturnValue:
    """Shows the new token on the page itself, once, and never in a URL."""
    typed = {name: request.form.get(name, "") for name in ("name", "scope", "days")}
    try:
        wish = TokenWish.parse(**typed)
        spend(TOKENS_MADE, str(caller().member_id))
        with writing() as db:
            token = make_token(db, member(db), wish, now=now())
            _note()
            return _page(db, token=token)
    except Refusal as refusal:
        with reading() as db:
            return _page(db, typed=typed, refusal=refusal), status_of(refusal), retry_after(refusal)


@bp.post("/me/security/tokens/<int:token_id>/revoke")
@access("member", keeps_draft=False)
@asks_first(revoking_own_token)
@records(Act.TOKEN_REVOKED)
def take_back(token_id: int) -> ResponseReturnValue:
    """Revokes one of the member's tokens. Raises NotFound."""
    with writing() as db:
        revoke_token(db, member(db), token_id, now=now())
        _note(str(token_id))
    return redirect(url_for("security.show", done="token") + "#tokens", 303)


@bp.post("/me/security/links")
@access("member", keeps_draft=False)
@asks_first(renewing_links)
@records(Act.LINK_RENEWED)
def renew() -> ResponseReturnValue:
    """Revokes every personal link sent so far."""
    with writing() as db:
        renew_links(db, member(db))
        _note()
    return redirect(url_for("security.show", done="links") + "#links", 303)


@bp.post("/me/security/everywhere")
@access("member", keeps_draft=False)
@asks_first(leaving_everywhere)
@records(Act.SIGNED_OUT_EVERYWHERE)
def leave_everywhere() -> ResponseReturnValue:
    """Ends all that lets anybody in on the member's behalf, this browser too; the page says what ended."""
    with writing() as db:
        you = member(db)
        ended = end_everything(db, you, now=now())
        _note()
    end_login()
    session["locale"], session["tzid"] = you.locale, you.tzid  # a visitor now, who still reads that language
    return render_template("security/left_everywhere.html", ended=ended)


def _note(about: str = "") -> None:
    note_for_record(about, to=caller().member_id)


def _page(db: Session, *, token: str = "", typed: dict[str, str] | None = None, refusal: Refusal | None = None) -> str:
    you = member(db)
    given = given_access(db, you, now=now())
    return render_template(
        "security/security.html",
        you=you,
        given=given,
        logins=[(login, is_login(login, _secret())) for login in given.logins],
        token=token,
        days=TOKEN_DAYS,
        typed=typed or {},
        problem=words_of(refusal) if refusal else "",
        field=refusal.facts.get("field", "name") if refusal else "",
        done=request.args.get("done", ""),
        events=events_of(db, you.id, limit=EVENTS_SHOWN),
        acts=LABELS,
    )


def _secret() -> str:
    """Returns the secret of this login."""
    return str(current_user.get_id())
