"""The page of “This is not for me” in an invitation to help with a theme. A GET changes nothing; one button says it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.services import now, reading, services, writing
from flashmeet.programme.service.invitations import invitation_of_link, say_unfit_for
from flashmeet.themes.models import Theme, ThemeInvitation

bp = Blueprint("theme_invitations", __name__)


@bp.get("/not-for-me/<invited_token>")
@access("anyone")
def show(invited_token: str) -> ResponseReturnValue:
    with reading() as db:
        invitation = _behind(db, invited_token)
        theme = db.get_one(Theme, invitation.theme_id)
        return render_template(
            "programme/theme_invitation.html",
            token=invited_token,
            theme=theme,
            unfit=invitation.unfit_at is not None,
        )


@bp.post("/not-for-me/<invited_token>")
@access("anyone")
def answer(invited_token: str) -> ResponseReturnValue:
    """Raises NotFound, BadInput."""
    said = request.form.get("act", "")
    if said not in ("unfit", "back"):
        raise BadInput("act", value=said[:40])
    with writing() as db:
        say_unfit_for(_behind(db, invited_token), said == "unfit", now=now())
    return redirect(url_for("theme_invitations.show", invited_token=invited_token), 303)


def _behind(db: Session, token: str) -> ThemeInvitation:
    return invitation_of_link(db, token, links=services().links, viewer_id=viewer_id())
