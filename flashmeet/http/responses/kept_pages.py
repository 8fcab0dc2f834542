"""Pages that are the same for every visitor of a language and zone, rendered once and kept by the process.

Only the token of their forms differs: a place is left for it, and filled in for each visitor.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Hashable, Mapping
from typing import cast

from flask import Flask, current_app, render_template, request
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session

from flashmeet.core.database.kept import revision
from flashmeet.http.display import display_locale, display_tzid
from flashmeet.http.forms.done import is_waiting

MOST = 64
_TOKEN_PLACE = secrets.token_hex(20)
_KEY = "flashmeet.kept_pages"
Show = Callable[[], Mapping[str, object]]


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = {}


def render_for_visitors(db: Session, template: str, show: Show, *, told: Hashable) -> str:
    """Renders the template with what `show` returns, or returns what the same facts were rendered to.

    The page may depend on `told` (all that `show` makes something of), on the language, the zone, and on what changes
    the revision (settings, themes, texts); on nothing else.
    """
    known = revision(db)
    if not known or request.query_string or is_waiting():  # forms lead back to an address with its query
        return render_template(template, **show())
    pages = cast(dict[Hashable, str], current_app.extensions[_KEY])
    facts = (template, request.script_root, known, display_locale(), display_tzid(), told)
    page = pages.get(facts)
    if page is None:
        page = render_template(template, **show(), csrf_token=lambda: _TOKEN_PLACE)
        if len(pages) >= MOST:
            pages.clear()
        pages[facts] = page
    return page.replace(_TOKEN_PLACE, generate_csrf())
