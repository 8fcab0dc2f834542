"""What every test may ask for. `database` runs the test on SQLite and again on PostgreSQL."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import flashmeet.listeners  # noqa: F401  # as every process does
from flashmeet.core.config import Config
from flashmeet.core.database.engine import Database
from flashmeet.core.links import Links
from tests import leftovers
from tests.chromium import chromium
from tests.databases import emptied, lasting, make_tables, postgres_server
from tests.fakes.fixtures import (
    bbb_server,
    google_server,
    graph_server,
    imap_server,
    meet_server,
    smtp_server,
    twilio_server,
)
from tests.pages import app, client, clock, compiled, signed_in
from tests.thoroughness import EVERYTHING, load_profile
from tests.use_cases import book

__all__ = [
    "app",
    "bbb_server",
    "book",
    "chromium",
    "client",
    "clock",
    "compiled",
    "google_server",
    "graph_server",
    "imap_server",
    "meet_server",
    "signed_in",
    "smtp_server",
    "twilio_server",
]  # fixtures for every folder

SECRET = "a-secret-that-is-long-enough-for-tests"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # xdist's workers belong to the run that started them
        leftovers.watch()
    load_profile()


@pytest.hookimpl(tryfirst=True)  # xdist reads the groups when it collects
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where time is spent waiting, one worker waits, and the others work meanwhile."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.xdist_group("browser"))
        elif item.path.parent.name == "faults":
            item.add_marker(pytest.mark.xdist_group("faults"))
    again = [] if EVERYTHING else [item for item in items if _is_a_page_on_sqlite(item)]
    if again:
        config.hook.pytest_deselected(items=again)
        items[:] = [item for item in items if item not in {*again}]


def _is_a_page_on_sqlite(item: pytest.Item) -> bool:
    """Whether what it looks at through the application is looked at on PostgreSQL too."""
    if not isinstance(item, pytest.Function) or item.get_closest_marker("both_databases"):
        return False
    alone = any(mark.args[0] == "database" for mark in item.iter_markers("parametrize"))
    through_application = {"app", "app_with"} & {*item.fixturenames}
    params = item.callspec.params if hasattr(item, "callspec") else {}
    return bool(through_application) and not alone and params.get("database") == "sqlite"


@pytest.fixture(autouse=True)
def log_level() -> Iterator[None]:
    """What a command sets for the log of its process ends with the test that called it: a line costs 300 calls."""
    level = logging.getLogger().level
    yield
    logging.getLogger().setLevel(level)


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


@pytest.fixture(scope="session")
def lasting_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("lasting") / "flashmeet.sqlite3"
    shutil.copyfile(sqlite_template, path)
    with lasting(f"sqlite:///{path}") as database:
        yield database


@pytest.fixture(scope="session")
def lasting_postgres(postgres_url: str) -> Iterator[Database]:
    with lasting(postgres_url) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database of each kind in turn."""
    kept = "lasting_sqlite" if request.param == "sqlite" else "lasting_postgres"
    with emptied(request.getfixturevalue(kept)) as database:
        yield database


@pytest.fixture
def db(database: Database) -> Iterator[Session]:
    """A unit of work that is never committed."""
    with database.new_writer() as db:
        yield db


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
