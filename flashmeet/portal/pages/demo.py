"""The demo's sign-in links: a page with one button that signs in as one of its people, any number of times."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.core.link_kinds import DEMO
from flashmeet.core.links import number_in
from flashmeet.http.admission.access import access
from flashmeet.http.services import reading, services, writing
from flashmeet.identity.models import Member
from flashmeet.security.pages.entering import open_door, pass_door

bp = Blueprint("demo", __name__)


@bp.get("/demo/<token>")
@access("anyone")
def door(token: str) -> ResponseReturnValue:
    with reading() as db:
        return render_template("portal/demo_sign_in.html", who=_person(db, token))


@bp.post("/demo/<token>")
@access("anyone")
def enter(token: str) -> ResponseReturnValue:
    with writing() as db:
        entry = open_door(db, _person(db, token))
    return pass_door(entry)


def _person(db: Session, token: str) -> Member:
    """Returns the person of a demo link. Raises NotFound, also in every installation that is not a demo."""
    here = services()
    if here.config.env != "demo":
        raise NotFound
    who = db.get(Member, number_in(token))
    if who is None or who.suspended or not here.links.opens(DEMO, token):
        raise NotFound
    return who
