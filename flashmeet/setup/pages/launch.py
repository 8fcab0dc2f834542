"""Launching: “mentors first”, the page that mentees read meanwhile, and opening to them."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import READING_METHODS, member, viewer
from flashmeet.http.audit import records
from flashmeet.http.display import network
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.acts import Act
from flashmeet.setup.pages.confirming import closing_to_mentees
from flashmeet.setup.service.launch import let_mentors_first, open_to_mentees, waiting

bp = Blueprint("launch", __name__)

LATER = frozenset({"home.home", "search.search", "mentors.mentor", "book.brief", "requests.new", "day_offers.show"})
"""Pages on the way to an hour: until the network opens, members who are only mentees read there when it will."""


@bp.before_app_request
def wait_for_the_opening() -> ResponseReturnValue | None:
    if request.method in READING_METHODS and request.endpoint in LATER and opens_soon():
        return render_template("setup/opens_soon.html")
    return None


@bp.app_template_global()
def opens_soon() -> bool:
    """Whether the viewer is only a mentee, and mentors come first for now."""
    who = viewer()
    return who is not None and who.roles <= {"mentee"} and network().mentors_first


@bp.post("/setup/mentors-first")
@access("administrator")
@asks_first(closing_to_mentees)
@records(Act.LAUNCH_BEGAN)
def begin() -> ResponseReturnValue:
    with writing() as db:
        let_mentors_first(db)
    return redirect(url_for("setup.show", told="mentors_first", _anchor="launch"), 303)


@bp.get("/setup/open")
@access("administrator")
def ask() -> ResponseReturnValue:
    """Says what opening means before it is done."""
    if not network().mentors_first:
        return redirect(url_for("setup.show", _anchor="launch"), 303)
    with reading() as db:
        return render_template("setup/open.html", waiting=waiting(db, member(db).id, now=now()))


@bp.post("/setup/open")
@access("administrator")
@records(Act.NETWORK_OPENED)
def open_it() -> ResponseReturnValue:
    with writing() as db:
        open_to_mentees(db)
    return redirect(url_for("setup.show", told="opened", _anchor="launch"), 303)
