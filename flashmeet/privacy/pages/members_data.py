"""Copy and erasure for a member who asks an administrator."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import records
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.acts import Act
from flashmeet.identity.queries import joined_member
from flashmeet.privacy.rules.erasure import is_meant
from flashmeet.privacy.rules.periods import COPIES_KEPT
from flashmeet.privacy.service.copies import ask_copy, copies_of, may_ask
from flashmeet.privacy.service.erasure import erase_for, what_follows

bp = Blueprint("members_data", __name__)


@bp.get("/admin/members/<int:member_id>/data")
@access("administrator")
def show(member_id: int) -> ResponseReturnValue:
    return _page(member_id)


@bp.post("/admin/members/<int:member_id>/data/copy")
@access("administrator", keeps_draft=False, fresh=True)
@records(Act.COPY_ASKED)
def ask(member_id: int) -> ResponseReturnValue:
    """Has a worker make a copy of a member's data, who is told. Raises NotFound."""
    with writing() as db:
        ask_copy(db, joined_member(db, member_id), by=member(db), now=now())
    return redirect(url_for("members_data.show", member_id=member_id), 303)


@bp.post("/admin/members/<int:member_id>/data/erase")
@access("administrator", fresh=True)
@records(Act.ERASURE_ASKED)
def erase(member_id: int) -> ResponseReturnValue:
    """Begins the erasure of a member who asked for it, once their address or name was typed, so that it is nobody
    else. Raises NotFound, LastAdministrator."""
    typed, unsure = request.form.get("typed", ""), "sure" not in request.form
    with reading() as db:
        found = joined_member(db, member_id)
        wrong = not is_meant(typed, email=found.email, name=found.name)
    if unsure or wrong:
        return _page(member_id, unsure=unsure, wrong=wrong, typed=typed), 422
    with writing() as db:
        erase_for(db, member_id, by=member(db), now=now())
    return redirect(url_for("admin_members.show"), 303)


def _page(member_id: int, *, unsure: bool = False, wrong: bool = False, typed: str = "") -> str:
    with reading() as db:
        found, you = joined_member(db, member_id), member(db)
        copies = [each for each in copies_of(db, found, now=now()) if each.asked_by_id == you.id]
        return render_template(
            "privacy/members_data.html",
            member=found,
            you=you,
            copies=copies,
            again=may_ask(copies, now=now()),
            kept=COPIES_KEPT,
            follows=what_follows(db, found, now=now()),
            unsure=unsure,
            sure="sure" in request.form,
            wrong=wrong,
            typed=typed,
        )
