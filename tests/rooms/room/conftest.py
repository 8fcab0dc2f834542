"""An hour that is open now, the application, a real server, and a real browser with an invented camera."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from flashmeet.core.config import Config
from flashmeet.core.database.engine import Database
from flashmeet.core.links import Links
from tests.apps import app_for
from tests.browsers import Browser, Clock
from tests.conftest import SECRET
from tests.people import NOW
from tests.rooms.room.hours import Hour, an_hour
from tests.rooms.room.pages import Page
from tests.rooms.room.pairs import Installation, Pair, both
from tests.rooms.room.serving import serving


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def app(config: Config, database: Database, clock: Clock) -> Flask:
    app = app_for(config, database=database, clock=clock)
    app.test_client_class = Browser
    return app


@pytest.fixture
def hour(database: Database, links: Links) -> Hour:
    """Began at NOW."""
    return an_hour(database, links, starts_at=NOW)


@pytest.fixture
def visitor(app: Flask) -> Callable[[], Browser]:
    """Another browser each time, with nobody signed in."""
    return lambda: cast(Browser, app.test_client())


@pytest.fixture
def alice(hour: Hour, visitor: Callable[[], Browser]) -> Page:
    return Page(visitor(), hour.alices_link).enter()


@pytest.fixture
def bob(hour: Hour, visitor: Callable[[], Browser]) -> Page:
    return Page(visitor(), hour.bobs_link).enter()


@pytest.fixture(scope="session")
def small(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """On SQLite."""
    folder = tmp_path_factory.mktemp("small")
    shutil.copyfile(sqlite_template, folder / "flashmeet.sqlite3")
    with installed(f"sqlite:///{folder / 'flashmeet.sqlite3'}", folder) as installation:
        yield installation


@pytest.fixture(scope="session")
def large(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """On PostgreSQL."""
    with installed(postgres_url, tmp_path_factory.mktemp("large")) as installation:
        yield installation


@pytest.fixture(params=["small", "large"])
def installation(request: pytest.FixtureRequest) -> Installation:
    """Each in turn, both with several web processes."""
    return cast(Installation, request.getfixturevalue(request.param))


@pytest.fixture
def pair(chromium: Chromium, small: Installation, links: Links) -> Iterator[Pair]:
    """Alice's and Bob's windows at the open door."""
    with both(chromium, small, links) as windows:
        yield windows


@pytest.fixture
def pair_on_each(chromium: Chromium, installation: Installation, links: Links) -> Iterator[Pair]:
    """The same, on each database in turn."""
    with both(chromium, installation, links) as windows:
        yield windows


@contextmanager
def installed(url: str, folder: Path, *, name: str = "127.0.0.1", **settings: str) -> Iterator[Installation]:
    """For the length of the block; under another name where one is given."""
    database = Database(url)
    with serving(url, instance=folder / "instance", secret=SECRET, name=name, **settings) as base:
        yield Installation(base, database)
    database.dispose()
