"""Applications that outlive a test: to make one and to load its templates takes far longer than most tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.http.admission import rate_limits
from flashmeet.http.services import install


@dataclass(frozen=True, slots=True)
class _Kept:
    config: Config
    database: Database
    app: Flask
    settings: dict[str, Any]
    """The application's, before a test changed them."""


_KEPT: list[_Kept] = []


def app_for(config: Config, *, database: Database, clock: Callable[[], datetime]) -> Flask:
    """As `create_app` makes it, with this clock; whatever an earlier test left in it is gone.

    It has answered before: a test that adds routes makes its own.
    """
    lasting = replace(config, instance=Path())
    known = [kept for kept in _KEPT if kept.config == lasting and kept.database is database]
    if not known:
        made = create_app(config, database=database, clock=clock)
        known = [_Kept(lasting, database, made, dict(made.config))]
        _KEPT.extend(known)
    app = known[0].app
    app.config.clear()
    app.config.update(known[0].settings)
    app.test_client_class = None
    app.extensions.pop("flashmeet.waiting", None)
    rate_limits.init_app(app)
    install(app, replace(app.extensions["flashmeet"], config=config, clock=clock))
    return app
