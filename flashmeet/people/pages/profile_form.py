"""A member's profile as it is typed, and what it means."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadInput, OutOfRange
from flashmeet.core.zones import zone
from flashmeet.http.form_faults import Faults
from flashmeet.i18n.catalogue import LOCALES
from flashmeet.i18n.languages import language_code, language_name
from flashmeet.identity.models.member import Member
from flashmeet.people.service.profile import MOST_LANGUAGES, NAME_CHARACTERS, Profile, read_phone, read_year, tidy_line

TEXTS = (
    "first_name",
    "last_name",
    "headline",
    "languages",
    "company",
    "sector",
    "degree",
    "offering",
    "seeking",
    "graduation_year",
    "phone",
    "tzid",
    "locale",
)


@dataclass(frozen=True, slots=True)
class TypedProfile:
    """`texts` by field name; `proofs` by theme id, of the themes that are ticked."""

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
        texts["languages"] = ", ".join(language_name(code, locale) for code in member.languages)
        return cls(texts, member.sms_opt_in, {offer.theme_id: offer.proof for offer in member.offers})

    def read(self, faults: Faults, *, country: str) -> Profile | None:
        """None where something cannot be read; `faults` says what, at the field's name."""
        values: dict[str, Any] = {}
        for name in TEXTS:
            with faults.at(name):
                values[name] = _read(name, self.texts[name], country)
        return None if faults else Profile(**values, sms_opt_in=self.sms_opt_in)

    def read_proofs(self, faults: Faults) -> dict[int, str]:
        """One line for each ticked theme; `faults` at `proof-7`."""
        return _lines(self.proofs, faults)


def ticked_themes(form: MultiDict[str, str]) -> dict[int, str]:
    """The proof that was typed for each theme that is ticked."""
    ticked = [int(text) for text in form.getlist("themes") if text.isascii() and text.isdigit() and len(text) < 18]
    return {theme_id: form.get(f"proof-{theme_id}", "") for theme_id in ticked}


def read_themes(form: MultiDict[str, str], faults: Faults) -> dict[int, str]:
    """One line for each ticked theme; `faults` at `proof-7`."""
    return _lines(ticked_themes(form), faults)


def _lines(proofs: dict[int, str], faults: Faults) -> dict[int, str]:
    lines: dict[int, str] = {}
    for theme_id, text in proofs.items():
        with faults.at(f"proof-{theme_id}"):
            lines[theme_id] = tidy_line("proof", text)
    return lines


def _read(name: str, text: str, country: str) -> object:
    """Raises BadInput."""
    readers: dict[str, Callable[[], object]] = {
        "first_name": lambda: tidy_line(name, text, most=NAME_CHARACTERS, required=True),
        "last_name": lambda: tidy_line(name, text, most=NAME_CHARACTERS),
        "languages": lambda: read_languages(text),
        "graduation_year": lambda: read_year(text),
        "phone": lambda: read_phone(text, country),
        "tzid": lambda: zone(text).key,
        "locale": lambda: _locale(text),
    }
    return readers.get(name, lambda: tidy_line(name, text))()


def read_languages(text: str) -> tuple[str, ...]:
    """Codes of `français, English; de`. Raises BadInput, OutOfRange."""
    codes = []
    for word in filter(None, (part.strip() for part in re.split("[,;]", text))):
        code = language_code(word)
        if code is None:
            raise BadInput("languages", value=word)
        codes.append(code)
    if len(codes) > MOST_LANGUAGES:
        raise OutOfRange("languages", low=1, high=MOST_LANGUAGES)
    return tuple(dict.fromkeys(codes))


def _locale(text: str) -> str:
    if text not in LOCALES:
        raise BadInput("locale", value=text)
    return text
