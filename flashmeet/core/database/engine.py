"""The engine, the sessions and the metadata, carried by Flask-SQLAlchemy.

Features see a database as `store.database.Database` and know SQLAlchemy alone; whoever opens one does it here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask, has_app_context
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from flashmeet.core.database.base import Base

BUSY_TIMEOUT_MS = 15_000
IDLE_TIMEOUT_MS = 60_000
"""A process that stands still in the middle of a transaction loses it after that, and with it the locks it holds."""
WEB_CONNECTIONS, WORKER_CONNECTIONS = 16, 4


class UnitOfWork(FlaskSession):
    """A session that is told which engine it works on: the one that reads, or the one that writes."""

    def get_bind(  # what comes in is as open as in the method that this one overrides
        self,
        mapper: Any = None,  # noqa: ANN401
        clause: Any = None,  # noqa: ANN401
        bind: Engine | Connection | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> Engine | Connection:
        told: Engine | None = self.info.get("engine")
        return bind or told or super().get_bind(mapper, clause, bind, **kwargs)


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    engine_options={"hide_parameters": True},  # an error's text ends in the log; what people typed does not
    session_options={"class_": UnitOfWork, "expire_on_commit": False},
)


class Database:
    """One database: `reading()` and `writing()` give a session and end its transaction.

    Flask-SQLAlchemy keeps engines by application. Worker and commands answer no request and have none, so the engine
    hangs on an application of its own; so it does when a test hands the same database to several.
    """

    def __init__(self, url: str, *, connections: int = WEB_CONNECTIONS, app: Flask | None = None) -> None:
        self._app = Flask("flashmeet") if app is None else app  # held: the engine goes with its application
        location = _absolute(make_url(url))
        self._app.config.update(
            SQLALCHEMY_DATABASE_URI=location, SQLALCHEMY_ENGINE_OPTIONS=_engine_options(location, connections)
        )
        db.init_app(self._app)
        with self._app.app_context():
            self.engine: Engine = db.engine
        read_only: dict[str, Any] = {"flashmeet_read": True}  # execution options are an open dict in SQLAlchemy too
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", _open_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        else:
            read_only["postgresql_readonly"] = True
        self._read_engine = self.engine.execution_options(**read_only)

    def new_reader(self) -> Session:
        """A session that cannot write; the caller closes it."""
        return db.session.session_factory(info={"engine": self._read_engine})

    def new_writer(self) -> Session:
        """A session that can; the caller commits and closes it."""
        return db.session.session_factory(info={"engine": self.engine})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that cannot write."""
        self.end_request_reading()
        with self.new_reader() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed when the block ends well, and rolled back when it raises."""
        self.end_request_reading()
        try:
            with self.new_writer() as db, db.begin():
                yield db
        finally:
            self.end_request_reading()

    def request_reading(self) -> Session:
        """Flask-SQLAlchemy's scoped session, which cannot write: the same each time, for as long as a request lasts."""
        if not db.session.registry.has():
            db.session(info={"engine": self._read_engine})
        return db.session()

    def end_request_reading(self) -> None:
        """Ends the scoped session's transaction and forgets its rows; outside a request there is none."""
        if has_app_context() and db.session.registry.has():
            db.session().close()

    def dispose(self) -> None:
        """Closes every pooled connection; a forked process calls it before its first use."""
        self.engine.dispose()


def serve_requests(app: Flask) -> None:
    """Has the scoped session removed whenever this application has answered, whoever carries its engine."""
    app.teardown_appcontext(_remove_session)


def _remove_session(_error: BaseException | None) -> None:
    db.session.remove()


def _absolute(url: URL) -> URL:
    """A SQLite file means what it says from where we stand; Flask-SQLAlchemy would look in its instance folder."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return url
    return url.set(database=str(Path(url.database).absolute()))


def _engine_options(url: URL, connections: int) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}}
    return {
        "pool_size": connections // 2,
        "max_overflow": connections - connections // 2,
        "pool_pre_ping": True,
        "pool_timeout": 10,
        "connect_args": {"options": _postgres_options(), "connect_timeout": 5},
    }


def _postgres_options() -> str:
    """The settings of every connection."""
    settings = {"timezone": "UTC", "lock_timeout": 15_000, "idle_in_transaction_session_timeout": IDLE_TIMEOUT_MS}
    return " ".join(f"-c {name}={value}" for name, value in settings.items())


def _open_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # we begin ourselves; the driver would begin deferred
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_TIMEOUT_MS}"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("flashmeet_read", False)
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
    connection.exec_driver_sql("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")
