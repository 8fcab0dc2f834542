"""A member's own data: a copy of everything, and being erased."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import Refusal, TooManyRequests, WrongCode
from flashmeet.core.limits import Limit
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import caller, member
from flashmeet.http.admission.logins import end_login
from flashmeet.http.admission.rate_limits import spend
from flashmeet.http.display import display_day
from flashmeet.http.responses.problems import retry_after, status_of, words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.privacy.rules.periods import COPIES_KEPT
from flashmeet.privacy.service.copies import ask_copy, copies_of, copy_file, may_ask, note_taken
from flashmeet.privacy.service.erasure import (
    ask_erasure_code,
    confirm_erasure,
    erasure_asked,
    spend_erasure_try,
    what_follows,
)

bp = Blueprint("own_data", __name__)

ERASURE_CODES = Limit(name="erasure_member", most=6, seconds=24 * 3600)
"""Codes to be erased that one member asks for."""


@bp.get("/me/privacy")
@access("member")
def show() -> ResponseReturnValue:
    with reading() as db:
        found = copies_of(db, member(db), now=now())
        return render_template("privacy/own_data.html", copies=found, kept=COPIES_KEPT, again=may_ask(found, now=now()))


@bp.post("/me/privacy/copy")
@access("member", keeps_draft=False)
def ask() -> ResponseReturnValue:
    """Has a worker make a copy; asked for again within the hour, it is the same one."""
    with writing() as db:
        you = member(db)
        ask_copy(db, you, by=you, now=now())
    return redirect(url_for("own_data.show") + "#copy", 303)


@bp.post("/me/privacy/copies/<int:copy_id>")
@access("member", keeps_draft=False, fresh=True)
def take(copy_id: int) -> ResponseReturnValue:
    """Hands out the file, to its member or the administrator who asked for it. Raises NotFound."""
    with writing() as db:
        file = copy_file(db, copy_id, viewer=member(db), now=now())
        note_taken(db, copy_id, viewer=member(db), now=now())
    headers = {"Content-Disposition": f'attachment; filename="my-data-{display_day()}.zip"'}
    return Response(file, mimetype="application/zip", headers=headers)


@bp.get("/me/privacy/erase")
@access("member")
def erase() -> ResponseReturnValue:
    return _page()


@bp.post("/me/privacy/erase")
@access("member", keeps_draft=False)
def ask_code() -> ResponseReturnValue:
    """Mails the code that confirms an erasure. Raises LastAdministrator."""
    try:
        spend(ERASURE_CODES, str(caller().member_id))
        with writing() as db:
            ask_erasure_code(db, member(db), now=now())
    except TooManyRequests as refusal:
        return _page(refusal=refusal), status_of(refusal), retry_after(refusal)
    return redirect(url_for("own_data.erase") + "#code", 303)


@bp.post("/me/privacy/erase/confirm")
@access("member", keeps_draft=False, fresh="factor")
def confirm() -> ResponseReturnValue:
    """Begins the erasure and signs this browser out. Raises LastAdministrator."""
    code = request.form.get("code", "")
    try:
        with writing() as db:
            spend_erasure_try(db, member(db), now=now())
        with writing() as db:
            confirm_erasure(db, member(db), code, now=now())
    except WrongCode as refusal:
        return _page(refusal=refusal), status_of(refusal)
    end_login()
    return redirect(url_for("own_data.erased"), 303)


@bp.get("/erased")
@access("anyone")
def erased() -> ResponseReturnValue:
    """Says goodbye; it says the same to everybody."""
    return render_template("privacy/erased.html")


def _page(*, refusal: Refusal | None = None) -> str:
    with reading() as db:
        you = member(db)
        return render_template(
            "privacy/erase.html",
            you=you,
            follows=what_follows(db, you, now=now()),
            asked=erasure_asked(db, you, now=now()),
            problem=words_of(refusal) if refusal else "",
            wrong_code=isinstance(refusal, WrongCode),
        )
