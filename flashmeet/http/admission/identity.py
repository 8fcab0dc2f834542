"""The caller's identity, read once per request from the login cookie or a bearer token.

`viewer()` says who they are; `member(db)` is their row, in the view's unit of work. A browser is known by the secret in
its cookie, of which the database keeps only the hash (`identity.service.logins`). Under `/api/` a bearer token counts;
a cookie is accepted there for reading only, so that no other site's page can make a browser write.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import structlog
from flask import Flask, Request, current_app, g, request
from flask_login import (
    LoginManager,
    UserMixin,
    current_user,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from flashmeet.core.database.session import is_refused
from flashmeet.core.errors import NotSignedIn
from flashmeet.http.services import now, reading, services
from flashmeet.identity.models import Member
from flashmeet.identity.queries import member_and_revision
from flashmeet.identity.service.logins import SEEN_EVERY, live_login, saw_login
from flashmeet.identity.service.tokens import Bearer, known_token, saw_token, why_unknown

log = structlog.get_logger()

READING_METHODS = ("GET", "HEAD", "OPTIONS")
API = "/api/"
_BEARER = "bearer "
NOTED_AGAIN_AFTER_SECONDS = 30.0
"""After a note that could not be written, so that not every page waits to find that out."""
_HELD_UP = "flashmeet.notes"


@dataclass(slots=True)
class HeldUp:
    """Until when, by this process's monotonic clock, no note is tried."""

    until: float = 0.0


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


def init_app(app: Flask) -> None:
    app.extensions[_HELD_UP] = HeldUp()
    manager = LoginManager()
    manager.session_protection = None  # phones change networks; only the secret counts
    manager.init_app(app, add_context_processor=False)
    manager.user_loader(_from_cookie)
    manager.request_loader(_from_token)


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


def is_api() -> bool:
    """Whether this is an API request, which expects JSON and no sign-in page."""
    return request.path.startswith(API)


def note_seen() -> None:
    """Notes when this browser or token was last here, once an hour. Call it before the view begins.

    In a unit of work of its own, which is not the act that the view records (`http.audit`). Where nothing can be
    written, or others are writing for long, pages are still read.
    """
    held_up = current_app.extensions[_HELD_UP]
    if not g.get("unseen") or held_up.until > time.monotonic() or (who := viewer()) is None:
        return
    g.unseen = False
    try:
        with services().database.writing(hurried=True) as db:
            if who.token_id is not None:
                saw_token(db, who.token_id, now=now())
            else:
                saw_login(db, str(current_user.get_id()), now=now())
    except DBAPIError as error:
        if not is_refused(error):
            raise
        held_up.until = time.monotonic() + NOTED_AGAIN_AFTER_SECONDS
        log.warning("identity.not_noted", kind=type(error).__name__)


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
