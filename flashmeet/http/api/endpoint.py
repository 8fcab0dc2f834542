"""Between Flask and a view: reads what came in by the view's type hints, writes what it returns.

The hints are also what the OpenAPI document is made from. The checking is ours: it runs after the access policy, and
without the library's work of describing each model again for every request.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, get_type_hints

from flask import Response, request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from flashmeet.core.errors import NotFound, Unreadable
from flashmeet.http.api.validation import checked
from flashmeet.http.service.idempotency import Answer

Answered = BaseModel | Answer | Response | None
Model = TypeVar("Model", bound=BaseModel)
_JSON = "application/json"


def endpoint(view: Callable[..., Answered]) -> Callable[..., Response]:
    """Calls `view` with its `path`, `query`, `header` and `body`, as far as it names them."""
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
    """The body; none at all is an empty object. Raises Unreadable, UnsupportedMediaType."""
    if not request.content_length and not request.get_data():
        return {}
    if not request.is_json:
        raise UnsupportedMediaType
    try:
        return json.loads(request.get_data(), parse_float=_number)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error


def _number(text: str) -> float:
    """JSON knows one kind of number: 60.0 is 60."""
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
