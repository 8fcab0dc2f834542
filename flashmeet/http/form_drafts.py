"""Keeps a form that was sent before signing in or accepting the terms, and restores it afterwards."""

from __future__ import annotations

from flask import request, session
from werkzeug.datastructures import MultiDict

from flashmeet.http.identity import DRAFT
from flashmeet.http.service.drafts import draft_for, forget_draft, keep_draft
from flashmeet.http.services import now, reading, services, writing

_NOT_TYPED = ("csrf_token",)


def keep_fields() -> None:
    """Stores the submitted fields under this path, in place of the browser's previous draft.

    In a unit of work of its own: what the form asks for is not done, and leaves no line in the record (`http.audit`).
    """
    fields = {name: values for name, values in request.form.lists() if name not in _NOT_TYPED}
    with services().database.writing() as db:
        if DRAFT in session:
            forget_draft(db, session[DRAFT])
        session[DRAFT] = keep_draft(db, path=request.path, fields=fields, now=now())


def kept_fields() -> MultiDict[str, str]:
    """Returns the fields that were stored for this form."""
    return fields_kept_for(request.path) or MultiDict()


def fields_kept_for(path: str) -> MultiDict[str, str] | None:
    """Returns the fields that this browser stored for the form at `path`; None where it stored none."""
    if DRAFT not in session:
        return None
    with reading() as db:
        found = draft_for(db, session[DRAFT], path, now=now())
    return None if found is None else MultiDict(found)


def forget_fields() -> None:
    """Deletes the draft once its form is done."""
    key = session.pop(DRAFT, None)
    if key is not None:
        with writing() as db:
            forget_draft(db, key)
