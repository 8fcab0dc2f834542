"""Addresses in templates, each built once by a process: a page of hours names a hundred, most of them known.

`url_for` of Flask looks for the rule, converts and quotes the values at every call.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from flask import Flask, current_app, g, has_request_context, request, url_for

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
        if not _PLAIN.issuperset(map(type, values.values())):  # True equals 1, and has another address
            return url_for(endpoint, **values)  # type: ignore[arg-type]  # Flask names four of the values
        asked = (_root(), endpoint, *values.items())
        path = self._built.get(asked)
        if path is None:
            path = url_for(endpoint, **values)  # type: ignore[arg-type]
            if self._stays(endpoint, values):
                if len(self._built) >= MOST:
                    self._built.clear()
                self._built[asked] = path
        return path

    def _stays(self, endpoint: str, values: dict[str, object]) -> bool:
        """Whether equal values always have this address: one of another host depends on the request, and the name of a
        static file says what it holds, which changes while the code is worked on."""
        known = has_request_context() and not self._app.debug
        return known and not endpoint.startswith(".") and _OF_FLASK.isdisjoint(values)


def _root() -> str:
    """Returns the path below which this request came, looked up once."""
    if "script_root" not in g:
        g.script_root = request.script_root if has_request_context() else ""
    return cast(str, g.script_root)


def known_addresses() -> Callable[..., str]:
    """Returns `url_for` of templates, for views that build many."""
    return cast(Callable[..., str], current_app.jinja_env.globals["url_for"])


def init_app(app: Flask) -> None:
    app.jinja_env.globals["url_for"] = Addresses(app).address
