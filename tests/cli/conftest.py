"""Installations whose schema was made by the migrations, as everywhere outside the tests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from flashmeet.core.database import migrate
from flashmeet.core.database.engine import Database
from tests.cli.commands import Here
from tests.databases import empty, fresh_database


@pytest.fixture(scope="session")
def upgraded_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("upgraded") / "flashmeet.sqlite3"
    _upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def upgraded_postgres(postgres_url: str) -> Iterator[str]:
    with fresh_database(postgres_url.replace("postgresql+psycopg://", "postgresql://")) as url:
        _upgrade(url)
        yield url


def _upgrade(url: str) -> None:
    database = Database(url)
    migrate.upgrade(database)
    database.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def here(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Here]:
    """An installation without people, on each database in turn."""
    instance = tmp_path / "instance"
    instance.mkdir()
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("upgraded_sqlite"), instance / "flashmeet.sqlite3")
        url = f"sqlite:///{instance / 'flashmeet.sqlite3'}"
    else:
        url = request.getfixturevalue("upgraded_postgres")
    database = Database(url)
    if request.param == "postgresql":
        empty(database)
    yield Here(_environment(instance, url), database, tmp_path)
    database.dispose()


def _environment(instance: Path, url: str) -> dict[str, str]:
    return {"FLASHMEET_ENV": "development", "FLASHMEET_INSTANCE": str(instance), "FLASHMEET_DATABASE_URL": url}
