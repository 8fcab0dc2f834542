"""The list of members, with the actions on each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.bookings.service.reliability import promises_of
from flashmeet.core.errors import BadInput
from flashmeet.core.numbers import page_number
from flashmeet.directory.pages.bulk import KINDS
from flashmeet.directory.pages.confirming import changing_address, changing_roles
from flashmeet.directory.queries import A_PAGE, batches, find_members
from flashmeet.directory.rules.filters import MemberFilter
from flashmeet.directory.rules.views import ViewedPage
from flashmeet.directory.service.export import member_rows
from flashmeet.directory.service.saved_views import saved_views
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import display_day, display_locale
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.responses.problems import words_of
from flashmeet.http.responses.tables import table_file
from flashmeet.http.services import now, reading, writing
from flashmeet.i18n.catalogue import language_code, language_name
from flashmeet.identity.acts import Act
from flashmeet.identity.models import Member
from flashmeet.identity.queries import joined_member
from flashmeet.identity.rules import BY_BATCH, Departure, MemberSource
from flashmeet.people.service.membership import (
    approve,
    change_address,
    change_roles,
    pause,
    reinstate,
    suspend,
)
from flashmeet.requests.pages.departures import hours_said, is_decided
from flashmeet.requests.service.departures import ahead_of
from flashmeet.themes.service import known_by_name

bp = Blueprint("admin_members", __name__)


@dataclass(frozen=True, slots=True)
class MembersQuery:
    """The filter and page asked for; unreadable values are ignored."""

    wanted: MemberFilter
    page: int

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> MembersQuery:
        """Reads both; a language may be typed by name."""
        language = fields.get("language", "")
        wanted = MemberFilter.parse({**fields, "language": language_code(language) or ""})
        return cls(wanted, page_number(fields.get("page", "")))

    def fields(self) -> dict[str, str | int]:
        return {**self.wanted.fields(), "page": self.page if self.page > 1 else ""}


@bp.get("/admin/members")
@access("administrator")
def show() -> ResponseReturnValue:
    with reading() as db:
        return members_page(db, MembersQuery.parse(request.args))


def members_page(
    db: Session, asked: MembersQuery, *, refusal: BadInput | None = None, name: str = "", renamed: int = 0
) -> str:
    """Shows the list. `refusal` is about the `name` typed for its view, or for the saved view `renamed`."""
    found, source = find_members(db, asked.wanted, page=asked.page), asked.wanted.source
    return render_template(
        "directory/members.html",
        asked=asked,
        found=found,
        promises=promises_of(db, [each.id for each in found.members], now=now()),
        you=member(db),
        last=-(-found.total // A_PAGE),
        themes=known_by_name(db, display_locale()),
        acts=KINDS,
        segment=asked.wanted.segment(),
        language=language_name(asked.wanted.language, display_locale()) if asked.wanted.language else "",
        sources=tuple(MemberSource),
        batches=batches(db, source) if source in BY_BATCH else [],
        views=saved_views(db, ViewedPage.MEMBERS),
        problem=words_of(refusal) if refusal is not None else "",
        name=name,
        renamed=renamed,
    )


@bp.post("/admin/members/<int:member_id>/approve")
@access("administrator", keeps_draft=False)
@records(Act.MEMBER_APPROVED)
def approve_member(member_id: int) -> ResponseReturnValue:
    with writing() as db:
        approve(db, member_id, now=now())
    return _back()


DEPARTURES = {"suspend": Departure.SUSPENDED, "pause": Departure.HELD}


@bp.get("/admin/members/<int:member_id>/<any(suspend, pause):act>")
@access("administrator")
def confirm(member_id: int, act: str) -> ResponseReturnValue:
    """Shows who counts on the member, before the button. Raises NotFound."""
    with reading() as db:
        return _confirm_page(db, member_id, DEPARTURES[act])


def _confirm_page(db: Session, member_id: int, departure: Departure, roles: Sequence[str] = ()) -> str:
    found = joined_member(db, member_id)
    return render_template(
        "directory/departure.html",
        member=found,
        departure=departure,
        ahead=ahead_of(db, found, departure, now=now()),
        roles=roles,
        asked=MembersQuery.parse(request.values),
        here="here" in request.values,
    )


@bp.post("/admin/members/<int:member_id>/suspend")
@access("administrator")
@records(Act.MEMBER_SUSPENDED)
def suspend_member(member_id: int) -> ResponseReturnValue:
    with writing() as db:
        suspend(db, member_id, by=member(db), now=now())
    return _back()


@bp.post("/admin/members/<int:member_id>/reinstate")
@access("administrator", keeps_draft=False)
@records(Act.MEMBER_REINSTATED)
def reinstate_member(member_id: int) -> ResponseReturnValue:
    with writing() as db:
        reinstate(db, member_id, now=now())
    return _back()


@bp.post("/admin/members/<int:member_id>/pause")
@access("administrator")
@records(Act.MENTOR_PAUSED)
def pause_member(member_id: int) -> ResponseReturnValue:
    with writing() as db:
        pause(db, member_id, hours=hours_said(), now=now())
    return _back()


@bp.post("/admin/members/<int:member_id>/roles")
@access("administrator", fresh=True)
@asks_first(changing_roles)
@records(Act.ROLES_CHANGED)
def change_member(member_id: int) -> ResponseReturnValue:
    """Changes a member's roles; asks first where others count on a mentor. Raises Missing, LastAdministrator."""
    roles = request.form.getlist("roles")
    if roles and "mentor" not in roles and not is_decided():
        with reading() as db:
            found = db.get(Member, member_id)
            if found is not None and found.mentor and ahead_of(db, found, Departure.ROLE_TAKEN, now=now()):
                return _confirm_page(db, member_id, Departure.ROLE_TAKEN, roles)
    with writing() as db:
        changed = change_roles(db, member_id, roles, hours=hours_said(), now=now())
        note_for_record(", ".join(changed.roles))
    return _back()


@bp.post("/admin/members/<int:member_id>/address")
@access("administrator", fresh=True)
@asks_first(changing_address)
@records(Act.ADDRESS_CHANGED)
def change_member_address(member_id: int) -> ResponseReturnValue:
    """Changes the address of a member who lost the old one. Raises BadEmail, AddressTaken."""
    with writing() as db:
        change_address(db, member_id, request.form.get("email", ""), by=member(db), now=now())
    return _back()


@bp.get("/admin/members.csv", defaults={"ending": "csv"})
@bp.get("/admin/members.xlsx", defaults={"ending": "xlsx"})
@access("administrator", fresh=True)
@records(Act.MEMBERS_EXPORTED)
def export(ending: str) -> ResponseReturnValue:
    """Returns the filtered list as CSV or XLSX, with the columns that an import reads."""
    asked = MembersQuery.parse(request.args)
    with reading() as db:
        rows = list(member_rows(db, asked.wanted, locale=display_locale()))
    return table_file(rows, name=f"members-{display_day()}", ending=ending)


def _back() -> ResponseReturnValue:
    """Redirects to the member's page for a form from there, or to the list, filtered as before."""
    member_id = (request.view_args or {}).get("member_id")
    if member_id is not None and "here" in request.form:
        return redirect(url_for("admin_person.show", member_id=member_id), 303)
    asked = MembersQuery.parse(request.form)
    return to_members(asked.fields())


def to_members(fields: Mapping[str, str | int]) -> ResponseReturnValue:
    """Redirects to the list, filtered so."""
    said = {name: value for name, value in fields.items() if value}
    return redirect(url_for("admin_members.show") + (f"?{urlencode(said)}" if said else ""), 303)
