"""Migrates a database to the schema of this program. Whether it has that schema, `core.database.schema` tells.

Everything happens in one transaction that no second upgrade can enter: SQLite's begins immediate, PostgreSQL's holds an
advisory lock. On SQLite a batch operation copies a table and drops the old one, which would delete the child rows (`ON
DELETE CASCADE`), so foreign keys are off meanwhile and checked before the commit.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.util import CommandError
from sqlalchemy import Connection, text

from flashmeet.core.database.session import Database
from flashmeet.core.files import folder

_LOCK = 7_236_482_511


class UnknownRevision(Exception):
    """The schema was made by a newer flashmeet."""


class BrokenReferences(Exception):
    """A migration left dangling foreign keys and was rolled back."""


def upgrade(database: Database, *, revision: str = "head", scripts: Path | None = None) -> None:
    """Migrates the schema to `revision`. Idempotent. Raises UnknownRevision, BrokenReferences."""
    with alone(database) as connection:
        upgrade_on(connection, revision=revision, scripts=scripts)


def upgrade_on(connection: Connection, *, revision: str = "head", scripts: Path | None = None) -> None:
    """The same within a transaction that `alone` began."""
    config = _config(scripts)
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as error:
        raise UnknownRevision(str(error)) from error


def _config(scripts: Path | None) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(scripts or folder("migrations")).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


@contextmanager
def alone(database: Database) -> Iterator[Connection]:
    """Yields a connection in a transaction that excludes every other schema change. Raises BrokenReferences."""
    if database.engine.dialect.name == "sqlite":
        with _alone_in_sqlite(database) as connection:
            yield connection
        return
    with database.engine.begin() as connection:
        connection.execute(text("SET LOCAL lock_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        yield connection


@contextmanager
def _alone_in_sqlite(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None  # noqa: S101  # an open connection has one
        driver.execute("PRAGMA foreign_keys=OFF")  # it is ignored inside a transaction, so it comes before one
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                if broken:
                    raise BrokenReferences(f"{len(broken)} rows point nowhere, the first in table {broken[0][0]}")
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
