"""What browsers and clients may keep has a tag (ETag), and is not sent again while it is the same (RFC 9110, 13).

    @api.get("/themes", ...)
    @access("member")
    @revalidated
    @endpoint
    def list_themes() -> ThemesOut: ...

Pages hold the session's tokens: they are never kept.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import TypeVar

from flask import Flask, Response, current_app, request

View = TypeVar("View", bound=Callable[..., object])
ASK_EACH_TIME = "private, no-cache"
_CONDITIONS = frozenset(
    {"HTTP_IF_NONE_MATCH", "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_RANGE"}
)
"""What makes a request conditional; most are not."""


def is_public(answer: Response) -> bool:
    """Whether anybody may keep the answer. Asked of each one: werkzeug would parse the header anew."""
    return "public" in answer.headers.get("Cache-Control", "")


def revalidated(view: View) -> View:
    """Lets a client keep the view's answers, and ask each time whether they are still the same."""
    view.__dict__["revalidated"] = True
    return view


def init_app(app: Flask) -> None:
    @app.after_request
    def tag(answer: Response) -> Response:
        if request.method not in ("GET", "HEAD") or answer.status_code != 200 or answer.is_streamed:
            return answer
        if getattr(current_app.view_functions.get(request.endpoint or ""), "revalidated", False):
            answer.headers["Cache-Control"] = ASK_EACH_TIME
        if "no-store" not in answer.headers.get("Cache-Control", "") and "ETag" not in answer.headers:
            answer.set_etag(sha256(answer.get_data()).hexdigest()[:20], weak=True)
            if not _CONDITIONS.isdisjoint(request.environ):
                answer.make_conditional(request)
        return answer
