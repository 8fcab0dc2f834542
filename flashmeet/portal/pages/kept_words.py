"""The button that drops words which were kept (`http.forms.drafts`)."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from flashmeet.http.admission.access import access
from flashmeet.http.forms.drafts import forget_fields, form_page

bp = Blueprint("kept_words", __name__)


@bp.post("/kept-words/drop")
@access("member", keeps_draft=False)
def drop() -> ResponseReturnValue:
    forget_fields()
    return redirect(form_page() or url_for("me.show"), 303)
