"""A CalDAV server for all tests of this folder, empty for each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest

from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from tests.calendars.events import NINE, at
from tests.calendars.house import House, house
from tests.fakes.radicale import Radicale, radicale


@pytest.fixture(scope="session")
def caldav_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Radicale]:
    with radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture
def caldav(caldav_server: Radicale) -> Radicale:
    """Running, with nothing in it."""
    if caldav_server.process is None:
        caldav_server.start()
    caldav_server.clear()
    return caldav_server


@pytest.fixture
def home(database: Database, config: Config, caldav: Radicale) -> House:
    """Alice's hours are free from 8 to 20, Paris; her calendars are not connected yet."""
    return house(database, dataclasses.replace(config, private_hosts=("127.0.0.1:*",)), caldav)


@pytest.fixture
def ready(home: House) -> House:
    """Alice's calendars are connected and read; a dentist is in one of them, and is nobody's business but hers."""
    home.server.put("dentist", at(NINE + timedelta(days=9)))
    home.connect()
    home.look()
    return home
