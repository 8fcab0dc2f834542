"""The engine, sessions and metadata, managed by Flask-SQLAlchemy.

Features use `core.database.session.Database` and import SQLAlchemy only; databases are opened here.
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
from sqlalchemy.orm import Session

from flashmeet.core.database.base import Base
from flashmeet.core.database.connection import KEEPALIVES, check_alive, opens
from flashmeet.core.database.cursor import Cursor
from flashmeet.core.database.json_columns import parsed
from flashmeet.core.database.session import BEGIN_WRITING, HURRIES, HURRY_MS, READS
from flashmeet.core.database.sqlite import BUSY_TIMEOUT_MS, begin_sqlite, open_sqlite
from flashmeet.core.database.sqlite_file import SqliteFile, forget_broken_pages

IDLE_TIMEOUT_MS = 60_000
"""PostgreSQL ends a transaction that has been idle for this long, and releases its locks."""
LOCK_TIMEOUT_MS = 15_000
WEB_CONNECTIONS, WORKER_CONNECTIONS = 16, 8
ANSWER_SECONDS = 20
"""Longer than any lock is waited for: a page whose database stands still says so after this time."""
RECYCLE_SECONDS = 1_800
"""A connection is opened anew after this time, before a proxy or a firewall between forgets it."""
POOLER = "pooler"
"""`?pooler=transaction` in the URL: a pooler such as pgbouncer stands before PostgreSQL, and hands out its connections
by the transaction."""


class UnitOfWork(FlaskSession):
    """A database session bound to the engine it is given: the reading one or the writing one."""

    def get_bind(  # the signature is as open as the one it overrides
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
    engine_options={"hide_parameters": True},  # error texts end up in the log; users' input must not
    session_options={"class_": UnitOfWork, "expire_on_commit": False},
)


class Database:
    """One database: `reading()` and `writing()` yield a database session and end its transaction.

    Flask-SQLAlchemy keeps engines per application. The worker and commands have none, so each engine belongs to an
    application of its own; likewise when a test passes one database to several applications.
    """

    def __init__(
        self,
        url: str,
        *,
        connections: int = WEB_CONNECTIONS,
        answers_within: float | None = None,
        app: Flask | None = None,
    ) -> None:
        """Opens at most `connections`. PostgreSQL counts as away when it leaves a statement unanswered for so many
        seconds."""
        self._app = Flask("flashmeet") if app is None else app  # kept: the engine goes with its application
        location, self.pooled = _without_pooler(_absolute(make_url(url)))
        self._app.config.update(
            SQLALCHEMY_DATABASE_URI=location,
            SQLALCHEMY_ENGINE_OPTIONS=_engine_options(location, connections, pooled=self.pooled),
        )
        db.init_app(self._app)
        with self._app.app_context():
            self.engine: Engine = db.engine
        read_only: dict[str, Any] = {READS: True}  # SQLAlchemy types execution options as an open dict too
        if self.engine.dialect.name == "sqlite":
            event.listen(self.engine, "connect", open_sqlite)
            event.listen(self.engine, "begin", begin_sqlite)
            event.listen(self.engine, "handle_error", forget_broken_pages)
            self._follow_file()
        else:
            event.listen(self.engine, "do_connect", opens(answers_within))
            event.listen(self.engine, "checkout", check_alive)
            event.listen(self.engine, "begin", _set_for_transaction if self.pooled else _begin_postgres)
            if self.pooled:
                read_only["postgresql_readonly"] = True
        self._read_engine = self.engine.execution_options(**read_only)
        self._hurried_engine = self.engine.execution_options(**{HURRIES: True})

    def _follow_file(self) -> None:
        """Has every unit of work lead to the file of SQLite that lies at its path."""
        path = self.engine.url.database
        if path and path != ":memory:":
            file = SqliteFile(path)
            event.listen(self.engine, "do_connect", file.before_connect)
            event.listen(self.engine, "connect", file.connected)
            event.listen(self.engine, "checkout", file.check_same)

    def new_reader(self) -> Session:
        """Returns a read-only database session; the caller closes it."""
        return db.session.session_factory(info={"engine": self._read_engine})

    def new_writer(self, *, hurried: bool = False) -> Session:
        """Returns a writable database session; the caller commits and closes it."""
        return db.session.session_factory(info={"engine": self._hurried_engine if hurried else self.engine})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Yields a read-only database session."""
        self.end_request_reading()
        with self.new_reader() as db:
            yield db

    @contextmanager
    def writing(self, *, hurried: bool = False) -> Iterator[Session]:
        """Yields a database session; commits it when the block ends normally, rolls back when it raises.

        One that is `hurried` waits half a second for others at most: nobody's page waits for a note of little weight.
        """
        self.end_request_reading()
        try:
            with self.new_writer(hurried=hurried) as db, db.begin():
                yield db
        finally:
            self.end_request_reading()

    def request_reading(self) -> Session:
        """Returns Flask-SQLAlchemy's scoped session, read-only: the same one throughout a request."""
        if not db.session.registry.has():
            db.session(info={"engine": self._read_engine})
        return db.session()

    def end_request_reading(self) -> None:
        """Ends the scoped session's transaction and forgets its rows; does nothing outside a request."""
        if has_app_context() and db.session.registry.has():
            db.session().close()

    def dispose(self) -> None:
        """Closes every pooled connection; a forked process calls it before its first use."""
        self.engine.dispose()


