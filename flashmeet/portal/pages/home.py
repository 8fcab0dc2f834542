"""The home page: one field for the need, and the free hours of this week."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.service.agenda import coming_bookings
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member, viewer
from flashmeet.http.display import display_locale, display_tzid
from flashmeet.http.responses.kept_pages import render_for_visitors
from flashmeet.http.services import now, reading
from flashmeet.portal.service.nearest_themes import free_themes
from flashmeet.schedule.service.open_hours import OpenHours, open_hours
from flashmeet.themes.service import KnownTheme

bp = Blueprint("home", __name__)

EXAMPLES = 4


@bp.get("/")
@access("anyone")
def home() -> ResponseReturnValue:
    with reading() as db:
        who = viewer()
        hours = open_hours(db, tzid=display_tzid(), viewer_id=who.member_id if who else None, now=now())
        if who is None:
            return _for_visitors(db, hours)
        coming = coming_bookings(db, member(db), now=now())
        return render_template("portal/home.html", next_session=next(iter(coming), None), **_shown(db, hours))


def _for_visitors(db: Session, hours: OpenHours) -> ResponseReturnValue:
    told = (hours.total, hours.more, hours.with_more, *hours.by_theme.items())
    return render_for_visitors(db, "portal/home.html", lambda: _shown(db, hours), told=told)


def _shown(db: Session, hours: OpenHours) -> dict[str, object]:
    themes = free_themes(db, hours, locale=display_locale())
    return {
        "total": hours.total,
        "more": hours.more,
        "themes": themes,
        "examples": [_example(row.theme) for row in themes[:EXAMPLES]],
    }


def _example(theme: KnownTheme) -> str:
    """Returns a question of the theme in the reader's language; its name where nobody has written one."""
    return next(iter(theme.examples.get(display_locale(), ())), theme.name(display_locale()))
