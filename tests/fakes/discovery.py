"""Google's own description of its Calendar API, as google-api-python-client ships it: what a request may look like."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "object": dict,
    "array": list,
    "number": (int, float),
}


@dataclass(frozen=True, slots=True)
class Method:
    """`name` as in `events.list`."""

    name: str
    verb: str
    pattern: re.Pattern[str]
    parameters: dict[str, Any]
    body: str


@functools.cache
def _document() -> dict[str, Any]:
    text = files("googleapiclient.discovery_cache.documents").joinpath("calendar.v3.json").read_text()
    found: dict[str, Any] = json.loads(text)
    return found


@functools.cache
def methods() -> tuple[Method, ...]:
    return tuple(_methods())


def _methods() -> Iterator[Method]:
    shared = _document()["parameters"]
    for resource, described in _document()["resources"].items():
        for name, method in described["methods"].items():
            pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(method["path"]))
            yield Method(
                name=f"{resource}.{name}",
                verb=method["httpMethod"],
                pattern=re.compile(f"/{_document()['servicePath']}{pattern}"),
                parameters=shared | method.get("parameters", {}),
                body=method.get("request", {}).get("$ref", ""),
            )


def complaints(method: Method, query: dict[str, str], body: Any) -> list[str]:
    """What Google would refuse about the shape of a request; empty when nothing."""
    found = [f"unknown parameter {name}" for name in query.keys() - method.parameters.keys()]
    for name, described in method.parameters.items():
        if name in query and "enum" in described and query[name] not in described["enum"]:
            found.append(f"{name} is {query[name]}")
        elif described.get("required") and described["location"] == "query" and name not in query:
            found.append(f"{name} is missing")
    if method.body:
        found += list(_against(method.body, _document()["schemas"][method.body], body))
    elif body is not None:
        found.append("a body where none belongs")
    return found


def _against(where: str, schema: dict[str, Any], value: Any) -> Iterator[str]:
    if "$ref" in schema:
        schema = _document()["schemas"][schema["$ref"]]
    expected = TYPES[schema["type"]]
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool):
        yield f"{where} is {type(value).__name__}"
    elif isinstance(value, list):
        for each in value:
            yield from _against(f"{where}[]", schema["items"], each)
    elif isinstance(value, dict):
        known = schema.get("properties", {})
        for name, inner in value.items():
            if name in known:
                yield from _against(f"{where}.{name}", known[name], inner)
            elif "additionalProperties" not in schema:
                yield f"{where} has no {name}"
