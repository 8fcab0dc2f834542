"""A form that was sent too early, before signing in or accepting the terms: kept, and given back afterwards.

What is wrong stands beside its field, in the sentence of its refusal; what was typed is kept by `typed_texts`.
"""

from __future__ import annotations

from flask import request, session
from werkzeug.datastructures import MultiDict

from flashmeet.http.identity import DRAFT
from flashmeet.http.service.drafts import draft_for, forget_draft, keep_draft
from flashmeet.http.services import now, reading, writing

_NOT_TYPED = ("csrf_token",)


def keep_fields() -> None:
    """Keeps what this form was sent with, under this path."""
    fields = {name: values for name, values in request.form.lists() if name not in _NOT_TYPED}
    with writing() as db:
        session[DRAFT] = keep_draft(db, path=request.path, fields=fields, now=now())


def kept_fields() -> MultiDict[str, str]:
    """What was typed into this form when it was sent too early."""
    if DRAFT not in session:
        return MultiDict()
    with reading() as db:
        return MultiDict(draft_for(db, session[DRAFT], request.path, now=now()) or {})


def forget_fields() -> None:
    """The form has done its work."""
    key = session.pop(DRAFT, None)
    if key is not None:
        with writing() as db:
            forget_draft(db, key)
