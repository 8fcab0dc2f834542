"""What most commands need: the settings, the database, and the hour."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

import click

import flashmeet.listeners  # features follow each other
import flashmeet.models  # noqa: F401  # every table is known before the first statement
from flashmeet.core import logs
from flashmeet.core.config import Config
from flashmeet.core.database import migrate
from flashmeet.core.database.engine import WORKER_CONNECTIONS, Database
from flashmeet.core.links import Links


class Refused(click.ClickException):
    """The command does not do it; the message says why, and what to do next."""

    def show(self, file: IO[str] | None = None) -> None:
        click.echo(f"flashmeet: {self.message}", file=file, err=True)


@dataclass(frozen=True, slots=True)
class Installation:
    config: Config
    database: Database

    @property
    def links(self) -> Links:
        return Links(self.config.base_url, self.config.secret_key)


def keep_log(config: Config) -> None:
    """Sets the log up; in a demo people read the terminal, so it holds only what needs a look."""
    logs.configure(config.env)
    if config.env == "demo":
        logging.getLogger().setLevel(logging.WARNING)


def now() -> datetime:
    """The command's clock."""
    return datetime.now(UTC)


@contextmanager
def opened() -> Iterator[Installation]:
    """The installation that the environment describes, whatever state its schema is in. Raises ConfigError."""
    config = Config.from_env()
    database = Database(config.database_url, connections=WORKER_CONNECTIONS)
    try:
        yield Installation(config, database)
    finally:
        database.dispose()


@contextmanager
def ready() -> Iterator[Installation]:
    """The same, when its schema is the one this program was written for."""
    with opened() as installation:
        if not migrate.at_head(installation.database):
            raise Refused("the database is not up to date. Run `flashmeet db upgrade` first.")
        yield installation
