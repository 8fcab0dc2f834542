"""Pages of invitation links and of people who applied."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import BadInput, OutOfRange
from flashmeet.core.numbers import number_or_none
from flashmeet.directory.pages.confirming import revoking, turning_away
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import records
from flashmeet.http.display import network
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.responses.problems import words_of
from flashmeet.http.services import now, reading, services, writing
from flashmeet.identity.acts import Act
from flashmeet.identity.queries import names_of
from flashmeet.people.rules.facts import tidy_line
from flashmeet.people.rules.joining import MOST_DAYS, MOST_USES, JoiningRole, Offer
from flashmeet.people.service.invitations import invitations, make_invitation, revoke_invitation
from flashmeet.people.service.joining import admit, decline_applicant

bp = Blueprint("admin_joining", __name__)

FRESH = {"label": "", "role": JoiningRole.ANY, "days": "30", "uses": "50"}
NUMBERS = {"days": MOST_DAYS, "uses": MOST_USES}


@bp.get("/admin/joining")
@access("administrator")
def show() -> ResponseReturnValue:
    return _page(FRESH)


@bp.post("/admin/joining")
@access("administrator")
@records(Act.INVITATION_MADE)
def make() -> ResponseReturnValue:
    try:
        offer = _offer(request.form)
    except BadInput as refusal:
        return _page(request.form, refusal), 422
    with writing() as db:
        make_invitation(db, offer, by=member(db), now=now())
    return redirect(url_for("admin_joining.show", made=1), 303)


def _offer(form: Mapping[str, str]) -> Offer:
    """Reads the form. Raises BadInput and its subclasses."""
    return Offer(
        label=tidy_line("label", form.get("label", ""), most=100, required=True),
        role=form.get("role", JoiningRole.ANY),
        approves="approves" in form,
        days=_number(form, "days"),
        uses=_number(form, "uses"),
    )


def _number(form: Mapping[str, str], name: str) -> int:
    number = number_or_none(form.get(name, ""), most=NUMBERS[name])
    if number is None:
        raise OutOfRange(name, low=1, high=NUMBERS[name])
    return number


@bp.post("/admin/joining/<int:invitation_id>/revoke")
@access("administrator", keeps_draft=False)
@asks_first(revoking)
@records(Act.INVITATION_REVOKED)
def revoke(invitation_id: int) -> ResponseReturnValue:
    with writing() as db:
        revoke_invitation(db, invitation_id, now=now())
    return redirect(url_for("admin_joining.show"), 303)


@bp.post("/admin/members/<int:member_id>/admit")
@access("administrator", keeps_draft=False)
@records(Act.MEMBER_ADMITTED)
def admit_member(member_id: int) -> ResponseReturnValue:
    with writing() as db:
        admit(db, member_id, now=now())
    return redirect(url_for("admin_members.show", only="applied"), 303)


@bp.post("/admin/members/<int:member_id>/turn-away")
@access("administrator")
@asks_first(turning_away)
@records(Act.MEMBER_TURNED_AWAY)
def turn_member_away(member_id: int) -> ResponseReturnValue:
    with writing() as db:
        decline_applicant(db, member_id)
    return redirect(url_for("admin_members.show", only="applied"), 303)


def _page(typed: Mapping[str, str], refusal: BadInput | None = None) -> str:
    with reading() as db:
        made = invitations(db)
        return render_template(
            "directory/joining.html",
            typed=typed,
            problem=words_of(refusal) if refusal else "",
            problem_field=refusal.field if refusal else "",
            made="made" in request.args and refusal is None,
            invitations=[(each, services().links.welcome(each.id, each.nonce)) for each in made],
            names=names_of(db, (each.created_by_id for each in made)),
            now=now(),
            mode=network().joining,
        )
