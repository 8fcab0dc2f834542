"""What I say about myself, and what I help with."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from flashmeet.http.access import access
from flashmeet.http.form_faults import Faults
from flashmeet.http.forms import read_form
from flashmeet.http.identity import display_locale, member, network
from flashmeet.http.services import now, reading, writing
from flashmeet.i18n.zone_names import zone_groups
from flashmeet.identity.models.member import Member
from flashmeet.people.pages.profile_form import ProfileForm, TypedProfile
from flashmeet.people.rules.facts import Facts
from flashmeet.people.service.profile import (
    asks_to_confirm,
    completeness_of,
    confirm_profile,
    save_offers,
    save_profile,
)
from flashmeet.themes.service.themes import active_themes

bp = Blueprint("profile", __name__)

HINTS = {
    "themes": lazy_gettext("Name a theme you help with"),
    "proof": lazy_gettext("Say in one line why you, on one of your themes"),
    "languages": lazy_gettext("Say which languages you speak"),
    "headline": lazy_gettext("Write a headline: who you are in one line"),
    "offering": lazy_gettext("Say what you offer, in one line"),
    "seeking": lazy_gettext("Say what you look for, in one line"),
    "graduation_year": lazy_gettext("Add your graduation year"),
    "company": lazy_gettext("Add where you work"),
    "sector": lazy_gettext("Add your sector"),
    "degree": lazy_gettext("Add your degree"),
    "photo": lazy_gettext("Add a photo: people like to know whom they will meet"),
}


@bp.get("/me/profile")
@access("member")
def show() -> ResponseReturnValue:
    with reading() as session:
        you = member(session)
        return _page(session, you, TypedProfile.from_member(you, display_locale()), Faults())


@bp.post("/me/profile")
@access("member")
def save() -> ResponseReturnValue:
    read = read_form(ProfileForm, request.form, context={"country": network().country})
    if isinstance(read, Faults):
        return _again(TypedProfile.from_form(request.form), read), 422
    _save(read.facts, read.proof, sms_opt_in=read.sms_opt_in)
    return redirect(url_for("profile.show", saved=1), 303)


@bp.post("/me/profile/confirm")
@access("member")
def confirm() -> ResponseReturnValue:
    """Still right."""
    with writing() as session:
        confirm_profile(member(session), now=now())
    return redirect(url_for("profile.show", confirmed=1), 303)


@bp.app_template_filter()
def hint_words(field: str) -> str:
    """What to do about a field that is empty."""
    return str(HINTS[field])


def _save(facts: Facts, proofs: dict[int, str], *, sms_opt_in: bool) -> None:
    with writing() as session:
        you = member(session)
        save_profile(session, you, facts, sms_opt_in=sms_opt_in, now=now())
        if you.mentor:
            save_offers(session, you, proofs, now=now())


def _again(typed: TypedProfile, faults: Faults) -> str:
    with reading() as session:
        return _page(session, member(session), typed, faults)


def _page(session: Session, you: Member, typed: TypedProfile, faults: Faults) -> str:
    return render_template(
        "people/profile.html",
        you=you,
        typed=typed,
        faults=faults,
        themes=active_themes(session) if you.mentor else [],
        zones=zone_groups(display_locale()),
        complete=completeness_of(you),
        still_right=asks_to_confirm(session, you, now=now()),
        saved="saved" in request.args,
        confirmed="confirmed" in request.args,
    )
