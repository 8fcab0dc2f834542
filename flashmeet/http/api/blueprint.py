"""Where every operation of `/api/v1` is hung up, and what all of them share."""

from __future__ import annotations

from flask_openapi.blueprint import APIBlueprint

from flashmeet.http.api.problem_schemas import EVERYWHERE, telling

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
