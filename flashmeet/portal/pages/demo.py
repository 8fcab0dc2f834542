"""The demo's sign-in links: a page with one button that signs in as one of its people, any number of times."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.core.link_kinds import DEMO
from flashmeet.core.links import number_in
from flashmeet.http.access import access
from flashmeet.http.browser_names import this_browser
from flashmeet.http.identity import start_login
from flashmeet.http.services import now, reading, services, writing
from flashmeet.identity.models import Member
from flashmeet.identity.service.logins import close_login, open_login

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
        who = _person(db, token)
        before = start_login(open_login(db, who, browser=this_browser(), now=now()), who)
        if before is not None:
            close_login(db, before)
    return redirect(url_for("me.show"), 303)


def _person(db: Session, token: str) -> Member:
    """Returns the person of a demo link. Raises NotFound, also in every installation that is not a demo."""
    here = services()
    if here.config.env != "demo":
        raise NotFound
    who = db.get(Member, number_in(token))
    if who is None or who.suspended or not here.links.opens(DEMO, token):
        raise NotFound
    return who