def serve_requests(app: Flask) -> None:
    """Removes the scoped session after each response of `app`, whichever application holds its engine."""
    app.teardown_appcontext(_remove_session)


def _remove_session(_error: BaseException | None) -> None:
    db.session.remove()


def _absolute(url: URL) -> URL:
    """Resolves a SQLite path against the working directory; Flask-SQLAlchemy would use its instance folder."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return url
    return url.set(database=str(Path(url.database).absolute()))


def _without_pooler(url: URL) -> tuple[URL, bool]:
    """Returns the URL for the driver, and whether a pooler stands before the database."""
    return url.difference_update_query([POOLER]), POOLER in url.query


def _engine_options(url: URL, connections: int, *, pooled: bool) -> dict[str, Any]:
    if url.get_backend_name() == "sqlite":
        opened_file = {"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False}
        return {"json_deserializer": parsed, "connect_args": opened_file}
    opened: dict[str, Any] = {"connect_timeout": 5, "cursor_factory": Cursor, **KEEPALIVES}
    if pooled:
        opened["prepare_threshold"] = None  # a prepared statement belongs to a connection, and the next may be another
    else:
        settings = {**_postgres_settings(), "default_transaction_read_only": "on"}  # those that write say so
        opened["options"] = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return {
        "json_deserializer": parsed,
        **({} if pooled else {"isolation_level": "AUTOCOMMIT"}),  # transactions are begun by hand, as on SQLite
        "pool_size": max(1, connections // 2),
        "max_overflow": connections - max(1, connections // 2),
        "pool_recycle": RECYCLE_SECONDS,
        "pool_timeout": 10,
        "pool_use_lifo": True,  # the connection used last has its statements prepared
        "connect_args": opened,
    }


def _postgres_settings() -> dict[str, str]:
    return {
        "timezone": "UTC",
        "lock_timeout": str(LOCK_TIMEOUT_MS),
        "idle_in_transaction_session_timeout": str(IDLE_TIMEOUT_MS),
    }


def _set_for_transaction(connection: Connection) -> None:
    """Gives a transaction the settings that a connection of our own is opened with; they end with it."""
    settings = _postgres_settings() | _hurry(connection)
    each = ", ".join(f"set_config('{name}', '{value}', true)" for name, value in settings.items())
    connection.exec_driver_sql(f"SELECT {each}")


def _begin_postgres(connection: Connection) -> None:
    """Begins a transaction that writes, or that asks for an isolation level: the driver begins that one.

    One that reads begins none. Each of its statements sees what is committed by then, as it would within a transaction
    (READ COMMITTED), PostgreSQL refuses a write all the same, and a request waits for two answers less.
    """
    options = connection.get_execution_options()
    if not options.get(READS, False) and "isolation_level" not in options:
        told = [f"SET LOCAL {name} = {value}" for name, value in _hurry(connection).items()]
        connection.exec_driver_sql("; ".join([BEGIN_WRITING, *told]))


def _hurry(connection: Connection) -> dict[str, str]:
    """Returns what is set for a transaction that gives up early."""
    return {"lock_timeout": str(HURRY_MS)} if connection.get_execution_options().get(HURRIES, False) else {}
