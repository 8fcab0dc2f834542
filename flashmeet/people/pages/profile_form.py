"""A member's profile as it is typed, and what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import create_model
from werkzeug.datastructures import MultiDict

from flashmeet.http.form_faults import Faults
from flashmeet.http.forms import Form, reads, typed_texts
from flashmeet.i18n.languages import language_code, language_name
from flashmeet.identity.models.member import Member
from flashmeet.people.rules.facts import Fact, Facts, Value, Way, fact, facts_of
from flashmeet.people.service.facts import fact_reader

TEXTS = tuple(each.name for each in facts_of("profile"))


def _proof(text: str, context: dict[str, Any]) -> str:
    return str(fact_reader(context["country"]).read(fact("proof"), text, way="profile"))


@dataclass(frozen=True, slots=True)
class TypedProfile:
    """What stands in the fields: `texts` by field name; `proofs` by theme id, of the themes that are ticked."""

    texts: dict[str, str]
    sms_opt_in: bool
    proofs: dict[int, str]

    @classmethod
    def from_form(cls, form: MultiDict[str, str]) -> TypedProfile:
        texts = {name: form.get(name, "").strip() for name in TEXTS}
        return cls(texts, "sms_opt_in" in form, ticked_themes(form))

    @classmethod
    def from_member(cls, member: Member, locale: str) -> TypedProfile:
        texts = {name: str(getattr(member, name) or "") for name in TEXTS}
        texts["languages"] = spoken_languages(member, locale)
        return cls(texts, member.sms_opt_in, {offer.theme_id: offer.proof for offer in member.offers})


class _Offers(Form):
    sms_opt_in: bool
    proof: dict[int, Annotated[str, reads(_proof)]]
    """One line for each ticked theme; faults at `proof-7`."""

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        return {**typed_texts(cls, form), "sms_opt_in": "sms_opt_in" in form, "proof": ticked_themes(form)}

    @property
    def facts(self) -> Facts:
        return {name: getattr(self, name) for name in TEXTS}


def spoken_languages(member: Member, locale: str) -> str:
    """Names, as the form is filled with them; the code where another language bears that name too."""
    named = [(code, language_name(code, locale)) for code in member.languages]
    return ", ".join(name if language_code(name) == code else code for code, name in named)


def ticked_themes(form: MultiDict[str, str]) -> dict[int, str]:
    """The proof that was typed for each theme that is ticked."""
    ticked = [int(text) for text in form.getlist("themes") if text.isascii() and text.isdigit() and len(text) < 18]
    return {theme_id: form.get(f"proof-{theme_id}", "") for theme_id in ticked}


def read_themes(form: MultiDict[str, str], faults: Faults, *, country: str) -> dict[int, str]:
    """One line for each ticked theme; `faults` at `proof-7`."""
    return _lines(ticked_themes(form), faults, country)


def read_languages(form: MultiDict[str, str], faults: Faults, *, country: str) -> Value:
    """Codes; `faults` at `languages`."""
    facts: dict[str, Value] = {}
    with faults.at("languages"):
        facts["languages"] = fact_reader(country).read(fact("languages"), form.get("languages", ""), way="profile")
    return facts.get("languages", ())


def _lines(proofs: dict[int, str], faults: Faults, country: str) -> dict[int, str]:
    reader, lines = fact_reader(country), dict[int, str]()
    for theme_id, text in proofs.items():
        with faults.at(f"proof-{theme_id}"):
            lines[theme_id] = str(reader.read(fact("proof"), text, way="profile"))
    return lines


def fact_fields(way: Way) -> dict[str, Any]:
    """For `pydantic.create_model`; `country` is in the form's context."""
    return {each.name: (fact_type(each, way), ...) for each in facts_of(way)}


def fact_type(wanted: Fact, way: Way) -> Any:  # noqa: ANN401  # a type made of a row of the table
    def read(text: str, context: dict[str, Any]) -> Value:
        return fact_reader(context["country"]).read(wanted, text, way=way)

    return Annotated[Any, reads(read)]


ProfileForm: type[_Offers] = create_model("ProfileForm", __base__=_Offers, **fact_fields("profile"))
