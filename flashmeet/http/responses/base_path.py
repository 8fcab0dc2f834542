"""Serves the application below a path of its host: `FLASHMEET_BASE_URL=https://example.org/mentorat`.

The proxy forwards the whole path. WSGI's SCRIPT_NAME tells which part routing ignores; Flask's `url_for`,
`request.path` and redirects follow it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.exceptions import NotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PROBES = ("/healthz", "/readyz", "/metrics")
"""What machines ask bypasses the proxy, so it is served with and without the path."""


def init_app(app: Flask, *, path: str) -> None:
    if path:
        app.wsgi_app = BelowPath(app.wsgi_app, path)  # type: ignore[method-assign]  # the way Flask documents


class BelowPath:
    """Serves only addresses below `path`; others get 404, except `PROBES`."""

    def __init__(self, app: WSGIApplication, path: str) -> None:
        self.app = app
        self.path = path

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        whole = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
        if whole == self.path or whole.startswith(f"{self.path}/"):
            environ["SCRIPT_NAME"] = self.path
            environ["PATH_INFO"] = whole.removeprefix(self.path) or "/"
        elif whole not in PROBES:
            return NotFound()(environ, start_response)
        return self.app(environ, start_response)
