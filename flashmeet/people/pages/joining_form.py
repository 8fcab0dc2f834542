"""What a newcomer types, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadInput, Missing, NotTicked
from flashmeet.http.form_faults import Faults
from flashmeet.people.rules.joining import Newcomer, checked_role
from flashmeet.people.service.profile import NAME_CHARACTERS, read_year, tidy_line
from flashmeet.people.service.sign_in import tidy_email

FIELDS = ("first_name", "last_name", "email", "graduation_year", "role")


@dataclass(frozen=True, slots=True)
class TypedNewcomer:
    """The five fields as they were typed, and which commitments are ticked."""

    texts: Mapping[str, str]
    ticked: frozenset[str]

    @classmethod
    def from_form(cls, form: MultiDict[str, str]) -> TypedNewcomer:
        texts = {name: form.get(name, "").strip()[:300] for name in FIELDS}
        return cls(texts, frozenset(form.getlist("commitments")))

    def read(self, faults: Faults, *, commitments: int, locale: str, tzid: str) -> Newcomer | None:
        """None where something cannot be read; `faults` says what, at the field's name and at `commitments`."""
        values: dict[str, Any] = {}
        for name in FIELDS:
            with faults.at(name):
                values[name] = self._value(name)
        with faults.at("commitments"):
            if not {str(number) for number in range(commitments)} <= self.ticked:
                raise NotTicked("commitments")
        return None if faults else Newcomer(**values, locale=locale, tzid=tzid)

    def _value(self, name: str) -> object:
        """Raises BadInput kinds."""
        text = self.texts[name]
        if name == "email":
            return tidy_email(text)
        if name == "graduation_year":
            return read_year(text)
        if name == "role":
            return checked_role(text)
        return tidy_line(name, text, most=NAME_CHARACTERS, required=True)


def kept_newcomer(kept: Mapping[str, Any]) -> Newcomer:
    """What a cookie kept of somebody who was asked for their code. Raises BadInput, Missing."""
    try:
        return Newcomer(**{name: kept[name] for name in Newcomer.__dataclass_fields__})
    except KeyError as error:
        raise Missing("email") from error
    except TypeError as error:
        raise BadInput("email") from error
