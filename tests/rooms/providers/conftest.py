"""An hour that is open now, and applications with one provider or another behind their door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.app import create_app
from flashmeet.bookings.models.outcome import ProviderVisit
from flashmeet.core.config import Config
from flashmeet.core.config.video import Jitsi, VideoSettings
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.messages.models import OutboxMessage
from flashmeet.rooms.models import OwnRoom
from tests.browsers import Browser, Clock
from tests.pages import compiled
from tests.people import NOW
from tests.rooms.room.hours import Hour, an_hour

__all__ = ["compiled"]

JITSI = Jitsi(url="https://jitsi.example.org", app_id="flashmeet", secret="s" * 40)
MakeApp = Callable[[str, VideoSettings], Flask]


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def hour(database: Database, links: Links) -> Hour:
    """Began at NOW."""
    return an_hour(database, links, starts_at=NOW)


@pytest.fixture
def app_with(config: Config, database: Database, clock: Clock) -> MakeApp:
    def make(video: str, settings: VideoSettings = None) -> Flask:
        app = create_app(replace(config, video=video, video_settings=settings), database=database, clock=clock)
        app.test_client_class = Browser
        return app

    return make


@pytest.fixture
def jitsi(app_with: MakeApp) -> Flask:
    return app_with("jitsi", JITSI)


def browser(app: Flask) -> Browser:
    return cast(Browser, app.test_client())


def own_room(database: Database, hour: Hour, address: str = "https://rooms.example.org/alice?k=1") -> str:
    with database.writing() as db:
        db.add(OwnRoom(member_id=hour.alice.id, address=address))
    return address


def visits(database: Database) -> list[ProviderVisit]:
    with database.reading() as db:
        return list(db.scalars(select(ProviderVisit).order_by(ProviderVisit.id)))


def leaving(database: Database, kind: str) -> list[OutboxMessage]:
    with database.reading() as db:
        return list(db.scalars(select(OutboxMessage).where(OutboxMessage.kind == kind).order_by(OutboxMessage.id)))
