"""The JSON API: the same use cases as the pages, for programs.

`schemas` are the shapes, `endpoint` stands between them and the views, one module per noun holds the views. Bearer
tokens sign in; whatever is refused is a problem document; the OpenAPI document is made from the views' type hints.
"""

from __future__ import annotations

from flask_openapi.openapi import OpenAPI

from flashmeet.api import (
    availability,
    bookings,
    changes,
    document,
    leave,
    me,
    mentors,
    problems,
    requests,
    slots,
    terms,
    themes,
)
from flashmeet.api.blueprint import api

__all__ = [
    "availability",
    "bookings",
    "changes",
    "document",
    "leave",
    "me",
    "mentors",
    "problems",
    "requests",
    "slots",
    "terms",
    "themes",
]


def register(app: OpenAPI) -> None:
    """Hangs `/api/v1` into the application, which was made with `document.settings()`."""
    app.openapi_version = document.OPENAPI_VERSION
    app.register_api(api)
