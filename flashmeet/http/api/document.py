"""The OpenAPI document and its description of the API as a whole."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from flask import Response, current_app, json
from flask_openapi.models.info import Info
from flask_openapi.models.license import License
from flask_openapi.models.security_scheme import SecurityScheme
from flask_openapi.models.server import Server

from flashmeet.http.admission.access import access
from flashmeet.http.api.endpoint import api
from flashmeet.http.api.problem_schemas import Problem
from flashmeet.http.responses.conditional import revalidated

OPENAPI_VERSION = "3.1.1"
DESCRIPTION = """One hour between two people: find a slot, book it, move it, cancel it.

Instants are `YYYY-MM-DDTHH:MM:SSZ`; an offset is understood too. Whatever is refused is a problem document (RFC 9457)
with a stable `code`. A POST with an `Idempotency-Key` may be sent again: for 24 hours the same key gives the same
answer. What is not the caller's to see reads like what does not exist. Lists come in pages: `next_cursor` is the
`cursor` of the next one."""


def settings(*, path: str) -> dict[str, Any]:
    """Returns the arguments of `OpenAPI(__name__, **settings(path=…))`; `path` is that of the base URL."""
    return {
        "info": Info(
            title="flashmeet",
            version=version("flashmeet"),
            description=DESCRIPTION,
            license=License(name="MIT", identifier="MIT"),
        ),
        "servers": [Server(url=path)] if path else None,
        "security_schemes": {
            "bearer": SecurityScheme(
                type="http", scheme="bearer", description="A member's token: `flashmeet token create EMAIL`."
            )
        },
        "validation_error_model": Problem,
        "doc_ui": False,
    }


@api.get("/openapi.json", doc_ui=False)
@access("anyone")
@revalidated
def openapi_document() -> Response:
    return Response(json.dumps(current_app.api_doc), mimetype="application/json")  # type: ignore[attr-defined]  # our app is an OpenAPI
