"""What one member was given to come in with, for administrators, who can end it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.numbers import number_or_none
from flashmeet.http.admission.access import access
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.acts import Act
from flashmeet.identity.service.revoke import end_everything
from flashmeet.identity.service.tokens import revoke_token
from flashmeet.security.pages.confirming import ending_access, revoking_token
from flashmeet.security.service.given_access import given_access, member_for_access

bp = Blueprint("admin_access", __name__)


@bp.get("/admin/members/<int:member_id>/access")
@access("administrator")
def show(member_id: int) -> ResponseReturnValue:
    ended = {name: number_or_none(request.args.get(name, "")) or 0 for name in ("browsers", "tokens", "feed")}
    with reading() as db:
        who = member_for_access(db, member_id)
        return render_template(
            "security/admin_access.html",
            who=who,
            given=given_access(db, who, now=now()),
            ended=ended if "browsers" in request.args else None,
            revoked="revoked" in request.args,
        )


@bp.post("/admin/members/<int:member_id>/access/tokens/<int:token_id>/revoke")
@access("administrator", keeps_draft=False)
@asks_first(revoking_token)
@records(Act.TOKEN_REVOKED)
def take_back(member_id: int, token_id: int) -> ResponseReturnValue:
    """Revokes one of the member's API tokens. Raises NotFound."""
    with writing() as db:
        revoke_token(db, member_for_access(db, member_id), token_id, now=now())
        note_for_record(token_id)
    return redirect(url_for("admin_access.show", member_id=member_id, revoked=1), 303)


@bp.post("/admin/members/<int:member_id>/access/end")
@access("administrator", keeps_draft=False)
@asks_first(ending_access)
@records(Act.SIGNED_OUT_EVERYWHERE)
def end(member_id: int) -> ResponseReturnValue:
    """Ends all that lets anybody in on the member's behalf. Raises NotFound."""
    with writing() as db:
        ended = end_everything(db, member_for_access(db, member_id), now=now())
    said = url_for(
        "admin_access.show",
        member_id=member_id,
        browsers=ended.browsers,
        tokens=ended.tokens,
        feed=1 if ended.feed else 0,
    )
    return redirect(said, 303)
