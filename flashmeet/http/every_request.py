"""Connects what every request passes, page or API: host, headers, identity, access, and its unit of work.

A worker, which has no requests, loads nothing of it.
"""

from __future__ import annotations

from flask import Flask

from flashmeet.core.config import Config
from flashmeet.http import audit, display
from flashmeet.http.admission import before_request, csrf, identity, logins, rate_limits
from flashmeet.http.forms import done, drafts, error_summary, kept
from flashmeet.http.responses import (
    addresses,
    base_path,
    compression,
    conditional,
    headers,
    kept_pages,
    problems,
    request_log,
    static_files,
)


def init_app(app: Flask, config: Config) -> None:
    request_log.init_app(app)  # functions after a request run in reverse: this one last
    compression.init_app(app)
    conditional.init_app(app)
    audit.init_app(app)  # after `conditional`, so that it runs before it
    identity.init_app(app)
    logins.init_app(app, secure=config.secure, path=config.path)
    display.init_app()
    headers.init_app(app, secure=config.secure)
    problems.init_app(app)
    csrf.init_app(app, (config.secret_key, *config.former_keys))
    rate_limits.init_app(app)
    static_files.init_app(app)
    addresses.init_app(app)
    done.init_app(app)
    kept_pages.init_app(app)
    kept.init_app(app)
    error_summary.init_app(app)
    drafts.init_app(app)
    before_request.init_app(app, host=config.host)
    base_path.init_app(app, path=config.path)
