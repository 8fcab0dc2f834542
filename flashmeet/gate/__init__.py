"""What every request passes, page or API: host, headers, identity, access, and its unit of work."""

from __future__ import annotations

from flask import Flask

from flashmeet.config import Config
from flashmeet.gate import door, files, forgery, headers, identity, journal, limits, problems


def init_app(app: Flask, config: Config) -> None:
    journal.init_app(app)
    identity.init_app(app, secure=config.secure)
    headers.init_app(app, secure=config.secure)
    problems.init_app(app)
    forgery.init_app(app)
    limits.init_app(app)
    files.init_app(app)
    door.init_app(app, host=config.host)
