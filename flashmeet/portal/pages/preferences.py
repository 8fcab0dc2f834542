"""Zone and language of the pages: a visitor's choice is kept in the cookie, a member's in their profile."""

from __future__ import annotations

from flask import Blueprint, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from flashmeet.bookings.service.messages.reminders import follow_member
from flashmeet.core.errors import OutOfRange
from flashmeet.core.zones import zone
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member, viewer
from flashmeet.http.forms.redirects import same_site
from flashmeet.http.services import now, writing
from flashmeet.i18n.catalogue import LOCALES

bp = Blueprint("preferences", __name__)


@bp.post("/zone")
@access("anyone")
def choose_zone() -> ResponseReturnValue:
    tzid = request.form.get("tzid", "")
    zone(tzid)
    return _chosen("tzid", tzid)


@bp.post("/language")
@access("anyone")
def choose_language() -> ResponseReturnValue:
    locale = request.form.get("locale", "")
    if locale not in LOCALES:
        raise OutOfRange("locale")
    return _chosen("locale", locale)


def _chosen(name: str, value: str) -> ResponseReturnValue:
    if viewer() is None:
        session[name] = value
    else:
        with writing() as db:
            you = member(db)
            setattr(you, name, value)
            db.flush()
            follow_member(db, you, now=now())
    return redirect(same_site(request.form.get("next"), url_for("home.home")), 303)
