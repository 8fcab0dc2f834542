"""A form that was sent too early, before signing in or accepting the terms: kept, and given back afterwards.

    @bp.post("/book/<int:mentor_id>/<starts_at>")
    @access("member", keeps_draft=True)      # signed out: the fields are kept, then the sign-in page
    def book(...): ...

    @bp.get("/book/<int:mentor_id>/<starts_at>")
    @access("member")
    def form(...): return render_template("bookings/book.html", typed=kept_fields())    # empty where nothing was kept

A view that lets visitors in calls `keep_fields()` itself, and then `http.access.to_sign_in()`. Once the form has done
its work, `forget_fields()`. The key is in the browser's cookie, its hash in the table: a draft is nobody else's.
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
    with writing() as unit:
        session[DRAFT] = keep_draft(unit, path=request.path, fields=fields, now=now())


def kept_fields() -> MultiDict[str, str]:
    """What was typed into this form when it was sent too early."""
    if DRAFT not in session:
        return MultiDict()
    with reading() as unit:
        return MultiDict(draft_for(unit, session[DRAFT], request.path, now=now()) or {})


def forget_fields() -> None:
    """The form has done its work."""
    key = session.pop(DRAFT, None)
    if key is not None:
        with writing() as unit:
            forget_draft(unit, key)
