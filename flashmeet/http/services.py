"""The application's services; `app.create_app` installs them, pages and API get them here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.events import Event
from flashmeet.core.limits import Counter
from flashmeet.core.links import Links
from flashmeet.core.service_keys import ServiceKey
from flashmeet.http.admission.origin import request_origin
from flashmeet.identity.acts import ORIGIN

_KEY = "flashmeet"
Wanted = TypeVar("Wanted")


def _utcnow() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that views need and tests may replace."""

    config: Config
    database: Database
    links: Links
    clock: Callable[[], datetime] = _utcnow
    counter: Counter | None = None
    """Counts rates; None counts in the database."""
    bound: Mapping[ServiceKey[Any], object] = field(default_factory=dict)
    """Adapters of outside services, by key."""


def install(app: Flask, services: Services) -> None:
    app.extensions[_KEY] = services


def services() -> Services:
    """Returns the services of the current application."""
    return services_of(current_app)


def services_of(app: Flask) -> Services:
    """Returns the services of that application, also outside its requests."""
    return cast(Services, app.extensions[_KEY])


def service(key: ServiceKey[Wanted]) -> Wanted:
    """Returns what is bound to the key. Raises KeyError when nothing is."""
    return cast(Wanted, services().bound[key])


def has_service(key: ServiceKey[Any]) -> bool:
    return key in services().bound


def now() -> datetime:
    """Returns the request's time, aware UTC; pages and API read the clock only here."""
    return services().clock()


@contextmanager
def reading() -> Iterator[Session]:
    """Yields the request's read-only unit of work, shared until something is written.

    Any exception ends it: after an error the database answers nothing more in that transaction.
    """
    database = services().database
    try:
        yield database.request_reading()
    except BaseException:
        database.end_request_reading()
        raise


@contextmanager
def writing() -> Iterator[Session]:
    """Yields a unit of work that commits at the end of the block or rolls back. Ends the open read first."""
    with services().database.writing() as db:
        db.info[ORIGIN] = request_origin
        yield db
        about_to_commit(db)
    g.committed = committed() + 1


def committed() -> int:
    """Returns how many units of work of the request have been committed by `writing`."""
    count: int = g.get("committed", 0)
    return count


about_to_commit: Event[[Session]] = Event("a request's unit of work is about to commit")


def close_reading() -> None:
    """Releases the request's connection; call it before calling a provider or waiting for anything else."""
    services().database.end_request_reading()
