"""Who may enter where: declared on the view, enforced here from the declaration.

    @bp.get("/bookings/<int:booking_id>")
    @access("member")
    def show(booking_id: int) -> ResponseReturnValue: ...

`member` is everybody who is signed in. A wrong role gets the same answer as an unknown address; nobody signed in is
asked to sign in (pages) or gets 401 (API). A view that declares nothing is not there at all, and fails the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from flashmeet.core.errors import NotFound, NotSignedIn, ReadOnly
from flashmeet.http.form_drafts import keep_fields
from flashmeet.http.identity import READING_METHODS, Viewer, is_api, viewer
from flashmeet.http.redirects import own_address, with_way

Role = Literal["anyone", "member", "mentee", "mentor", "administrator"]
View = TypeVar("View", bound=Callable[..., object])

FILES = ("static", "bootstrap.static")
"""Views that Flask and Bootstrap-Flask make: they serve files, to anyone."""


def access(*roles: Role, keeps_draft: bool = False, most_bytes: int | None = None) -> Callable[[View], View]:
    """Declares who may enter; one of the roles is enough.

    With `keeps_draft` a form that is sent while nobody is signed in is kept until they are (`http.form_drafts`).
    `most_bytes` is for a view that takes files: what a request to it may hold in all.
    """

    def declare(view: View) -> View:
        view.__dict__.update(access=frozenset(roles), keeps_draft=keeps_draft, most_bytes=most_bytes)
        return view

    return declare


def declared(app: Flask, endpoint: str) -> frozenset[str] | None:
    """What the view of that endpoint declares; None where it forgot to."""
    if endpoint in FILES:
        return frozenset({"anyone"})
    found: frozenset[str] | None = getattr(app.view_functions[endpoint], "access", None)
    return found


def admit() -> ResponseReturnValue | None:
    """Lets the request pass (None), or the way to the sign-in page. Raises NotFound, NotSignedIn, ReadOnly."""
    if request.endpoint is None:
        return None  # no such address: routing says so itself
    roles = declared(current_app, request.endpoint)
    if roles is None:
        raise NotFound
    if "anyone" in roles:
        return None
    who = viewer()
    if who is not None:
        _check(who, roles)
        return None
    if is_api():
        raise NotSignedIn
    if request.method == "POST" and current_app.view_functions[request.endpoint].__dict__.get("keeps_draft"):
        keep_fields()
    return to_sign_in()


def to_sign_in() -> ResponseReturnValue:
    """The sign-in page, which leads back here; after a form that has no page of its own, to the member's own page."""
    return redirect(with_way(url_for("sign_in.address"), _return_path()), 303)


def to_terms() -> ResponseReturnValue:
    """The page of the terms, which leads back here; a form that was sent is kept until they are accepted."""
    if request.method == "POST":
        keep_fields()
    return redirect(with_way(url_for("terms.show"), _return_path()), 303)


def _check(who: Viewer, roles: frozenset[str]) -> None:
    if not roles & (who.roles | {"member"}):
        raise NotFound
    if who.read_only and request.method not in READING_METHODS:
        raise ReadOnly


def _return_path() -> str:
    if request.method in READING_METHODS:
        return own_address(request.full_path.rstrip("?"))
    return own_address(request.path) if _is_a_page(request.path) else url_for("me.show")


def _is_a_page(path: str) -> bool:
    try:
        current_app.create_url_adapter(request).match(path, "GET")  # type: ignore[union-attr]  # a request has one
    except HTTPException:
        return False
    return True
