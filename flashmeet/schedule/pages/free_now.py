"""One tap: free now for two hours, and no longer. And the switch that lets people book within two hours always."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import BadInput
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.forms.done import say_done
from flashmeet.http.services import now, writing
from flashmeet.schedule.service.free_now import begin_free_now, end_free_now, open_soon, take_short_notice

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


@bp.post("/me/short-notice")
@access("mentor", keeps_draft=False)
def switch() -> ResponseReturnValue:
    """Raises BadInput."""
    said = request.form.get("act", "")
    if said not in ("on", "off"):
        raise BadInput("act", value=said[:40])
    with writing() as db:
        take_short_notice(db, member(db), said == "on", now=now())
    return _back()


def _back() -> ResponseReturnValue:
    return redirect(url_for("me.show") + "#free-now", 303)
