"""What the application is made of; `app.create_app` puts it together, views take it from here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from flask import Flask, current_app
from sqlalchemy.orm import Session

from flashmeet.calendars.rules.consent import ConsentDoor
from flashmeet.calendars.rules.sources import Calendars
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.limits import Counter
from flashmeet.core.links import Links
from flashmeet.messages.rules.channels import PreviewsMail, SignatureCheck
from flashmeet.messages.rules.invites import CalendarFile, WritesFeed
from flashmeet.people.rules.pictures import PictureFile
from flashmeet.programme.rules.attestations import WritesAttestation
from flashmeet.rooms.rules.providers import Providers

_KEY = "flashmeet"


def _utcnow() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything that views need and tests may replace."""

    config: Config
    database: Database
    links: Links
    calendar_file: CalendarFile
    picture_file: PictureFile
    video: Providers
    feed_file: WritesFeed
    attestation_file: WritesAttestation
    mail_preview: PreviewsMail
    calendars: Calendars
    doors: Mapping[str, ConsentDoor]
    """Providers at which this installation is known, by the kind of their accounts."""
    clock: Callable[[], datetime] = _utcnow
    is_signed: SignatureCheck | None = None
    """Whether a call of a hook is the SMS provider's; None where none is set."""
    counter: Counter | None = None
    """Where rates are counted; None for the database."""


def install(app: Flask, parts: Parts) -> None:
    app.extensions[_KEY] = parts


def parts() -> Parts:
    """The parts of the application that answers this request."""
    return cast(Parts, current_app.extensions[_KEY])


def now() -> datetime:
    """The request's clock, aware UTC; the one place where pages and API read it."""
    return parts().clock()


@contextmanager
def reading() -> Iterator[Session]:
    """A unit of work that cannot write."""
    with parts().database.reading() as session:
        yield session


@contextmanager
def writing() -> Iterator[Session]:
    """A unit of work that is committed at the end of the block, or not at all."""
    with parts().database.writing() as session:
        yield session
