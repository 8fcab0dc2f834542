"""A test that starts every server the tests know and never ends; `test_leftovers` ends it."""

from __future__ import annotations

import os
import time
from pathlib import Path

from playwright.sync_api import Browser as Chromium

from tests.calendars.conftest import caldav_server
from tests.conftest import SECRET
from tests.fakes.radicale import Radicale
from tests.leftovers import MARK
from tests.rooms.room.serving import serving
from tests.rooms.room.test_relay import Relay, relay

__all__ = ["caldav_server", "relay"]


def test_that_never_ends(
    chromium: Chromium, caldav_server: Radicale, relay: Relay, postgres_url: str, tmp_path: Path
) -> None:
    caldav_server.start()
    page = chromium.new_page()
    with serving(postgres_url, instance=tmp_path / "instance", secret=SECRET) as base:
        page.goto(base)
        told = Path(os.environ["TOLD"])
        told.with_suffix(".new").write_text(os.environ[MARK])
        told.with_suffix(".new").rename(told)
        time.sleep(600)
