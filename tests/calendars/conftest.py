"""A CalDAV server for all tests of this folder, empty for each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

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
