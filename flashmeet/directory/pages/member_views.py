"""Views of the list of members: its filter, kept under a name for all administrators."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import BadInput
from flashmeet.directory.pages.members import MembersQuery, members_page, to_members
from flashmeet.directory.pages.saved_views import forget_filter, keep_filter
from flashmeet.directory.rules.views import ViewedPage
from flashmeet.directory.service.saved_views import rename_view
from flashmeet.http.admission.access import access
from flashmeet.http.audit import records
from flashmeet.http.responses.problems import status_of
from flashmeet.http.services import reading, writing
from flashmeet.identity.acts import Act

bp = Blueprint("admin_member_views", __name__)


@bp.post("/admin/members/views")
@access("administrator")
@records(Act.VIEW_SAVED)
def keep_view() -> ResponseReturnValue:
    """Saves the filter under a name, replacing a view of that name."""
    asked, name = MembersQuery.parse(request.form), request.form.get("name", "")
    try:
        keep_filter(ViewedPage.MEMBERS, asked.wanted.fields())
    except BadInput as refusal:
        with reading() as db:
            return members_page(db, asked, refusal=refusal, name=name), status_of(refusal)
    return to_members(asked.wanted.fields())


@bp.post("/admin/members/views/<int:view_id>/rename")
@access("administrator")
@records(Act.VIEW_SAVED)
def name_view(view_id: int) -> ResponseReturnValue:
    """Renames a view. Raises NotFound."""
    asked, name = MembersQuery.parse(request.form), request.form.get("name", "")
    try:
        with writing() as db:
            rename_view(db, ViewedPage.MEMBERS, view_id, name)
    except BadInput as refusal:
        with reading() as db:
            return members_page(db, asked, refusal=refusal, name=name, renamed=view_id), status_of(refusal)
    return to_members(asked.wanted.fields())


@bp.post("/admin/members/views/<int:view_id>/forget")
@access("administrator", keeps_draft=False)
@records(Act.VIEW_FORGOTTEN)
def drop_view(view_id: int) -> ResponseReturnValue:
    forget_filter(ViewedPage.MEMBERS, view_id, keep="admin_member_views.keep_view")
    return to_members(MembersQuery.parse(request.form).wanted.fields())
