"""The network's terms of use: anyone may read them, members accept them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.core.numbers import number_or_none
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member, viewer
from flashmeet.http.display import display_locale
from flashmeet.http.forms.redirects import same_site
from flashmeet.http.services import now, reading, writing
from flashmeet.people.models import Terms
from flashmeet.people.queries import newest_terms, terms_in_force
from flashmeet.people.service.terms import accept_terms, acceptances_of

bp = Blueprint("terms", __name__)


@bp.get("/terms")
@access("anyone")
def show() -> ResponseReturnValue:
    return _page(same_site(request.args.get("next"), ""))


@bp.post("/terms")
@access("member", keeps_draft=False)
def accept() -> ResponseReturnValue:
    """Accepts the terms if every commitment is ticked; says so where they were withdrawn or replaced meanwhile."""
    way, version = same_site(request.form.get("next"), ""), _version()
    with writing() as db:
        terms = db.get(Terms, version)
        if terms is None:
            raise NotFound
        ticked = set(request.form.getlist("commitments"))
        if {str(number) for number in range(len(terms.commitments))} <= ticked:
            try:
                accept_terms(db, member(db), version, locale=display_locale(), now=now())
            except NotFound:
                return _page(way, gone=True), 409
            return redirect(way or url_for("terms.show"), 303)
    return _page(way, unticked=version), 422


def _version() -> int:
    number = number_or_none(request.form.get("version", ""))
    if number is None:
        raise NotFound
    return number


def _page(way: str, *, unticked: int | None = None, gone: bool = False) -> str:
    with reading() as db:
        return render_template(
            "people/terms/show.html",
            versions=_shown(db),
            accepted=_accepted(db),
            next=way,
            unticked=unticked,
            gone=gone,
            asked=bool(way) and viewer() is not None,
        )


def _shown(db: Session) -> list[Terms]:
    """Returns the version in force and the announced one."""
    found = {terms.version: terms for terms in (terms_in_force(db, now=now()), newest_terms(db)) if terms is not None}
    return [found[version] for version in sorted(found)]


def _accepted(db: Session) -> dict[int, object]:
    """Returns the viewer's acceptances by version; accepting a later version covers the earlier ones."""
    if viewer() is None:
        return {}
    proofs = acceptances_of(db, member(db).id)
    return dict.fromkeys(range(1, proofs[0].version + 1), proofs[0]) if proofs else {}
