"""What the page after a form says that the form did.

A form that did its work answers with a redirect. Its sentence (`http.forms.done_sentences`) travels in the signed
cookie, is said once by the page it leads to, in the title and in a status, and by no other page. A view that leads
somewhere without having done anything calls `nothing_done`. What it did and nobody was told of yet may be taken back
beside the sentence: `offer_undo` names the form that does.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, g, request, session
from flask_babel import gettext

from flashmeet.http.admission.identity import READING_METHODS
from flashmeet.http.forms.done_sentences import CHOICES, SENTENCES, TOLD_THERE
from flashmeet.http.services import now

DONE = "done"
"""The cookie’s key to what was done: the path that says it, its key in `SENTENCES`, when, and what undoes it."""
LASTS = 120
"""Seconds; a page that was never opened says nothing of it later."""


@dataclass(frozen=True, slots=True)
class Undo:
    """The form that takes back what was done."""

    action: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Done:
    """`what` is the key of its sentence; `told_there`: the page says it in a notice of its own."""

    what: str
    words: str
    told_there: bool
    undo: Undo | None


def init_app(app: Flask) -> None:
    @app.after_request
    def keep_what_was_done(answer: Response) -> Response:
        if request.method not in READING_METHODS and answer.status_code == 303:
            what, path = g.get("was_done", what_was_sent()), urlsplit(answer.location or "").path
            if what:
                session[DONE] = [path, what, int(now().timestamp()), *g.get("undo", ())]
        return answer


def what_was_sent() -> str:
    """Returns the key of the sentence of the form that was sent: by its button where that matters; "" for none."""
    endpoint = request.endpoint or ""
    buttons = (f"{endpoint}:{value}" for name in CHOICES for value in request.form.getlist(name))
    return next((key for key in (*buttons, endpoint) if key in SENTENCES), "")


def nothing_done() -> None:
    """Keeps the page that follows from saying that this form did its work."""
    say_done("")


def say_done(what: str) -> None:
    """Has the page that follows say the sentence of this key, where the form alone does not tell what it did."""
    g.was_done = what


def offer_undo(action: str, **fields: str) -> None:
    """Has the page that follows offer to take back what was done, by a form with these fields to the address `action`.

    They travel in the cookie: a few short ones. The button stands while that page is open.
    """
    g.undo = (action, fields)


def is_waiting() -> bool:
    """Whether this page has something to say that was done; asking does not use it up."""
    path = (session.get(DONE) or [""])[0]
    return bool(path == f"{request.script_root}{request.path}" and request.method == "GET")


def done() -> Done | None:
    """Returns what was done just now, if this is the page to say it; the next page says nothing of it."""
    if "done" not in g:
        g.done = _taken() if is_waiting() else None
    found: Done | None = g.done
    return found


def _taken() -> Done | None:
    _path, what, at, *undo = session.pop(DONE)
    if what not in SENTENCES or not 0 <= int(now().timestamp()) - at <= LASTS:
        return None
    told_there = what.partition(":")[0] in TOLD_THERE or what in TOLD_THERE
    return Done(what, gettext(SENTENCES[what]), told_there, Undo(*undo) if undo else None)
