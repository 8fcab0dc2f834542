"""What I say about myself, and what I help with."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.gate.access import access
from flashmeet.gate.identity import display_locale, member, network
from flashmeet.gate.parts import now, reading, writing
from flashmeet.service.profile import Profile, missing, save_offers, save_profile
from flashmeet.service.themes import active_themes
from flashmeet.store.models import Member
from flashmeet.web.faults import Faults
from flashmeet.web.profile_form import TypedProfile
from flashmeet.wording.zone_names import zone_groups

bp = Blueprint("profile", __name__)


@bp.get("/me/profile")
@access("member")
def show() -> ResponseReturnValue:
    with reading() as session:
        you = member(session)
        return _page(session, you, TypedProfile.from_member(you, display_locale()), Faults())


@bp.post("/me/profile")
@access("member")
def save() -> ResponseReturnValue:
    typed, faults = TypedProfile.from_form(request.form), Faults()
    proofs, profile = typed.read_proofs(faults), typed.read(faults, country=network().country)
    if profile is None:
        return _again(typed, faults), 422
    _save(profile, proofs)
    return redirect("/me/profile?saved=1", 303)


def _save(profile: Profile, proofs: dict[int, str]) -> None:
    with writing() as session:
        you = member(session)
        save_profile(session, you, profile, now=now())
        if you.mentor:
            save_offers(session, you, proofs, now=now())


def _again(typed: TypedProfile, faults: Faults) -> str:
    with reading() as session:
        return _page(session, member(session), typed, faults)


def _page(session: Session, you: Member, typed: TypedProfile, faults: Faults) -> str:
    return render_template(
        "me/profile.html",
        you=you,
        typed=typed,
        faults=faults,
        themes=active_themes(session) if you.mentor else [],
        zones=zone_groups(display_locale()),
        missing=missing(you),
        saved="saved" in request.args,
    )
