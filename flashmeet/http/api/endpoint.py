"""Adapts API views to Flask: reads the input by the view's type hints, writes what it returns.

The OpenAPI document is generated from the same hints. Validation is ours: it runs after the access check, and avoids
the library's work of describing each model again for every request.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, get_type_hints

from flask import Response, request
from flask_openapi.blueprint import APIBlueprint
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from werkzeug.exceptions import UnsupportedMediaType

from flashmeet.core.errors import BadInput, Missing, NotFound, OutOfRange, TooLong, UnknownField, Unreadable
from flashmeet.http.api.fields import CLOSED, OPEN
from flashmeet.http.api.problem_schemas import EVERYWHERE, telling
from flashmeet.http.service.idempotency import Answer

Answered = BaseModel | Answer | Response | None
Model = TypeVar("Model", bound=BaseModel)
_JSON = "application/json"


def endpoint(view: Callable[..., Answered]) -> Callable[..., Response]:
    """Calls `view` with those of `path`, `query`, `header` and `body` that it names."""
    hints = get_type_hints(view)
    readers = [(name, read, hints[name]) for name, read in _READERS.items() if name in hints]

    @wraps(view)
    def answered(**path: object) -> Response:
        return _response(view(**{name: read(model, path) for name, read, model in readers}))

    answered.__delay_validate_request__ = True  # type: ignore[attr-defined]  # flask_openapi's mark for "checks itself"
    return answered


def _path(model: type[Model], path: dict[str, object]) -> Model:
    try:
        return model.model_validate(path)
    except ValidationError as error:
        raise NotFound from error


def _query(model: type[Model], _: object) -> Model:
    return checked(model, request.args.to_dict())


def _header(model: type[Model], _: object) -> Model:
    names = [field.alias or name for name, field in model.model_fields.items()]
    return checked(model, {name: request.headers[name] for name in names if name in request.headers})


def _body(model: type[Model], _: object) -> Model:
    return checked(model, sent_json())


def sent_json() -> object:
    """Returns the JSON body; an empty body is an empty object. Raises Unreadable, UnsupportedMediaType."""
    if not request.content_length and not request.get_data():
        return {}
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        return json.loads(request.get_data(), parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error


def _number(text: str) -> float:
    """Parses a JSON number with a point or an exponent; 60.0 is read as the integer 60."""
    value = float(text)
    return int(value) if value.is_integer() else value


_READERS: dict[str, Callable[[Any, Any], BaseModel]] = {
    "path": _path,
    "query": _query,
    "header": _header,
    "body": _body,
}


def _response(answer: Answered) -> Response:
    if isinstance(answer, Response):
        return answer
    if isinstance(answer, Answer):
        return Response(json.dumps(answer.body), answer.status, mimetype=_JSON)
    if answer is None:
        return Response(status=204)
    return Response(answer.model_dump_json(), mimetype=_JSON)


PREFIX = "/api/v1"


def _operation_id(*, name: str, path: str, method: str) -> str:
    return name


api = APIBlueprint(
    "api",
    __name__,
    url_prefix=PREFIX,
    abp_security=[{"bearer": []}],
    abp_responses=telling(EVERYWHERE),
    operation_id_callback=_operation_id,
)


_TAGS = {OPEN, CLOSED}
_LIMITS = {"ge": "low", "gt": "low", "le": "high", "lt": "high"}


@dataclass(frozen=True, slots=True)
class Fault:
    """One field's refusal. `words` replaces the sentence where the catalogue has none for it."""

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
    """Validates input. Raises Malformed."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        raise Malformed([_fault(each) for each in error.errors(include_url=False, include_input=False)]) from error


def faults_of(refusal: BadInput) -> list[Fault]:
    """Returns the faults of a refusal, whether from validation or a service."""
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
