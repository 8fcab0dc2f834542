"""The member's own profile and themes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, cast

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from pydantic import BeforeValidator, create_model
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadInput, ChangedMeanwhile, UnknownTheme
from flashmeet.core.numbers import number_or_none
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.display import display_locale, network
from flashmeet.http.forms.reading import Faults, Form, read_form, reads, typed_texts
from flashmeet.http.forms.versions import both_sides, require_version, version_of
from flashmeet.http.services import now, reading, writing
from flashmeet.i18n.catalogue import language_code, language_name
from flashmeet.i18n.times import zone_groups
from flashmeet.identity.models import Member
from flashmeet.identity.service.events import former_number_given, hours_elsewhere
from flashmeet.people.rules.facts import Fact, Facts, FactSource, Value, fact, facts_of
from flashmeet.people.service.profile import (
    asks_to_confirm,
    completeness_of,
    confirm_profile,
    fact_reader,
    save_offers,
    save_profile,
)
from flashmeet.themes.service import themes_by_name

bp = Blueprint("profile", __name__)

HINTS = {
    "themes": lazy_gettext("Add a theme you can help with"),
    "proof": lazy_gettext("Say in one line why you, for one of your themes"),
    "languages": lazy_gettext("Add the languages you speak"),
    "headline": lazy_gettext("Write a headline: who you are in one line"),
    "offering": lazy_gettext("Say what you offer, in one line"),
    "seeking": lazy_gettext("Say what you look for, in one line"),
    "graduation_year": lazy_gettext("Add your graduation year"),
    "company": lazy_gettext("Add where you work"),
    "sector": lazy_gettext("Add your sector"),
    "degree": lazy_gettext("Add your degree"),
    "photo": lazy_gettext("Add a photo: people like to see who they will meet"),
}


@bp.get("/me/profile")
@access("member")
def show() -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        return _page(db, you, TypedProfile.from_member(you, display_locale()), Faults())


@bp.post("/me/profile")
@access("member")
def save() -> ResponseReturnValue:
    with reading() as db:
        kept = kept_facts(member(db))
    read = read_form(ProfileForm, request.form, context={"country": network().country, "kept": kept})
    if isinstance(read, Faults):
        return _again(TypedProfile.from_form(request.form), read), 422
    try:
        endpoint = _save(read.facts, read.proof, sms_opt_in=read.sms_opt_in)
    except ChangedMeanwhile as changed:
        return _again(TypedProfile.from_form(request.form), Faults(), stale=True), changed.status
    except UnknownTheme as retired:
        return _again(TypedProfile.from_form(request.form), Faults(themes=retired)), 422
    return redirect(url_for(endpoint, saved=1), 303)


@bp.post("/me/profile/confirm")
@access("member", keeps_draft=False)
def confirm() -> ResponseReturnValue:
    """Confirms that the profile is still right."""
    with writing() as db:
        confirm_profile(member(db), now=now())
    return redirect(url_for("profile.show", confirmed=1), 303)


@bp.post("/me/profile/activity")
@access("member", keeps_draft=False)
def show_activity() -> ResponseReturnValue:
    """Lets others see, or not, that the member was here within a week."""
    with writing() as db:
        member(db).shows_activity = request.form.get("act") == "show"
    return redirect(url_for("profile.show"), 303)


@bp.app_template_filter()
def active_lately(who: Member) -> bool:
    return who.active_lately(now().date())


@bp.app_template_filter()
def hint_words(field: str) -> str:
    """Returns the hint for an empty field."""
    return str(HINTS[field])


def kept_facts(who: Member) -> dict[str, tuple[str, Value]]:
    """Returns each fact as the form shows it, and as it is stored (`reads_fact`)."""
    shown = TypedProfile.from_member(who, display_locale()).texts
    stored = {name: getattr(who, name) for name in TEXTS}
    return {name: (shown[name], tuple(each) if isinstance(each, list) else each) for name, each in stored.items()}


def _save(facts: Facts, proofs: dict[int, str], *, sms_opt_in: bool) -> str:
    """Returns the page that follows: a question, where the member moved and their hours or numbers did not."""
    with writing() as db:
        you = member(db)
        db.refresh(you, with_for_update={"of": Member})
        require_version(TypedProfile.from_member(you, display_locale()).values)
        before = (you.tzid, you.phone)
        save_profile(db, you, facts, sms_opt_in=sms_opt_in, now=now())
        if you.mentor:
            save_offers(db, you, proofs, now=now())
        if you.mentor and you.tzid != before[0] and hours_elsewhere(db, you):
            return "availability.zone"
        if you.phone != before[1] and former_number_given(db, you, now()):
            return "changed_numbers.show"
        return "profile.show"


def _again(typed: TypedProfile, faults: Faults, *, stale: bool = False) -> str:
    with reading() as db:
        return _page(db, member(db), typed, faults, stale=stale)


def _page(db: Session, you: Member, typed: TypedProfile, faults: Faults, *, stale: bool = False) -> str:
    stored = TypedProfile.from_member(you, display_locale()).values
    seen = request.form.get("version") if faults else None
    return render_template(
        "people/profile.html",
        you=you,
        typed=typed,
        version=seen or version_of(stored),
        sides=both_sides(stored, typed.values) if stale else [],
        faults=faults,
        themes=themes_by_name(db, display_locale()) if you.mentor else [],
        zones=zone_groups(display_locale()),
        complete=completeness_of(you),
        still_right=asks_to_confirm(db, you, now=now()),
        saved="saved" in request.args,
        confirmed="confirmed" in request.args,
    )


TEXTS = tuple(each.name for each in facts_of(FactSource.PROFILE))


def reads_fact(wanted: Fact, way: FactSource) -> BeforeValidator:
    """A fact of the table; `country` is in the form's context.

    `kept` may be there too: what is stored, and how the form shows it. A form is never refused for what it already
    held and nobody changed: an imported number, or one that today's numbering plan no longer knows.
    """

    def read(text: str, context: dict[str, Any]) -> Value:
        shown, stored = context.get("kept", {}).get(wanted.name, ("", None))
        try:
            return fact_reader(context["country"]).read(wanted, text, way=way)
        except BadInput:
            if shown and text.strip() == shown:
                return cast(Value, stored)
            raise

    return reads(read)


def fact_fields(way: FactSource) -> dict[str, Any]:
    """For `pydantic.create_model`."""
    return {each.name: (Annotated[Any, reads_fact(each, way)], ...) for each in facts_of(way)}


@dataclass(frozen=True, slots=True)
class TypedProfile:
    """The fields' contents: `texts` by field name, `proofs` by id of each ticked theme."""

    texts: dict[str, str]
    sms_opt_in: bool
    proofs: dict[int, str]

    @property
    def values(self) -> dict[str, str]:
        """All of it, by field."""
        proofs = {f"proof-{theme_id}": proof or "✓" for theme_id, proof in sorted(self.proofs.items())}
        return {**self.texts, "sms_opt_in": "✓" if self.sms_opt_in else "", **proofs}

    @classmethod
    def from_form(cls, form: MultiDict[str, str]) -> TypedProfile:
        texts = {name: form.get(name, "").strip() for name in TEXTS}
        return cls(texts, "sms_opt_in" in form, ticked_themes(form))

    @classmethod
    def from_member(cls, member: Member, locale: str) -> TypedProfile:
        texts = {name: str(getattr(member, name) or "") for name in TEXTS}
        texts["languages"] = spoken_languages(member, locale)
        return cls(texts, member.sms_opt_in, {offer.theme_id: offer.proof for offer in member.offers})


class OffersForm(Form):
    """One line per ticked theme; faults at `proof-7`. `country` is in the form's context."""

    proof: dict[int, Annotated[str, reads_fact(fact("proof"), "profile")]]

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        return {**typed_texts(cls, form), "proof": ticked_themes(form)}


class _Profile(OffersForm):
    sms_opt_in: bool

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        return {**super().gathered(form), "sms_opt_in": "sms_opt_in" in form}

    @property
    def facts(self) -> Facts:
        return {name: getattr(self, name) for name in TEXTS}


def spoken_languages(member: Member, locale: str) -> str:
    """Returns the languages' names for the form; the code where another language has the same name."""
    named = [(code, language_name(code, locale)) for code in member.languages]
    return ", ".join(name if language_code(name) == code else code for code, name in named)


def ticked_themes(form: MultiDict[str, str]) -> dict[int, str]:
    """Returns the typed proof of each ticked theme."""
    ticked = map(number_or_none, form.getlist("themes"))
    return {theme_id: form.get(f"proof-{theme_id}", "") for theme_id in ticked if theme_id is not None}


ProfileForm: type[_Profile] = create_model("ProfileForm", __base__=_Profile, **fact_fields(FactSource.PROFILE))
