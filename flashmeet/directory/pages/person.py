"""One member's page for administrators: who they are, what they may do, their hours, messages and notes."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, Missing
from flashmeet.core.numbers import page_number
from flashmeet.directory.pages.confirming import removing_note
from flashmeet.directory.queries import (
    HOURS_SHOWN,
    coming_hours,
    latest_messages,
    look_alikes,
    notes_about,
    past_hours,
)
from flashmeet.directory.service.inviting import invite_member
from flashmeet.directory.service.notes import NOTE_CHARACTERS, remove_note, write_note
from flashmeet.directory.service.offices import give_office
from flashmeet.directory.service.theme_people import mentors_of_theme, requests_waiting
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import display_locale, display_tzid
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.i18n.catalogue import language_name
from flashmeet.identity.acts import Act
from flashmeet.identity.models import MailFault
from flashmeet.identity.queries import blocked_reason, joined_member, themes_led
from flashmeet.identity.rules import OfficeRole
from flashmeet.themes.service import find_theme, known_by_name, known_themes

bp = Blueprint("admin_person", __name__)


@bp.get("/admin/members/<int:member_id>")
@access("administrator")
def show(member_id: int) -> ResponseReturnValue:
    """Shows a member who has joined. Raises NotFound."""
    with reading() as db:
        return _page(db, member_id)


def _page(
    db: Session,
    member_id: int,
    *,
    refusal: BadInput | None = None,
    typed: str = "",
    office_problem: Missing | None = None,
) -> str:
    who = joined_member(db, member_id)
    page = page_number(request.args.get("page", ""))
    fault = db.get(MailFault, who.id)
    past = past_hours(db, who, page=page, now=now())
    locale = display_locale()
    return render_template(
        "directory/person.html",
        who=who,
        you=member(db),
        coming=coming_hours(db, who, now=now()),
        past=past,
        page=page,
        last=-(-past.total // HOURS_SHOWN),
        messages=latest_messages(db, who),
        notes=notes_about(db, who),
        alike=look_alikes(db, who),
        spoken=[language_name(code, locale) for code in who.languages],
        offered=[
            theme.name(locale) for theme in known_themes(db) if theme.id in {each.theme_id for each in who.offers}
        ],
        bounced=fault if fault is not None and fault.email == who.email else None,
        blocked=blocked_reason(db, who),
        problem=words_of(refusal) if refusal is not None else "",
        typed=typed,
        themes=known_by_name(db, locale),
        led=themes_led(db, who.id),
        office_problem=words_of(office_problem) if office_problem is not None else "",
        most=NOTE_CHARACTERS,
    )


@bp.post("/admin/members/<int:member_id>/invite")
@access("administrator", keeps_draft=False)
@records(Act.MEMBER_INVITED)
def invite(member_id: int) -> ResponseReturnValue:
    """Sends the invitation, also to somebody who had one. Raises NotFound, CameAlready."""
    with writing() as db:
        invite_member(db, joined_member(db, member_id), by=member(db), now=now())
    return redirect(url_for("admin_person.show", member_id=member_id), 303)


@bp.post("/admin/members/<int:member_id>/office")
@access("administrator", fresh=True)
@records(Act.OFFICE_CHANGED)
def give(member_id: int) -> ResponseReturnValue:
    """Gives a part of the administration, or takes it away; of leading themes it is said first what follows.

    Raises NotFound, BadInput, UnknownTheme.
    """
    office, themes = request.form.get("office", ""), request.form.getlist("led_themes")
    if office == OfficeRole.THEMES and themes and "sure" not in request.form:
        with reading() as db:
            return _what_follows(db, member_id, themes)
    try:
        with writing() as db:
            note_for_record(give_office(db, joined_member(db, member_id), office, themes, by=member(db), now=now()))
    except Missing as refusal:
        with reading() as db:
            return _page(db, member_id, office_problem=refusal), status_of(refusal)
    return redirect(url_for("admin_person.show", member_id=member_id), 303)


def _what_follows(db: Session, member_id: int, themes: Sequence[str]) -> str:
    """Says what whoever leads these themes sees and may do, with today's figures. Raises NotFound, UnknownTheme."""
    found = [find_theme(db, each) for each in dict.fromkeys(themes)]
    return render_template(
        "directory/lead.html",
        who=joined_member(db, member_id),
        led=[
            (
                theme,
                mentors_of_theme(db, theme.id, tzid=display_tzid(), now=now()),
                requests_waiting(db, theme.id).total,
            )
            for theme in found
        ],
    )


@bp.post("/admin/members/<int:member_id>/notes")
@access("administrator")
@records(Act.NOTE_WRITTEN)
def write(member_id: int) -> ResponseReturnValue:
    """Keeps a note about the member. Raises NotFound."""
    text = request.form.get("member_note", "")
    try:
        with writing() as db:
            write_note(db, joined_member(db, member_id), text, by=member(db), now=now())
    except BadInput as refusal:
        with reading() as db:
            return _page(db, member_id, refusal=refusal, typed=text), status_of(refusal)
    return redirect(url_for("admin_person.show", member_id=member_id, _anchor="notes"), 303)


@bp.post("/admin/members/<int:member_id>/notes/<int:note_id>/remove")
@access("administrator", keeps_draft=False)
@asks_first(removing_note)
@records(Act.NOTE_REMOVED)
def remove(member_id: int, note_id: int) -> ResponseReturnValue:
    """Deletes a note, whoever wrote it. Raises NotFound."""
    with writing() as db:
        remove_note(db, joined_member(db, member_id), note_id)
        note_for_record(note_id)
    return redirect(url_for("admin_person.show", member_id=member_id, _anchor="notes"), 303)
