"""What a newcomer types, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo, create_model
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadInput, Missing, NotTicked
from flashmeet.http.forms import Form, beside, reads, typed_texts
from flashmeet.people.pages.profile_form import fact_fields
from flashmeet.people.rules.facts import facts_of
from flashmeet.people.rules.joining import Newcomer, Role, checked_role

FIELDS = (*(each.name for each in facts_of("joining")), "role")


@dataclass(frozen=True, slots=True)
class TypedNewcomer:
    """The five fields as they were typed, and which commitments are ticked."""

    texts: Mapping[str, str]
    ticked: frozenset[str]

    @classmethod
    def from_form(cls, form: MultiDict[str, str]) -> TypedNewcomer:
        texts = {name: form.get(name, "").strip()[:300] for name in FIELDS}
        return cls(texts, frozenset(form.getlist("commitments")))


def _ticked(ticked: object, info: ValidationInfo) -> object:
    with beside("commitments"):
        if not {str(number) for number in range((info.context or {})["commitments"])} <= set(ticked):  # type: ignore[call-overload]
            raise NotTicked("commitments")
    return ticked


class _Joining(Form):
    role: Annotated[Role, reads(lambda text, _: checked_role(text))]
    commitments: Annotated[list[str], BeforeValidator(_ticked)]

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        return {**typed_texts(cls, form), "commitments": form.getlist("commitments")}

    def newcomer(self, *, locale: str, tzid: str) -> Newcomer:
        said: dict[str, Any] = {name: getattr(self, name) for name in FIELDS}
        return Newcomer(**said, locale=locale, tzid=tzid)


JoiningForm: type[_Joining] = create_model("JoiningForm", __base__=_Joining, **fact_fields("joining"))
"""Its context has `country`, and `commitments`: how many there are to tick."""


def kept_newcomer(kept: Mapping[str, Any]) -> Newcomer:
    """What a cookie kept of somebody who was asked for their code. Raises BadInput, Missing."""
    try:
        return Newcomer(**{name: kept[name] for name in Newcomer.__dataclass_fields__})
    except KeyError as error:
        raise Missing("email") from error
    except TypeError as error:
        raise BadInput("email") from error
