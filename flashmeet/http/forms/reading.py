"""Reads forms: a pydantic model declares what each field means, as the API's models do.

Each fault is shown beside its field, in the sentence of its refusal; `typed_texts` keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadDate, BadInput, Refusal
from flashmeet.core.zones import instant
from flashmeet.http.responses.problems import words_of


class Form(BaseModel):
    """The parsed values of a form. Fields that the model does not name are ignored: browsers add their own."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        """Returns the text of each field; a model that combines several form fields overrides it."""
        return dict(typed_texts(cls, form))


Model = TypeVar("Model", bound=Form)


def typed_texts(model: type[Form], form: MultiDict[str, str]) -> dict[str, str]:
    """Returns what was typed, by field, to be shown again."""
    return {name: form.get(name, "").strip() for name in model.model_fields}


def read_form(
    model: type[Model], form: MultiDict[str, str], *, context: Mapping[str, object] | None = None
) -> Model | Faults:
    """Returns the parsed form, or its faults; the field readers get `context`."""
    try:
        return model.model_validate(model.gathered(form), context=dict(context or {}))
    except ValidationError as error:
        faults = Faults()
        for each in error.errors(include_url=False, include_input=False):
            faults.setdefault(_place(each), _refusal(each))
        return faults


def reads(read: Callable[[Any, dict[str, Any]], object]) -> BeforeValidator:
    """Parses a field with `read`, given the gathered value and the context; its BadInput becomes the field's fault."""

    def validated(value: object, info: ValidationInfo) -> object:
        with beside(""):
            return read(value, info.context or {})

    return BeforeValidator(validated)


@contextmanager
def beside(place: str) -> Iterator[None]:
    """Attaches the block's BadInput to that place; "" is the field being read, or the one that the refusal names."""
    try:
        yield
    except BadInput as refusal:
        raise PydanticCustomError("refused", "refused", {"refusal": refusal, "place": place}) from refusal


def _place(error: ErrorDetails) -> str:
    """`proof-7` for the entry 7 of `proof`; for what is about the form as a whole, the field that the refusal names."""
    context = error.get("ctx", {})
    return str(context.get("place") or "-".join(map(str, error["loc"])) or context["refusal"].field)


def _refusal(error: ErrorDetails) -> BadInput:
    refusal = error.get("ctx", {}).get("refusal")
    return refusal if isinstance(refusal, BadInput) else BadInput(_place(error))


class Faults(dict[str, Refusal]):
    """The faults of a form by place; the form's reader names the places."""

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Records the block's BadInput as the fault at that place, and continues."""
        try:
            yield
        except BadInput as refusal:
            self.setdefault(place, refusal)

    def words(self, place: str) -> str:
        """Returns the sentence to show beside the field, or ""."""
        refusal = self.get(place)
        return "" if refusal is None else words_of(refusal)

    def hits(self, place: str, field: str) -> bool:
        """Whether the fault at a place with several fields concerns this field."""
        refusal = self.get(place)
        return isinstance(refusal, BadInput) and refusal.field == field


def faults_of(*read: Form | Faults) -> Faults:
    """What is wrong with any of them."""
    found = [each for each in read if isinstance(each, Faults)]
    return Faults({place: refusal for faults in found for place, refusal in faults.items()})


FIELDS = 3
"""How many times a form accepts."""


def typed_times(texts: Iterable[str], tzid: str) -> tuple[datetime, ...]:
    """Returns the times that were filled in, in order. Raises BadDate."""
    return tuple(_read(text.strip(), tzid) for text in texts if text.strip())


def _read(text: str, tzid: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise BadDate("times", value=text[:40]) from None
    if at.tzinfo is not None or at.second or at.microsecond:
        raise BadDate("times", value=text[:40])
    return instant(at.date(), at.hour * 60 + at.minute, tzid)


def shown_times(texts: Iterable[str]) -> list[str]:
    """Returns what was typed, padded to the form's number of fields."""
    typed = [text[:40] for text in texts][:FIELDS]
    return typed + [""] * (FIELDS - len(typed))


def tapped_time(text: str) -> datetime | None:
    """Returns the time chosen in a mail, from its link; None when unreadable."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
