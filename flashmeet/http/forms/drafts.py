"""Keeps a member's form that could not be done, and shows its words again.

It was sent signed out, before accepting the terms, before a fresh proof, or it failed. Views declare what is not kept
(`http.admission.access`). The words are filled into the page by `http.forms.kept`, and deleted once the form is done.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, g, request, session
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from flashmeet.http.admission.logins import DRAFT, DRAFT_OF, last_known
from flashmeet.http.forms.redirects import same_site
from flashmeet.http.service.drafts import draft_of, forget_draft, keep_draft
from flashmeet.http.services import now, reading, services, writing

PAGE = "form_page"
"""The field that tells on which page the form stood."""
_PUT_AWAY = "draft put away"
_NOT_TYPED = frozenset({"csrf_token"})
_SECRET = frozenset({"password", "code", "credential"})


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form that is kept: where it is sent, and what was typed."""

    path: str
    fields: MultiDict[str, str]


def form_page() -> str:
    """Returns the address of the page on which the sent form stood; "" where it does not say."""
    try:
        return same_site(request.form.get(PAGE), "")
    except RequestEntityTooLarge:
        return ""


def keep_fields(*, whole: bool = False) -> None:
    """Stores the submitted fields under this path, in place of the browser's previous draft.

    `whole` stores codes and passwords too, of a form that is sent on rather than shown again.
    In a unit of work of its own: what the form asks for is not done, and leaves no line in the record (`http.audit`).
    """
    left_out = _NOT_TYPED if whole else _NOT_TYPED | _SECRET
    fields = {name: values for name, values in request.form.lists() if name not in left_out}
    with services().database.writing() as db:
        if DRAFT in session:
            forget_draft(db, session[DRAFT])
        session[DRAFT] = keep_draft(db, path=request.path, fields=fields, now=now())
    session.pop(DRAFT_OF, None)
    if "_user_id" in session:
        session[DRAFT_OF] = last_known()
    g.kept_now = True


def kept_form() -> KeptForm | None:
    """Returns the form that this browser keeps, read once per request."""
    if "kept_form" not in g:
        g.kept_form = _read()
    found: KeptForm | None = g.kept_form
    return found


def _read() -> KeptForm | None:
    if DRAFT not in session:
        return None
    with reading() as db:
        found = draft_of(db, session[DRAFT], now=now())
        return None if found is None else KeptForm(found.path, MultiDict(found.fields))


def kept_fields() -> MultiDict[str, str]:
    """Returns the fields that were stored for this form."""
    return fields_kept_for(request.path) or MultiDict()


def fields_kept_for(path: str) -> MultiDict[str, str] | None:
    """Returns the fields that this browser stored for the form at `path`; None where it stored none."""
    kept = kept_form()
    return kept.fields if kept is not None and kept.path == path else None


def forget_fields(path: str | None = None) -> None:
    """Deletes the browser's draft; only the one of the form at `path`, where that is given."""
    key = session.get(DRAFT)
    if key is None:
        return
    with writing() as db:
        if not forget_draft(db, key, path=path):
            return
    session.pop(DRAFT, None)
    session.pop(DRAFT_OF, None)


def put_away() -> None:
    """Shows the browser's draft no more; until it is deleted for its age, `take_up_again` brings it back."""
    session[_PUT_AWAY] = [session.pop(DRAFT, None), session.pop(DRAFT_OF, None)]


def take_up_again() -> bool:
    """Whether there was a draft that had been put away. It is shown again, unless another one is kept by now."""
    key, of = session.pop(_PUT_AWAY, (None, None))
    if key is None or DRAFT in session:
        return False
    session[DRAFT] = key
    if of is not None:
        session[DRAFT_OF] = of
    g.kept_now = True
    return True


def init_app(app: Flask) -> None:
    @app.after_request
    def forget_what_is_done(answer: Response) -> Response:
        if request.method == "POST" and DRAFT in session and 300 <= answer.status_code < 400 and "kept_now" not in g:
            forget_fields(request.path)
        return answer
