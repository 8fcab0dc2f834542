"""What a client sent, turned into the models of `schemas`, or refused field by field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from flashmeet.core.errors import BadInput, Missing, OutOfRange, TooLong, UnknownField
from flashmeet.http.api.fields import CLOSED, OPEN

Model = TypeVar("Model", bound=BaseModel)
_TAGS = {OPEN, CLOSED}
_LIMITS = {"ge": "low", "gt": "low", "le": "high", "lt": "high"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One field's refusal. `words` is said in its place where no sentence of ours says what is wrong with it."""

    field: str
    refusal: BadInput
    words: str | None = None


class Malformed(BadInput):
    """One or several fields cannot be read; `code` is theirs when they agree."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults[0].field)
        codes = {fault.refusal.code for fault in faults}
        self.faults = faults
        self.code = codes.pop() if len(codes) == 1 else BadInput.code


def checked(model: type[Model], given: object) -> Model:
    """Raises Malformed."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise Malformed([_fault(each) for each in error.errors(include_url=False, include_input=False)]) from error


def faults_of(refusal: BadInput) -> list[Fault]:
    """Of what a service refused, too."""
    return refusal.faults if isinstance(refusal, Malformed) else [Fault(refusal.field, refusal)]


def _fault(error: ErrorDetails) -> Fault:
    field, kind, context = _place(error["loc"]), error["type"], error.get("ctx", {})
    match kind:
        case "refused":
            return Fault(field, context["refusal"])
        case "missing":
            return Fault(field, Missing(_last(field)))
        case "extra_forbidden":
            return Fault(field, UnknownField(_last(field)))
        case "string_too_long" | "too_long":
            return Fault(field, TooLong(_last(field), most=context["max_length"], length=context.get("actual_length")))
        case "greater_than_equal" | "less_than_equal":
            facts = {_LIMITS[name]: value for name, value in context.items() if name in _LIMITS}
            return Fault(field, OutOfRange(_last(field), **facts), error["msg"])
        case _:
            return Fault(field, BadInput(_last(field)), error["msg"])


def _place(parts: Iterable[int | str]) -> str:
    return ".".join(str(part) for part in parts if part not in _TAGS) or "body"


def _last(field: str) -> str:
    return field.rsplit(".", 1)[-1]
