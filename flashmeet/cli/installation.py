"""What most commands need: settings, database and clock."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

import click
from sqlalchemy.orm import Session

import flashmeet.listeners  # connects listeners
import flashmeet.models  # noqa: F401  # every table is known before the first statement
from flashmeet.core import logs
from flashmeet.core.config import Config
from flashmeet.core.database import schema
from flashmeet.core.database.engine import WORKER_CONNECTIONS, Database
from flashmeet.core.links import Links
from flashmeet.identity.acts import Act, Audited
from flashmeet.identity.service.events import security_happened


class Refused(click.ClickException):
    """The command refuses; the message says why, and what to do next."""

    def show(self, file: IO[str] | None = None) -> None:
        click.echo(f"flashmeet: {self.message}", file=file, err=True)


@dataclass(frozen=True, slots=True)
class Installation:
    config: Config
    database: Database

    @property
    def links(self) -> Links:
        return Links.of(self.config)


def keep_log(config: Config) -> None:
    """Configures the log; in a demo, where people read the terminal, it shows warnings only."""
    logs.configure(config.env)
    if config.env == "demo":
        logging.getLogger().setLevel(logging.WARNING)


def now() -> datetime:
    """Returns the current time in UTC."""
    return datetime.now(UTC)


def record(db: Session, act: Act, *, to: int | None = None, about: object = "") -> None:
    """Adds a line to the record, by the server, in this unit of work."""
    security_happened(db, Audited(act=act, to=to, about=str(about)), now())


@contextmanager
def opened(config: Config | None = None) -> Iterator[Installation]:
    """Yields the installation that the environment describes, whatever its schema. Raises ConfigError."""
    config = config or Config.from_env()
    database = Database(config.database_url, connections=WORKER_CONNECTIONS)
    try:
        yield Installation(config, database)
    finally:
        database.dispose()


@contextmanager
def ready() -> Iterator[Installation]:
    """Yields the installation if its schema is this version's. Raises Refused otherwise."""
    with opened() as installation:
        check_schema(installation.database, ahead=False)
        yield installation


def check_schema(database: Database, *, ahead: bool) -> None:
    """Raises Refused unless the schema is this version's, or a newer one where it may be `ahead`."""
    if schema.is_ahead(database):
        if not ahead:
            raise Refused(newer_schema(schema.current(database)))
    elif not schema.at_head(database):
        raise Refused("the database is not up to date. Run `flashmeet db upgrade` first.")
    elif lacks := schema.missing(database):
        raise Refused(f"the database {made_before(lacks)}")


def made_before(lacks: str) -> str:
    return (
        f"was made by an earlier flashmeet under the same schema number: it has no {lacks}. Install the version that "
        "it was made with, or name a new database in FLASHMEET_DATABASE_URL."
    )


def newer_schema(revision: str | None) -> str:
    return (
        f"the database has schema {revision}, which this flashmeet does not know: "
        "install the version that it was made with."
    )
