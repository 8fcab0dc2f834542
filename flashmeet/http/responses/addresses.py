"""Addresses in templates, each built once by a process: a page of hours names a hundred, most of them known.

`url_for` of Flask looks for the rule, converts and quotes the values at every call.
"""

from __future__ import annotations

from flask import Flask, has_request_context, request, url_for

MOST = 4_000
_PLAIN = frozenset((str, int))
_OF_FLASK = frozenset(("_anchor", "_method", "_scheme", "_external"))
"""Names by which `url_for` asks for more than a path."""


class Addresses:
    """`url_for` of templates. What depends on more than endpoint, values and the path of the base URL is built anew."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._built: dict[object, str] = {}

    def address(self, endpoint: str, **values: object) -> str:
        changes = self._app.debug  # the name of a static file says what it holds
        if changes or not _are_plain(values) or endpoint.startswith(".") or not has_request_context():
            return url_for(endpoint, **values)  # type: ignore[arg-type]  # Flask names four of the values
        asked = (request.script_root, endpoint, *values.items())
        path = self._built.get(asked)
        if path is None:
            path = url_for(endpoint, **values)  # type: ignore[arg-type]
            if len(self._built) >= MOST:
                self._built.clear()
            self._built[asked] = path
        return path


def _are_plain(values: dict[str, object]) -> bool:
    """Whether equal values have one address; True equals 1, and an address of another host depends on the request."""
    return _PLAIN.issuperset(map(type, values.values())) and _OF_FLASK.isdisjoint(values)


def init_app(app: Flask) -> None:
    app.jinja_env.globals["url_for"] = Addresses(app).address
