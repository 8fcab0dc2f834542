"""The button that drops words which were kept (`http.forms.drafts`), and the one that brings them back."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from flashmeet.http.admission.access import access
from flashmeet.http.forms.done import nothing_done, offer_undo
from flashmeet.http.forms.drafts import form_page, put_away, take_up_again

bp = Blueprint("kept_words", __name__)


@bp.post("/kept-words/drop")
@access("member", keeps_draft=False)
def drop() -> ResponseReturnValue:
    put_away()
    offer_undo(url_for("kept_words.bring_back"))
    return redirect(form_page() or url_for("me.show"), 303)


@bp.post("/kept-words/back")
@access("member", keeps_draft=False)
def bring_back() -> ResponseReturnValue:
    if not take_up_again():
        nothing_done()
    return redirect(form_page() or url_for("me.show"), 303)
