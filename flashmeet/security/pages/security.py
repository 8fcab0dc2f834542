"""Where the member is signed in, and what lets others in on their behalf."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from flashmeet.http.access import access
from flashmeet.http.identity import member
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.service.logins import close_other_logins, is_login, logins_of

bp = Blueprint("security", __name__)


@bp.get("/me/security")
@access("member")
def show() -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        return render_template(
            "security/security.html",
            you=you,
            logins=[(login, is_login(login, _secret())) for login in logins_of(db, you, now=now())],
        )


@bp.post("/me/security/others")
@access("member")
def close_others() -> ResponseReturnValue:
    with writing() as db:
        close_other_logins(db, member(db), _secret())
    return redirect(url_for("security.show"), 303)


def _secret() -> str:
    """Returns the secret of this login."""
    return str(current_user.get_id())
