"""Asks before a form does what cannot be taken back: what happens, to whom, and whether they are told.

    @bp.post("/admin/joining/<int:invitation_id>/revoke")
    @access("administrator", keeps_draft=False)
    @asks_first(revoking)
    def revoke(invitation_id: int) -> ResponseReturnValue: ...

`revoking(db, invitation_id)` returns the question; None where the form may be done at once, or is to be refused by the
view. The page that asks holds the whole form, and sends it again with `FIELD`. `tests/http/safeguards.py` names every
form with its safeguard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import HTTPException

from flashmeet.http.admission.access import takes_draft
from flashmeet.http.admission.identity import viewer
from flashmeet.http.forms.drafts import form_page, keep_fields
from flashmeet.http.forms.redirects import own_address
from flashmeet.http.services import reading

FIELD = "confirmed"
_NOT_REPEATED = frozenset({"csrf_token", FIELD})
View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`yes` is the button that does it, `keep` the safe choice beside it; `lines` say what follows."""

    title: str
    lines: tuple[str, ...]
    yes: str
    keep: str = ""


Asking = Callable[..., Question | None]
"""Takes the unit of work and what the address names."""


def asks_first(asking: Asking) -> Callable[[View], View]:
    """Declares what is asked before the view does what its form says."""

    def declare(view: View) -> View:
        view.__dict__.update(asks_first=asking)
        return view

    return declare


def question_before(app: Flask, endpoint: str) -> Asking | None:
    """Returns what asks before the endpoint's view; None where nothing does."""
    found: Asking | None = getattr(app.view_functions.get(endpoint), "asks_first", None)
    return found


def ask_first() -> ResponseReturnValue | None:
    """Returns the page that asks; None where nothing is to be asked, or the answer was yes."""
    asking = question_before(current_app, request.endpoint or "") if request.method == "POST" else None
    if asking is None or request.form.get(FIELD) == "yes":
        return None
    with reading() as db:
        question = asking(db, **(request.view_args or {}))
    if question is None:
        return None
    if takes_draft():
        keep_fields()  # whoever chooses not to finds their words in the form again
    return _page(question, request.path)


def ask_about_kept(path: str, fields: MultiDict[str, str]) -> str | None:
    """Returns the page that asks about a form that was kept until its sender had proved that it is them.

    None where nothing is to be asked. What asks reads the kept form as that of this request.
    """
    try:
        endpoint, args = current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return None
    asking = question_before(current_app, endpoint)
    if asking is None or fields.get(FIELD) == "yes":
        return None
    request.__dict__["form"] = ImmutableMultiDict(fields.items(multi=True))  # fills a cached property
    with reading() as db:
        question = asking(db, **args)
    return None if question is None else _page(question, path, proved=True)


def _page(question: Question, path: str, *, proved: bool = False) -> str:
    return render_template(
        "http/confirming.html",
        question=question,
        keep=question.keep or gettext("Leave it as it is"),
        action=own_address(path),
        back=form_page() or url_for("me.show" if viewer() else "home.home"),
        fields=[pair for pair in request.form.items(multi=True) if pair[0] not in _NOT_REPEATED],
        said=FIELD,
        proved=proved,
    )
