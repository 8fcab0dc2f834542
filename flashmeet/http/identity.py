"""Who asks: read once per request, from the browser's session or from a bearer token.

`viewer()` is who they are; `member(session)` is their row, in the unit of work of the view. A browser is known by the
secret in its cookie, of which the database keeps the hash alone (`identity.service.logins`). Under `/api/` a bearer
token speaks; a cookie is heard there for reading only, so that no foreign page can make a browser write.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, Request, g, request, session
from flask_login import (
    LoginManager,
    UserMixin,
    current_user,
    login_user,
    logout_user,
)
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotSignedIn
from flashmeet.core.settings.service import network_settings
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.zones import names
from flashmeet.http.services import now, reading
from flashmeet.i18n.catalogue import known
from flashmeet.identity.models import Member
from flashmeet.identity.service.logins import LOGIN_LASTS, member_signed_in
from flashmeet.identity.service.tokens import known_token

READING_METHODS = ("GET", "HEAD", "OPTIONS")
API = "/api/"
DRAFT = "draft"
"""Where the cookie keeps the key to a form that was sent before the sign-in."""
_BEARER = "bearer "


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who asks. `read_only` is a token that may look but not touch; `token_id` is None for a browser."""

    member_id: int
    name: str
    first_name: str
    roles: frozenset[str]
    approved: bool
    locale: str
    tzid: str
    read_only: bool = False
    token_id: int | None = None


class SignedIn(UserMixin):  # type: ignore[misc]  # flask_login carries no types
    """What Flask-Login keeps: its id is the secret of the browser's session."""

    def __init__(self, viewer: Viewer, secret: str = "") -> None:
        self.viewer = viewer
        self.secret = secret

    def get_id(self) -> str:
        return self.secret


def init_app(app: Flask, *, secure: bool, path: str) -> None:
    """`path` is that of the base URL; the cookie goes nowhere else. Browsers keep the `__Host-` name for `/`."""
    manager = LoginManager()
    manager.session_protection = None  # a phone changes its network; the secret is what counts
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_from_cookie)
    manager.request_loader(_from_token)
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


def viewer() -> Viewer | None:
    """Who asks; None for a visitor, and for a member who is suspended."""
    if "viewer" not in g and not g.get("without_database"):
        g.viewer = getattr(current_user, "viewer", None)
    return cast(Viewer | None, g.get("viewer"))


def viewer_id() -> int | None:
    """The id of the member who is looking; None for a visitor."""
    who = viewer()
    return who.member_id if who is not None else None


def caller() -> Viewer:
    """Who asks, where their row need not be read again. Raises NotSignedIn."""
    who = viewer()
    if who is None:
        raise NotSignedIn
    return who


def member(db: Session) -> Member:
    """The row of who asks, in this unit of work. Raises NotSignedIn."""
    who = viewer()
    found = None if who is None else db.get(Member, who.member_id)
    if found is None or found.suspended:
        raise NotSignedIn
    return found


def network() -> NetworkSettings:
    """What the administrator decided, read once per request."""
    if "network" not in g:
        if g.get("without_database"):
            return NetworkSettings()
        with reading() as db:
            g.network = network_settings(db)
    return cast(NetworkSettings, g.network)


def display_tzid() -> str:
    """The zone in which this page tells times: the member's, what a visitor chose, or the network's."""
    who = viewer()
    if who is not None:
        return who.tzid
    chosen = session.get("tzid")
    return chosen if chosen in names() else network().tzid


def display_locale() -> str:
    """The language of this page: the member's, what a visitor chose, the browser's, or the network's."""
    who = viewer()
    wanted, ours = (who and who.locale) or session.get("locale"), network().locales
    if wanted in ours:
        return cast(str, wanted)
    first = known(network().locale)
    accepted = request.accept_languages.best_match([first, *ours], default=first)
    return known(accepted, first)


def is_api() -> bool:
    """Whether a program asks, which reads JSON and knows no sign-in page."""
    return request.path.startswith(API)


def start_login(secret: str, who: Member) -> str | None:
    """This browser is signed in from now on; returns the secret it had before, whose row should go.

    Of what was in its cookie only the key to a kept form survives (`http.form_drafts`).
    """
    before, draft = cast(str | None, session.get("_user_id")), session.get(DRAFT)
    session.clear()
    if draft is not None:
        session[DRAFT] = draft
    session.permanent = True
    g.viewer = viewer_of(who)
    login_user(SignedIn(g.viewer, secret))
    return before


def end_login() -> str | None:
    """Forgets this browser; returns the secret it had."""
    secret = cast(str | None, session.get("_user_id"))
    logout_user()
    session.clear()
    g.viewer = None
    return secret


def go_without_database() -> None:
    """What is still to be answered in this request is answered without asking the database for anything."""
    g.without_database = True


def viewer_of(who: Member, *, read_only: bool = False, token_id: int | None = None) -> Viewer:
    return Viewer(
        member_id=who.id,
        name=who.name,
        first_name=who.first_name,
        roles=frozenset(who.roles),
        approved=who.approved,
        locale=who.locale,
        tzid=who.tzid,
        read_only=read_only,
        token_id=token_id,
    )


def _from_cookie(secret: str) -> SignedIn | None:
    if is_api() and request.method not in READING_METHODS:
        return None
    with reading() as db:
        who = member_signed_in(db, secret, now=now())
        return None if who is None else SignedIn(viewer_of(who), secret)


def _from_token(request: Request) -> SignedIn | None:
    header = request.headers.get("Authorization", "")
    if not is_api() or not header.lower().startswith(_BEARER):
        return None
    with reading() as db:
        token = known_token(db, header[len(_BEARER) :].strip())
        if token is None:
            return None
        return SignedIn(viewer_of(token.member, read_only=token.read_only, token_id=token.id))
