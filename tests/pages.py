"""An application on each database in turn, and browsers to look at it with."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from tests.apps import app_for
from tests.browsers import Browser, Clock
from tests.people import NOW


@pytest.fixture
def clock() -> Clock:
    """Stands at NOW; `clock.move(minutes=10)`."""
    return Clock(NOW)


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates are compiled once for all tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(config: Config, database: Database, clock: Clock) -> Flask:
    app = app_for(config, database=database, clock=clock)
    app.test_client_class = Browser
    app.config["SIGN_IN_ANSWERS_AFTER"] = 0
    return app


@pytest.fixture
def client(app: Flask) -> Browser:
    """A visitor's browser; `client.send(path, {...}, page="/where/the/form/is")` posts a form."""
    return cast(Browser, app.test_client())


@pytest.fixture
def signed_in(app: Flask) -> Callable[[Member | int], Browser]:
    """`signed_in(bob)` is a browser of Bob's; the row must have been committed."""
    return lambda member: cast(Browser, app.test_client()).sign_in(member)
