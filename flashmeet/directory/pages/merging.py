"""Makes one member of two rows of the same person, once an administrator has seen what stays."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import MergeRefused
from flashmeet.directory.service.merging import differing, merge_members
from flashmeet.http.admission.access import access
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.i18n.fields import FIELDS
from flashmeet.identity.acts import Act
from flashmeet.identity.queries import joined_member

bp = Blueprint("admin_merging", __name__)


@bp.get("/admin/members/<int:member_id>/merge/<int:other_id>")
@access("administrator")
def ask(member_id: int, other_id: int) -> ResponseReturnValue:
    """Shows both, and what goes over. Raises NotFound."""
    with reading() as db:
        return _page(db, member_id, other_id)


@bp.post("/admin/members/<int:member_id>/merge/<int:other_id>")
@access("administrator", keeps_draft=False, fresh=True)
@records(Act.MEMBERS_MERGED)
def merge(member_id: int, other_id: int) -> ResponseReturnValue:
    """Makes one of the two. Raises NotFound."""
    try:
        with writing() as db:
            merge_members(db, member_id, other_id, take=request.form.getlist("take"), now=now())
            note_for_record(other_id)
    except MergeRefused as refusal:
        with reading() as db:
            return _page(db, member_id, other_id, refusal=refusal), status_of(refusal)
    return redirect(url_for("admin_person.show", member_id=member_id), 303)


def _page(db: Session, member_id: int, other_id: int, *, refusal: MergeRefused | None = None) -> str:
    stays, other = joined_member(db, member_id), joined_member(db, other_id)
    return render_template(
        "directory/merging.html",
        stays=stays,
        other=other,
        differing=[(name, getattr(stays, name), getattr(other, name)) for name in differing(stays, other)],
        names=FIELDS,
        problem=words_of(refusal) if refusal is not None else "",
    )
