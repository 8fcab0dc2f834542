"""Signs a browser in and out; and what its cookie remembers of it while nobody is."""

from __future__ import annotations

from typing import cast

from flask import Flask, g, session
from flask_login import login_user, logout_user

from flashmeet.core.secrets import hashed, new_secret
from flashmeet.http.admission.identity import SignedIn, viewer_of
from flashmeet.http.display import forget_language
from flashmeet.http.services import now
from flashmeet.identity.models import Member
from flashmeet.identity.service.logins import LOGIN_LASTS

DRAFT = "draft"
"""The cookie's key to a form that could not be done."""
DRAFT_OF = "draft of"
"""Whose form that is, hashed as those known here, where it was sent by a login that has ended."""
BROWSER = "browser"
"""The cookie's key to what the browser is known by while nobody is signed in."""
KNOWN, MOST_KNOWN = "known", 5
"""The cookie's key to the addresses, hashed, whose members have signed in in this browser; the latest five."""


def init_app(app: Flask, *, secure: bool, path: str) -> None:
    """Sets up the cookie. `path` is that of the base URL and limits it; the `__Host-` prefix requires `/`."""
    app.config.update(
        SESSION_COOKIE_NAME=_cookie_name(secure=secure, path=path),
        SESSION_COOKIE_PATH=path or "/",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=LOGIN_LASTS,
    )


def _cookie_name(*, secure: bool, path: str) -> str:
    if not secure:
        return "flashmeet"
    return "__Secure-flashmeet" if path else "__Host-flashmeet"


def browser_key() -> str:
    """Returns what this browser is known by before anybody has signed in there; its cookie keeps it."""
    return cast(str, session.setdefault(BROWSER, new_secret()))


def start_login(secret: str, who: Member) -> str | None:
    """Signs this browser in; returns its former secret, whose row should be deleted.

    Of the cookie's contents only the key to a stored form is kept (`http.forms.drafts`), unless another wrote it.
    """
    before, draft = cast(str | None, session.get("_user_id")), session.get(DRAFT)
    them, known_here = _known_as(who.email), session.get(KNOWN, ())
    if session.get(DRAFT_OF, them) != them:
        draft = None
    _clear()
    if draft is not None:
        session[DRAFT] = draft
    session[KNOWN] = [them, *(each for each in known_here if each != them)][:MOST_KNOWN]
    session.permanent = True
    forget_language()
    g.viewer = viewer_of(who, proved_at=now())
    login_user(SignedIn(g.viewer, secret))
    return before


def end_login() -> str | None:
    """Signs this browser out; returns its former secret."""
    secret = cast(str | None, session.get("_user_id"))
    logout_user()
    _clear()
    forget_language()
    g.viewer = None
    return secret


def knows_browser(email: str) -> bool:
    """Whether the member of this address has signed in in this browser before; its signed cookie tells."""
    return _known_as(email) in session.get(KNOWN, ())


def last_known() -> str | None:
    """Returns whom this browser knows since last, hashed."""
    return cast(str | None, next(iter(session.get(KNOWN, ())), None))


def _clear() -> None:
    """Empties the cookie, but for whom this browser knows."""
    known_here = session.get(KNOWN)
    session.clear()
    if known_here:
        session[KNOWN], session.permanent = known_here, True


def _known_as(email: str) -> str:
    return hashed(f"known here: {email}")[:16]
