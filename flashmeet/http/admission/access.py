"""Access control: views declare who may enter, and `admit` enforces it.

    @bp.get("/bookings/<int:booking_id>")
    @access("member")
    def show(booking_id: int) -> ResponseReturnValue: ...

`fresh=True` asks first for a proof, not older than 15 minutes, that it is the member (`http.admission.proofs`).

`member` is everybody who is signed in. A wrong role gets the same response as an unknown address; a visitor who is not
signed in is asked to sign in (pages) or gets 401 (API). A view that declares nothing gets 404, and fails the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from flashmeet.core.errors import FactorRequired, NotFound, NotYourOffice, ProofRequired, ReadOnly
from flashmeet.http.admission.identity import READING_METHODS, Viewer, is_api, not_signed_in, viewer
from flashmeet.http.admission.proofs import lacks_factor, lacks_proof
from flashmeet.http.admission.rights import has_right, right_of
from flashmeet.http.forms.done import nothing_done
from flashmeet.http.forms.drafts import PAGE, form_page, keep_fields, kept_form
from flashmeet.http.forms.redirects import own_address, same_site, with_way
from flashmeet.http.services import reading
from flashmeet.identity.queries import themes_led
from flashmeet.identity.rules import OfficeRole

Role = Literal["anyone", "member", "mentee", "mentor", "administrator"]
Fresh = bool | Literal["factor"] | frozenset[str]
"""Of whom a fresh proof is asked: of nobody, of everybody, of those who have a second factor, or of everybody where the
address holds one of these values: a form of many kinds asks where it matters."""
View = TypeVar("View", bound=Callable[..., object])

FILES = ("static",)
"""The view of Flask that serves files to anyone (`http.responses.static_files`)."""


def access(
    *roles: Role, keeps_draft: bool = True, most_bytes: int | None = None, fresh: Fresh = False
) -> Callable[[View], View]:
    """Declares who may enter; one of the roles is enough.

    A member's form that could not be done (they were signed out, or it failed) is kept and shown again
    (`http.forms.drafts`). `keeps_draft=False` is for forms that hold a secret, take a file, or are a button alone.
    `most_bytes` is the maximum request size of a view that takes files. `fresh` asks for a fresh proof first.
    """

    def declare(view: View) -> View:
        keeps = keeps_draft and "anyone" not in roles
        view.__dict__.update(access=frozenset(roles), keeps_draft=keeps, most_bytes=most_bytes, fresh=fresh)
        return view

    return declare


def declared(app: Flask, endpoint: str) -> frozenset[str] | None:
    """Returns the roles that the endpoint's view declares, or None when it declares none."""
    if endpoint in FILES:
        return frozenset({"anyone"})
    found: frozenset[str] | None = getattr(app.view_functions[endpoint], "access", None)
    return found


def admit() -> ResponseReturnValue | None:
    """Returns None to admit the request, or a redirect: to signing in, or to adding a second factor.

    Raises NotFound, NotSignedIn, NotYourOffice, ReadOnly, FactorRequired.
    """
    if request.endpoint is None:
        return None  # no such address: routing answers 404
    roles = declared(current_app, request.endpoint)
    if roles is None:
        raise NotFound
    if "anyone" in roles:
        return None
    who = viewer()
    if who is not None:
        _check(who, roles)
        return _to_factors() if roles == {"administrator"} and lacks_factor(who) else None
    if is_api():
        raise not_signed_in()
    return to_sign_in()


def freshness(app: Flask, endpoint: str) -> Fresh:
    """Returns of whom the endpoint's view asks a fresh proof."""
    found: Fresh = getattr(app.view_functions[endpoint], "fresh", False)
    return found


def _asks(fresh: Fresh, who: Viewer) -> bool:
    if isinstance(fresh, bool):
        return fresh
    if isinstance(fresh, str):
        return who.factor
    return not fresh.isdisjoint(map(str, (request.view_args or {}).values()))


