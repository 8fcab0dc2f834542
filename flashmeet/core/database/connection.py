"""Connections of PostgreSQL's driver: none is waited for that was lost, or whose server says nothing."""

from __future__ import annotations

import select
from collections.abc import Callable, Sequence
from typing import Any, cast

import psycopg
from psycopg.abc import RV, PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

KEEPALIVES = {
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""A connection on which nothing is said is known to be lost within a minute, one on which something was said sooner."""


class Connection(psycopg.Connection[tuple[Any, ...]]):
    """Gives up on a statement that is not answered within `answers_within` seconds: the server, or what lies between,
    stands still. The connection is closed then, so that nothing more is asked of it. Raises OperationalError."""

    answers_within: float | None = None

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return super().wait(gen, interval, self.answers_within if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:  # it has not answered
                self.pgconn.finish()
            raise


def opens(answers_within: float | None) -> Callable[..., Connection]:
    """Returns the listener that opens connections which wait so many seconds for an answer."""

    def connect(_dialect: object, _entry: object, args: Sequence[Any], options: dict[str, Any]) -> Connection:
        opened = Connection.connect(*args, **options)
        opened.answers_within = answers_within
        return opened

    return connect


def check_alive(connection: DBAPIConnection, _entry: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    """Has the pool open another where the server, or a proxy between, closed this one: there is something to read then.

    Nothing is sent, so that no request waits for an answer. Raises DisconnectionError.
    """
    opened = cast(psycopg.Connection, connection)
    if opened.closed:
        raise DisconnectionError
    looks = select.poll()
    looks.register(opened.fileno(), select.POLLIN)
    if looks.poll(0):
        raise DisconnectionError
