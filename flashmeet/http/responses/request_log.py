"""Writes one log line per request, with an id that all lines of the request share."""

from __future__ import annotations

import secrets
import time

import structlog
from flask import Flask, Response, g, request

from flashmeet.http.admission.access import FILES

log = structlog.get_logger()


def init_app(app: Flask) -> None:
    app.before_request(_open)
    app.after_request(_close)


def _open() -> None:
    g.began, g.request_id = time.perf_counter(), secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _close(answer: Response) -> Response:
    answer.headers["X-Request-Id"] = g.request_id
    if request.endpoint not in FILES:
        log.info("request", method=request.method, rule=rule(), status=answer.status_code, ms=_ms(), **_who())
    return answer


def rule() -> str:
    """Returns the route, not the address, which may hold a personal token."""
    return str(request.url_rule or "-")


def _ms() -> int:
    began: float = g.began
    return round(1000 * (time.perf_counter() - began))


def _who() -> dict[str, int]:
    """Returns the member's id if the request has looked it up."""
    who = g.get("viewer")
    return {} if who is None else {"member_id": who.member_id}
