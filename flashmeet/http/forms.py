"""One way to read a form: a pydantic model says what each field means, as the API's models do.

What is wrong stands beside its field, in the sentence of its refusal; what was typed is kept by `typed_texts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadDate, BadInput
from flashmeet.core.zones import instant
from flashmeet.http.problems import words_of


class Form(BaseModel):
    """What a form means. Fields that the model does not name are passed over: browsers send their own."""

    model_config = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        """The text of each field; a model whose fields are made of several says so here."""
        return dict(typed_texts(cls, form))


Model = TypeVar("Model", bound=Form)


def typed_texts(model: type[Form], form: MultiDict[str, str]) -> dict[str, str]:
    """What was typed, by field, to be shown again."""
    return {name: form.get(name, "").strip() for name in model.model_fields}


def read_form(
    model: type[Model], form: MultiDict[str, str], *, context: Mapping[str, object] | None = None
) -> Model | Faults:
    """The form as it is meant, or what is wrong with it; the readers of its fields are given the context."""
    try:
        return model.model_validate(model.gathered(form), context=dict(context or {}))
    except ValidationError as error:
        faults = Faults()
        for each in error.errors(include_url=False, include_input=False):
            faults.setdefault(_place(each), _refusal(each))
        return faults


def reads(read: Callable[[Any, dict[str, Any]], object]) -> BeforeValidator:
    """A field's meaning by a function of what was gathered for it and of the context; what it refuses is its fault."""

    def validated(value: object, info: ValidationInfo) -> object:
        with beside(""):
            return read(value, info.context or {})

    return BeforeValidator(validated)


@contextmanager
def beside(place: str) -> Iterator[None]:
    """Puts what the block refuses beside that place; "" is the field that is being read, or that the refusal names."""
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


class Faults(dict[str, BadInput]):
    """The refusal that stands at each place of a form; places are named by whoever reads the form."""

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Keeps what the block refuses, and goes on after it."""
        try:
            yield
        except BadInput as refusal:
            self.setdefault(place, refusal)

    def words(self, place: str) -> str:
        """What is said beside the field; nothing where nothing is wrong."""
        refusal = self.get(place)
        return "" if refusal is None else words_of(refusal)

    def hits(self, place: str, field: str) -> bool:
        """Whether the fault at a place of several fields is about this one."""
        refusal = self.get(place)
        return refusal is not None and refusal.field == field


def faults_of(*read: Form | Faults) -> Faults:
    """What is wrong with any of them."""
    found = [each for each in read if isinstance(each, Faults)]
    return Faults({place: refusal for faults in found for place, refusal in faults.items()})


FIELDS = 3
"""How many times a form has room for."""


def typed_times(texts: Iterable[str], tzid: str) -> tuple[datetime, ...]:
    """Those that were filled in, in order. Raises BadDate."""
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
    """What was typed, filled up to the fields of the form."""
    typed = [text[:40] for text in texts][:FIELDS]
    return typed + [""] * (FIELDS - len(typed))


def tapped_time(text: str) -> datetime | None:
    """The time that was tapped in a mail, as its link carries it; anything unreadable counts as none."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
