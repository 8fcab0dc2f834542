"""What is done about the mentors of one theme on its page, by administrators and by whoever leads it."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from flashmeet.directory.service.theme_people import approve_in_theme
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.services import now, writing
from flashmeet.identity.acts import Act
from flashmeet.programme.pages.confirming import asking_mentors
from flashmeet.programme.rules.nudges import MOST_PEOPLE, NudgeAbout
from flashmeet.programme.service.nudges import Words, send_nudges
from flashmeet.programme.service.overview import idle_of
from flashmeet.programme.service.themes import kept_theme

bp = Blueprint("admin_theme_mentors", __name__)


@bp.post("/admin/themes/<int:theme_id>/mentors/<int:mentor_id>/approve")
@access("administrator", keeps_draft=False)
@records(Act.MEMBER_APPROVED)
def approve_mentor(theme_id: int, mentor_id: int) -> ResponseReturnValue:
    """Approves a mentor of the theme who waits for it. Raises NotFound."""
    with writing() as db:
        theme = kept_theme(db, theme_id)
        approve_in_theme(db, theme.id, mentor_id, now=now())
        note_for_record(theme.slug, to=mentor_id)
    return redirect(url_for("admin_themes.look", theme_id=theme_id, _anchor="mentors"), 303)


@bp.post("/admin/themes/<int:theme_id>/ask")
@access("administrator", keeps_draft=False)
@asks_first(asking_mentors)
@records(Act.NUDGES_SENT)
def ask_mentors(theme_id: int) -> ResponseReturnValue:
    """Asks the theme's mentors who have no open hour for one, as far as they may be written to. Raises NotFound."""
    with writing() as db:
        theme = kept_theme(db, theme_id)
        who = idle_of(db, theme.id, now=now(), limit=MOST_PEOPLE)
        sent = send_nudges(db, who, Words(NudgeAbout.HOURS), by=member(db), now=now()) if who else []
        note_for_record(f"{theme.slug} {len(sent)}")
    return redirect(url_for("admin_themes.look", theme_id=theme_id, asked=len(sent), _anchor="mentors"), 303)
