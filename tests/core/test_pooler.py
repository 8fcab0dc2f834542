"""A pooler before PostgreSQL hands out connections by the transaction: nothing may outlive one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import InternalError

from flashmeet.core.database import migrate, schema
from flashmeet.core.database.engine import IDLE_TIMEOUT_MS, LOCK_TIMEOUT_MS, Database
from flashmeet.messages.models import OutboxMessage
from tests import leftovers
from tests.cli.commands import Here
from tests.databases import fresh_database
from tests.programs import program

_NAMES = ("timezone", "lock_timeout", "idle_in_transaction_session_timeout")
SETTINGS = "SELECT " + ", ".join(f"current_setting('{name}')" for name in _NAMES)
TOLD = ("UTC", f"{LOCK_TIMEOUT_MS // 1000}s", f"{IDLE_TIMEOUT_MS // 60_000}min")


@pytest.fixture
def pooled_url(postgres_url: str) -> Iterator[str]:
    """A new database behind a pgbouncer that has two connections to it."""
    pgbouncer = program("pgbouncer")
    folder = leftovers.new_folder()
    folder.chmod(0o777)  # as root the pooler runs as another user
    plain = postgres_url.replace("postgresql+psycopg://", "postgresql://")
    with fresh_database(plain) as url, psycopg.connect(url.replace("+psycopg", "")) as own, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        password = f" password={own.info.password}" if own.info.password else ""
        settings = folder / "pgbouncer.ini"
        settings.write_text(
            f"[databases]\nflashmeet = host={own.info.host} port={own.info.port} dbname={own.info.dbname}"
            f" user={own.info.user}{password}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
            "unix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 2\n"
            "max_client_conn = 100\n"
        )
        process = subprocess.Popen([pgbouncer, "-q", *_as_the_server(own.info.host), str(settings)])
        try:
            _wait_for(port)
            yield f"postgresql+psycopg://anybody@127.0.0.1:{port}/flashmeet?pooler=transaction"
        finally:
            process.terminate()
            process.wait(timeout=30)
            shutil.rmtree(folder, ignore_errors=True)


def _as_the_server(place: str) -> list[str]:
    """Whoever owns the server's socket can reach it; pgbouncer does not run as root."""
    if os.getuid() != 0:
        return []
    return ["-u", Path(place).owner() if place.startswith("/") else "nobody"]


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("pgbouncer did not come up")


@pytest.fixture
def pooled(pooled_url: str) -> Iterator[Database]:
    database = Database(pooled_url)
    yield database
    database.dispose()


def test_a_transaction_has_its_settings_and_leaves_none_behind(pooled: Database) -> None:
    with pooled.reading() as db:
        assert tuple(db.execute(text(SETTINGS)).one()) == TOLD
    with pooled.writing() as db:
        assert tuple(db.execute(text(SETTINGS)).one()) == TOLD
    with psycopg.connect(pooled.engine.url.set(drivername="postgresql").render_as_string()) as stranger:
        found = stranger.execute(SETTINGS).fetchone()
    assert found is not None
    assert found[1:] == ("0", "0")


def test_reads_stay_reads(pooled: Database) -> None:
    with pooled.reading() as db, pytest.raises(InternalError):
        db.execute(text("CREATE TABLE written (id int)"))


def test_the_schema_is_made_through_it(pooled: Database) -> None:
    migrate.upgrade(pooled)
    assert schema.at_head(pooled)


def test_the_commands_of_an_operator_work_through_it(pooled_url: str, tmp_path: Path) -> None:
    """The schema, an administrator, whose mail a worker sends, a backup that is restored on trial."""
    environment = {
        "FLASHMEET_ENV": "development",
        "FLASHMEET_INSTANCE": str(tmp_path),
        "FLASHMEET_DATABASE_URL": pooled_url,
    }
    here = Here(environment, Database(pooled_url), tmp_path)
    for words in ("db upgrade", "admin add odile@example.org", "worker --once", "openings rebuild"):
        here.done(*words.split())
    assert here.done("backup", "--verify", str(tmp_path / "all.zip")).endswith("can be restored.\n")
    with here.database.reading() as db:
        states = db.scalars(select(OutboxMessage.state)).all()
    here.database.dispose()
    assert states and set(states) == {"sent"}


def test_what_was_asked_often_is_asked_of_another_connection_too(pooled: Database) -> None:
    """A driver that prepares what it is asked often would name a statement that the other connection does not know."""
    asked = text("SELECT CAST(:one AS int)")
    with pooled.engine.connect() as often:
        for _ in range(20):
            with often.begin():
                assert often.execute(asked, {"one": 1}).scalar_one() == 1
        with pooled.reading() as other:
            other.execute(text("SELECT 1"))  # holds the connection that was used last
            with often.begin():
                assert often.execute(asked, {"one": 1}).scalar_one() == 1


def test_without_a_pooler_a_connection_is_opened_with_its_settings(postgres_url: str) -> None:
    database = Database(postgres_url)
    with database.reading() as db:
        assert tuple(db.execute(text(SETTINGS)).one()) == TOLD
    database.dispose()


@pytest.mark.parametrize("connections", [1, 2, 5, 20])
def test_a_pool_opens_as_many_connections_as_it_was_told(postgres_url: str, connections: int) -> None:
    database = Database(postgres_url, connections=connections)
    pool = database.engine.pool
    assert pool.size() + pool._max_overflow == connections  # type: ignore[attr-defined]  # of a queue's pool
    database.dispose()


def test_the_address_for_the_driver_is_free_of_our_own_word(tmp_path: Path) -> None:
    assert "pooler" not in Database(f"sqlite:///{tmp_path / 'x.sqlite3'}?pooler=transaction").engine.url.query
