"""What the application is made of; `app.create_app` puts it together, pages and API take it from here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.limits import Counter
from flashmeet.core.links import Links
from flashmeet.core.service_keys import ServiceKey

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
    """Where rates are counted; None for the database."""
    bound: Mapping[ServiceKey[Any], object] = field(default_factory=dict)
    """What features need from outside, by their keys."""


def install(app: Flask, services: Services) -> None:
    app.extensions[_KEY] = services


def services() -> Services:
    """The services of the application that answers this request."""
    return cast(Services, current_app.extensions[_KEY])


def service(key: ServiceKey[Wanted]) -> Wanted:
    """What is bound to that key. Raises KeyError: the application is not put together."""
    return cast(Wanted, services().bound[key])


def has_service(key: ServiceKey[Any]) -> bool:
    return key in services().bound


def now() -> datetime:
    """The request's clock, aware UTC; the one place where pages and API read it."""
    return services().clock()


@contextmanager
def reading() -> Iterator[Session]:
    """The request's unit of work that cannot write: the first opens it, others join it, until something is written.

    Whatever raises in it ends it: a database that refused once answers nothing more in that transaction.
    """
    database = services().database
    try:
        yield database.request_reading()
    except BaseException:
        database.end_request_reading()
        raise


@contextmanager
def writing() -> Iterator[Session]:
    """A unit of work that is committed at the end of the block, or not at all. What was being read ends before."""
    with services().database.writing() as db:
        yield db


def close_reading() -> None:
    """Gives the request's connection back: call it before a provider is spoken to, or before anything that waits."""
    services().database.end_request_reading()
