"""What every test may ask for. `database` runs the test on SQLite and again on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import flashmeet.listeners  # noqa: F401  # as every process does
from flashmeet.core.config import Config
from flashmeet.core.database.engine import Database
from flashmeet.core.links import Links
from tests.chromium import chromium
from tests.databases import empty, make_tables, postgres_server
from tests.fakes.fixtures import (
    bbb_server,
    google_server,
    graph_server,
    imap_server,
    meet_server,
    smtp_server,
    twilio_server,
)

__all__ = [
    "bbb_server",
    "chromium",
    "google_server",
    "graph_server",
    "imap_server",
    "meet_server",
    "smtp_server",
    "twilio_server",
]  # fixtures for every folder

SECRET = "a-secret-that-is-long-enough-for-tests"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with postgres_server() as url:
        database = Database(url)
        make_tables(database)
        database.dispose()
        yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    database = Database(f"sqlite:///{path}")
    make_tables(database)
    database.dispose()  # the last connection takes the write-ahead log with it
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database of each kind in turn."""
    if request.param == "sqlite":
        path = tmp_path / "flashmeet.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        made = Database(f"sqlite:///{path}")
        yield made
        made.dispose()
        return
    made = Database(request.getfixturevalue("postgres_url"))
    empty(made)
    yield made
    made.dispose()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A unit of work that is never committed."""
    with database.new_writer() as session:
        yield session


@pytest.fixture
def links() -> Links:
    return Links("http://localhost", SECRET)


@pytest.fixture
def config(database: Database, tmp_path: Path) -> Config:
    return Config(
        env="development",
        instance=tmp_path / "instance",
        database_url=database.engine.url.render_as_string(hide_password=False),
        secret_key=SECRET,
        base_url="http://localhost",
        mail_from="rendez-vous@example.org",
    )