def ask_proof() -> ResponseReturnValue | None:
    """Returns a redirect to where the member proves that it is them, if this view asks for it and the last is too old.

    It comes after the form's token was checked: a form that was sent is kept, and can be sent on after the proof.
    Raises ProofRequired.
    """
    who = viewer()
    if who is None or not _asks(freshness(current_app, request.endpoint or ""), who) or not lacks_proof(who):
        return None
    if is_api():
        raise ProofRequired
    if request.method in READING_METHODS:
        return redirect(with_way(url_for("proof.show"), _return_path()), 303)
    keep_fields(whole=True)
    nothing_done()
    return redirect(url_for("proof.show", form=request.path), 303)


def _to_factors() -> ResponseReturnValue:
    """Redirects to where a second factor is added, which leads back here. Raises FactorRequired."""
    if is_api():
        raise FactorRequired
    nothing_done()
    return redirect(with_way(url_for("factors.show"), _return_path()), 303)


def takes_draft() -> bool:
    """Whether this is a form whose words are kept where it could not be done."""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method == "POST" and bool(getattr(view, "keeps_draft", False))


def to_sign_in() -> ResponseReturnValue:
    """Redirects to the sign-in page, which leads back here; after a form, to the page on which it stood."""
    nothing_done()
    return redirect(with_way(url_for("sign_in.address"), _return_path()), 303)


def to_terms() -> ResponseReturnValue:
    """Redirects to the terms page, which leads back here; a form that was sent is kept until they are accepted."""
    if request.method == "POST":
        keep_fields()
        nothing_done()
    return redirect(with_way(url_for("terms.show"), _return_path()), 303)


def _check(who: Viewer, roles: frozenset[str]) -> None:
    if not roles & (who.roles | {"member"}) and not _has_office(who, roles):
        raise NotFound
    if who.read_only and request.method not in READING_METHODS:
        raise ReadOnly


def may_open(path: str) -> bool:
    """Whether the caller may open an administrator's address."""
    who, app = viewer(), current_app
    endpoint, named = app.create_url_adapter(request).match(path, "GET")  # type: ignore[union-attr]  # a request has one
    return who is not None and has_right(who.roles, right_of(app, endpoint, "GET")) and _leads(who, named)


def only_themes(db: Session) -> frozenset[int] | None:
    """Returns the themes to which the caller's part of the administration is limited; None where it is not."""
    who = viewer()
    return themes_led(db, who.member_id) if who is not None and _only_leads(who) else None


def _only_leads(who: Viewer) -> bool:
    return OfficeRole.THEMES in who.roles and "administrator" not in who.roles


def _leads(who: Viewer, named: Mapping[str, object]) -> bool:
    """Whether the theme of the address, if it names one, is open to the caller."""
    if "theme_id" not in named or not _only_leads(who):
        return True
    with reading() as db:
        return named["theme_id"] in themes_led(db, who.member_id)


def _has_office(who: Viewer, roles: frozenset[str]) -> bool:
    """Whether the caller has a part of an administrator's office, to which this belongs. Raises NotYourOffice."""
    if roles != {"administrator"} or not who.roles & {*OfficeRole}:
        return False
    right = right_of(current_app, request.endpoint or "", request.method)
    if not has_right(who.roles, right) or not _leads(who, request.view_args or {}):
        raise NotYourOffice
    return True


def _return_path() -> str:
    if request.method in READING_METHODS:
        return own_address(request.full_path.rstrip("?"))
    return form_page() or (own_address(request.path) if _is_a_page(request.path) else url_for("me.show"))


def page_of_kept_form() -> str:
    """Returns the page on which this browser's kept form stands; "" where none is kept, or it stands on no page."""
    kept = kept_form()
    if kept is None:
        return ""
    return same_site(kept.fields.get(PAGE, ""), "") or (own_address(kept.path) if _is_a_page(kept.path) else "")


def _is_a_page(path: str) -> bool:
    try:
        current_app.create_url_adapter(request).match(path, "GET")  # type: ignore[union-attr]  # a request has one
    except HTTPException:
        return False
    return True
