"""The caller's identity, read once per request from the login cookie or a bearer token.

`viewer()` says who they are; `member(db)` is their row, in the view's unit of work. A browser is known by the secret in
its cookie, of which the database keeps only the hash (`identity.service.logins`). Under `/api/` a bearer token counts;
a cookie is accepted there for reading only, so that no other site's page can make a browser write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import structlog
from flask import Flask, Request, g, has_request_context, request, session
from flask_babel import refresh
from flask_login import (
    LoginManager,
    UserMixin,
    current_user,
    login_user,
    logout_user,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from flashmeet.core.database.session import is_away
from flashmeet.core.errors import NotSignedIn
from flashmeet.core.secrets import hashed, new_secret
from flashmeet.core.settings.service import network_settings
from flashmeet.core.settings.values import NetworkSettings
from flashmeet.core.zones import names
from flashmeet.http.services import now, reading, services
from flashmeet.i18n.catalogue import known
from flashmeet.identity.models import Member
from flashmeet.identity.queries import member_and_revision
from flashmeet.identity.service.events import link_followed
from flashmeet.identity.service.logins import LOGIN_LASTS, SEEN_EVERY, live_login, saw_login
from flashmeet.identity.service.tokens import Bearer, known_token, saw_token, why_unknown

log = structlog.get_logger()

READING_METHODS = ("GET", "HEAD", "OPTIONS")
API = "/api/"
DRAFT = "draft"
"""The cookie's key to a form that could not be done."""
DRAFT_OF = "draft of"
"""Whose form that is, hashed as those known here, where it was sent by a login that has ended."""
BROWSER = "browser"
"""The cookie's key to what the browser is known by while nobody is signed in."""
KNOWN, MOST_KNOWN = "known", 5
"""The cookie's key to the addresses, hashed, whose members have signed in in this browser; the latest five."""
_BEARER = "bearer "


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The caller. `read_only` is set for a token that may not write; `token_id` is None for a browser.

    `factor`: they have a second factor; an administrator may do without until `factor_due_at`. `proved_at` is when they
    last proved in this browser that it is them.
    """

    member_id: int
    name: str
    first_name: str
    roles: frozenset[str]
    approved: bool
    locale: str
    tzid: str
    read_only: bool = False
    token_id: int | None = None
    factor: bool = False
    factor_due_at: datetime | None = None
    proved_at: datetime | None = None


class SignedIn(UserMixin):  # type: ignore[misc]  # flask_login carries no types
    """Flask-Login's user; its id is the secret of the login."""

    def __init__(self, viewer: Viewer, secret: str = "") -> None:
        self.viewer = viewer
        self.secret = secret

    def get_id(self) -> str:
        return self.secret


def init_app(app: Flask, *, secure: bool, path: str) -> None:
    """Sets up the login. `path` is that of the base URL and limits the cookie; the `__Host-` prefix requires `/`."""
    manager = LoginManager()
    manager.session_protection = None  # phones change networks; only the secret counts
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_from_cookie)
    manager.request_loader(_from_token)
    link_followed.listen(speak_to)
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
    """Returns the caller; None for a visitor and for a suspended member."""
    if "viewer" not in g and not g.get("without_database"):
        g.viewer = getattr(current_user, "viewer", None)
    return cast(Viewer | None, g.get("viewer"))


def viewer_id() -> int | None:
    """Returns the caller's member id; None for a visitor."""
    who = viewer()
    return who.member_id if who is not None else None


def caller() -> Viewer:
    """Returns the caller without reading their row again. Raises NotSignedIn."""
    who = viewer()
    if who is None:
        raise not_signed_in()
    return who


def not_signed_in() -> NotSignedIn:
    """Returns the refusal of a caller who is nobody: for a token that was good, what became of it."""
    return cast(NotSignedIn, g.get("token_refused") or NotSignedIn())


def member(db: Session) -> Member:
    """Returns the caller's row in this unit of work. Raises NotSignedIn.

    The one that a login proved is held (`g.row`), so that the same unit of work need not read it again; a token's
    bearer is known by a few columns, and their row is read here.
    """
    who = viewer()
    found = None if who is None else member_and_revision(db, who.member_id)
    if found is None or found.suspended:
        raise NotSignedIn
    return found


def network() -> NetworkSettings:
    """Returns the network's settings, read once per request."""
    if "network" not in g:
        if g.get("without_database"):
            return NetworkSettings()
        with reading() as db:
            g.network = network_settings(db)
    return cast(NetworkSettings, g.network)


def display_tzid() -> str:
    """Returns the time zone of this page: the member's, the visitor's choice, a personal link's, or the network's."""
    return _once("tzid", _display_tzid)


def _display_tzid() -> str:
    who = viewer()
    if who is not None:
        return who.tzid
    chosen = session.get("tzid")
    return chosen if chosen in names() else g.get("link_tzid") or network().tzid


