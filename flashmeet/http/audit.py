"""Acts for the record, declared beside the view that does them.

    @bp.post("/admin/members/<int:member_id>/suspend")
    @access("administrator")
    @records(Act.MEMBER_SUSPENDED)
    def suspend_member(member_id: int) -> ResponseReturnValue: ...

The line is written in the view's unit of work (`http.services.writing`), so that it stands there exactly if the act was
done. A view that only reads gets a unit of its own before its answer leaves: what cannot be recorded is not shown. The
member whom it concerns is the `member_id` of the address; `note_for_record` says more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

from flask import Flask, Response, current_app, g, has_request_context, request
from sqlalchemy import event
from sqlalchemy.orm import Session

from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.services import about_to_commit, now, writing
from flashmeet.identity.acts import RECORDED_ACTS, Act, Audited
from flashmeet.identity.service.events import security_happened

View = TypeVar("View", bound=Callable[..., object])


def records(act: Act) -> Callable[[View], View]:
    """Declares that the view does this act."""

    def declare(view: View) -> View:
        view.__dict__.update(records=act)
        return view

    return declare


def recorded_act(app: Flask, endpoint: str) -> Act | None:
    """Returns the act that the endpoint's view declares."""
    return cast(Act | None, getattr(app.view_functions.get(endpoint), "records", None))


def note_for_record(about: object = "", *, to: int | None = None) -> None:
    """Says what the current request's act concerns, in short, and whom. Call it within the unit of work."""
    g.record_about = str(about)
    if to is not None:
        g.record_to = to


def init_app(app: Flask) -> None:
    about_to_commit.listen(_record_act)
    app.after_request(_record_reading)


def _record_act(db: Session) -> None:
    """Writes the line of the view's act, once for a request, unless the use case has written it."""
    act = recorded_act(current_app, request.endpoint or "") if has_request_context() else None
    if act is None or "recorded" in g:
        return
    event.listen(db, "after_commit", _remember, once=True)
    if act in db.info.get(RECORDED_ACTS, ()):
        return
    values = request.view_args or {}
    others = " ".join(str(value) for name, value in values.items() if name != "member_id")
    what = Audited(
        act=act,
        by=viewer_id(),
        to=g.get("record_to", values.get("member_id")),
        about=g.get("record_about", others),
    )
    security_happened(db, what, now())


def _remember(_db: Session) -> None:
    g.recorded = True


def _record_reading(answer: Response) -> Response:
    if request.method == "GET" and answer.status_code == 200 and recorded_act(current_app, request.endpoint or ""):
        with writing():
            pass
    return answer
