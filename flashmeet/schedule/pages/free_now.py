"""One tap: free now for two hours, and no longer."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.forms.done import say_done
from flashmeet.http.services import now, writing
from flashmeet.schedule.service.free_now import begin_free_now, end_free_now, open_soon

bp = Blueprint("free_now", __name__)


@bp.post("/me/free-now")
@access("mentor", keeps_draft=False)
def begin() -> ResponseReturnValue:
    with writing() as db:
        you = member(db)
        window = begin_free_now(db, you, now=now())
        if not open_soon(db, you, window, now=now()):
            say_done("free_now.begin:none")
    return _back()


@bp.post("/me/free-now/end")
@access("mentor", keeps_draft=False)
def end() -> ResponseReturnValue:
    with writing() as db:
        end_free_now(db, member(db), now=now())
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("me.show") + "#free-now", 303)