def speak_to(owner: Member) -> None:
    """Makes the page behind a personal link speak its owner's language and zone, unless this browser chose others."""
    if has_request_context():
        g.link_tzid, g.link_locale = owner.tzid, owner.locale
        _forget_language()
        refresh()


def display_locale() -> str:
    """Returns the language of this page: the member's, the visitor's choice, a personal link's, the browser's, or the
    network's."""
    return _once("locale", _display_locale)


def _once(name: str, read: Callable[[], str]) -> str:
    """Returns what `read` says; a page, which changes nothing, asks it once for its hundred sentences."""
    here = vars(g._get_current_object())
    said: str | None = here.get(name)
    if said is None:
        said = read()
        if request.method in READING_METHODS:
            here[name] = said
    return said


def _display_locale() -> str:
    who = viewer()
    wanted = (who and who.locale) or session.get("locale") or g.get("link_locale")
    ours = network().locales
    if wanted in ours:
        return cast(str, wanted)
    first = known(network().locale)
    accepted = request.accept_languages.best_match([first, *ours], default=first)
    return known(accepted, first)


def browser_key() -> str:
    """Returns what this browser is known by before anybody has signed in there; its cookie keeps it."""
    return cast(str, session.setdefault(BROWSER, new_secret()))


def is_api() -> bool:
    """Whether this is an API request, which expects JSON and no sign-in page."""
    return request.path.startswith(API)


def start_login(secret: str, who: Member) -> str | None:
    """Signs this browser in; returns its former secret, whose row should be deleted.

    Of the cookie's contents only the key to a stored form is kept (`http.forms.drafts`), unless another wrote it.
    """
    before, draft = cast(str | None, session.get("_user_id")), session.get(DRAFT)
    if session.get(DRAFT_OF, _known_as(who.email)) != _known_as(who.email):
        draft = None
    _clear()
    if draft is not None:
        session[DRAFT] = draft
    session[KNOWN] = [_known_as(who.email), *(each for each in session.get(KNOWN, ()) if each != _known_as(who.email))][
        :MOST_KNOWN
    ]
    session.permanent = True
    _forget_language()
    g.viewer = viewer_of(who, proved_at=now())
    login_user(SignedIn(g.viewer, secret))
    return before


def end_login() -> str | None:
    """Signs this browser out; returns its former secret."""
    secret = cast(str | None, session.get("_user_id"))
    logout_user()
    _clear()
    _forget_language()
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


def note_seen() -> None:
    """Notes when this browser or token was last here, once an hour. Call it before the view begins.

    In a unit of work of its own, which is not the act that the view records (`http.audit`). Where nothing can be
    written, pages are still read.
    """
    if not g.get("unseen") or (who := viewer()) is None:
        return
    g.unseen = False
    try:
        with services().database.writing() as db:
            if who.token_id is not None:
                saw_token(db, who.token_id, now=now())
            else:
                saw_login(db, str(current_user.get_id()), now=now())
    except DBAPIError as error:
        if not is_away(error):
            raise
        log.warning("identity.not_noted", kind=type(error).__name__)


def _forget_language() -> None:
    for name in ("tzid", "locale"):
        g.pop(name, None)


def go_without_database() -> None:
    """Makes the rest of this request do without the database."""
    g.without_database = True


def login_secret() -> str:
    """Returns the secret of this browser's login; "" for a visitor and for an API token."""
    return str(getattr(current_user, "secret", ""))


def viewer_of(
    who: Member | Bearer, *, read_only: bool = False, token_id: int | None = None, proved_at: datetime | None = None
) -> Viewer:
    return Viewer(
        member_id=who.id,
        name=who.name,
        first_name=who.first_name,
        roles=frozenset([*who.roles, *([who.office] if who.office else [])]),
        approved=who.approved,
        locale=who.locale,
        tzid=who.tzid,
        read_only=read_only,
        token_id=token_id,
        factor=who.factor_at is not None,
        factor_due_at=who.factor_due_at,
        proved_at=proved_at,
    )


def _from_cookie(secret: str) -> SignedIn | None:
    if is_api() and request.method not in READING_METHODS:
        return None
    with reading() as db:
        login = live_login(db, secret, now=now())
        if login is None:
            return None
        g.row = login.member
        g.unseen = login.seen_at + SEEN_EVERY <= now()
        return SignedIn(viewer_of(login.member, proved_at=login.proved_at), secret)


def _from_token(request: Request) -> SignedIn | None:
    header = request.headers.get("Authorization", "")
    if not is_api() or not header.lower().startswith(_BEARER):
        return None
    with reading() as db:
        given = header[len(_BEARER) :].strip()
        token = known_token(db, given, now=now())
        if token is None:
            g.token_refused = why_unknown(db, given, now=now())
            return None
        g.unseen = token.used_at is None or token.used_at + SEEN_EVERY <= now()
        return SignedIn(viewer_of(token.bearer, read_only=token.read_only, token_id=token.id))
