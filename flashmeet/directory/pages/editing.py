"""Forms in which an administrator changes a member's facts, or adds one person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import create_model
from sqlalchemy.orm import Session

from flashmeet.core.errors import AddressTaken, ChangedMeanwhile, KeyTaken, Missing, UnknownTheme
from flashmeet.directory.service.editing import GIVEN_TO_NEWCOMERS, add_member, edit_member
from flashmeet.directory.service.inviting import invite_member
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import display_locale, network
from flashmeet.http.forms.reading import Faults, Form, read_form, typed_texts
from flashmeet.http.forms.versions import both_sides, require_version, version_of
from flashmeet.http.services import now, reading, writing
from flashmeet.i18n.times import zone_groups
from flashmeet.identity.acts import Act
from flashmeet.identity.models import Member
from flashmeet.identity.queries import joined_member
from flashmeet.people.pages.profile import ProfileForm, TypedProfile, kept_facts, reads_fact
from flashmeet.people.rules.facts import FactSource, fact
from flashmeet.themes.service import themes_by_name

bp = Blueprint("admin_editing", __name__)

KEY = "external_id"
NEWCOMER = ("email", "first_name", "last_name", "graduation_year")


def _read_as_in_a_file(*names: str) -> dict[str, Any]:
    """For `pydantic.create_model`."""
    return {name: (Annotated[Any, reads_fact(fact(name), FactSource.IMPORT)], ...) for name in names}


MemberForm = create_model("MemberForm", __base__=ProfileForm, **_read_as_in_a_file(KEY))
NewcomerForm = create_model("NewcomerForm", __base__=Form, **_read_as_in_a_file(*NEWCOMER))


@bp.get("/admin/members/<int:member_id>/edit")
@access("administrator")
def edit(member_id: int) -> ResponseReturnValue:
    with reading() as db:
        who = joined_member(db, member_id)
        return _edit_page(db, who, TypedProfile.from_member(who, display_locale()), who.external_id or "", Faults())


@bp.post("/admin/members/<int:member_id>/edit")
@access("administrator")
@records(Act.MEMBER_EDITED)
def save(member_id: int) -> ResponseReturnValue:
    """Saves a member's facts and themes, read as on their own profile page. Raises NotFound."""
    with reading() as db:
        kept = kept_facts(joined_member(db, member_id))
    read = read_form(MemberForm, request.form, context={"country": network().country, "kept": kept})
    if isinstance(read, Faults):
        return _edit_again(member_id, read)
    try:
        with writing() as db:
            who = joined_member(db, member_id)
            db.refresh(who, with_for_update={"of": Member})
            require_version(_stored(who))
            facts = {**read.facts, KEY: read.model_dump()[KEY]}
            changed = edit_member(db, who, facts, read.proof, now=now())
            note_for_record(" ".join(changed))
    except ChangedMeanwhile as changed_meanwhile:
        return _edit_again(member_id, Faults(), stale=changed_meanwhile)
    except UnknownTheme as retired:
        return _edit_again(member_id, Faults(themes=retired))
    except KeyTaken as taken:
        return _edit_again(member_id, Faults({KEY: taken}))
    return redirect(url_for("admin_person.show", member_id=member_id), 303)


def _edit_again(member_id: int, faults: Faults, stale: ChangedMeanwhile | None = None) -> ResponseReturnValue:
    typed, key = TypedProfile.from_form(request.form), request.form.get(KEY, "").strip()
    with reading() as db:
        page = _edit_page(db, joined_member(db, member_id), typed, key, faults, stale=stale is not None)
    return page, 409 if stale or any(isinstance(each, KeyTaken) for each in faults.values()) else 422


def _values(typed: TypedProfile, key: str) -> dict[str, str]:
    """What the form shows, by field; SMS are the member's own choice."""
    return {**{name: text for name, text in typed.values.items() if name != "sms_opt_in"}, KEY: key}


def _stored(who: Member) -> dict[str, str]:
    return _values(TypedProfile.from_member(who, display_locale()), who.external_id or "")


def _edit_page(db: Session, who: Member, typed: TypedProfile, key: str, faults: Faults, *, stale: bool = False) -> str:
    locale, stored = display_locale(), _stored(who)
    seen = request.form.get("version") if faults else None
    return render_template(
        "directory/edit.html",
        who=who,
        typed=typed,
        key=key,
        version=seen or version_of(stored),
        sides=both_sides(stored, _values(typed, key)) if stale else [],
        faults=faults,
        themes=themes_by_name(db, locale) if who.mentor else [],
        zones=zone_groups(locale),
    )


@bp.get("/admin/members/new")
@access("administrator")
def new() -> ResponseReturnValue:
    return _new_page({"roles": GIVEN_TO_NEWCOMERS[:1], "approved": True, "invited": True}, Faults())


@bp.post("/admin/members/new")
@access("administrator")
@records(Act.MEMBER_ADDED)
def add() -> ResponseReturnValue:
    """Adds one person, who can sign in from now on."""
    roles, approved, invited = request.form.getlist("roles"), "approved" in request.form, "invited" in request.form
    typed = {**typed_texts(NewcomerForm, request.form), "roles": roles, "approved": approved, "invited": invited}
    read = read_form(NewcomerForm, request.form, context={"country": network().country})
    if isinstance(read, Faults):
        return _new_page(typed, read), 422
    try:
        with writing() as db:
            added = add_member(db, read.model_dump(), roles, approved=approved, now=now())
            if invited:
                invite_member(db, added, by=member(db), now=now())
            note_for_record(to=added.id)
            member_id = added.id
    except Missing as nobody:
        return _new_page(typed, Faults(roles=nobody)), 422
    except AddressTaken as taken:
        return _new_page(typed, Faults(email=taken)), 409
    return redirect(url_for("admin_person.show", member_id=member_id), 303)


def _new_page(typed: Mapping[str, object], faults: Faults) -> str:
    return render_template("directory/new.html", typed=typed, faults=faults)
