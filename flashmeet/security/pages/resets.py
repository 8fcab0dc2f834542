"""An administrator resets the second factor of a member who lost it."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import records
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.services import now, writing
from flashmeet.identity.acts import Act
from flashmeet.security.pages.confirming import resetting_factors
from flashmeet.security.service.administrators import reset_colleague

bp = Blueprint("factor_resets", __name__)


@bp.post("/admin/members/<int:member_id>/factors/reset")
@access("administrator", keeps_draft=False, fresh=True)
@asks_first(resetting_factors)
@records(Act.FACTORS_RESET)
def reset(member_id: int) -> ResponseReturnValue:
    """Raises NotFound."""
    with writing() as db:
        reset_colleague(db, member_id, by=member(db), now=now())
    return redirect(url_for("admin_members.show"), 303)
