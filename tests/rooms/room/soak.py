"""Two browser processes meet in the room, again and again: `python -m tests.rooms.room.soak 100`.

Each run is an hour of its own, two browsers of their own, and asserts that decoded pictures grow on both sides. Ends
with 1 when one run failed; the figures are seconds.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from playwright.sync_api import Error, Playwright, sync_playwright

from flashmeet.core.database.engine import Database
from flashmeet.core.links import Links
from tests.chromium import FLAGS, program
from tests.conftest import SECRET
from tests.databases import make_tables
from tests.rooms.room.conftest import installed
from tests.rooms.room.pairs import Installation, hour_at
from tests.rooms.room.windows import Window, window

PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Met:
    """Seconds from the second one's click to connected on both sides, and to moving pictures on both sides."""

    connected: float
    seen: float


def meet(playwright: Playwright, installation: Installation, links: Links) -> Met:
    """One run. Raises AssertionError, playwright's Error."""
    hour = hour_at(installation, links)
    with (
        own_window(playwright, installation.base + hour.alices_link) as alice,
        own_window(playwright, installation.base + hour.bobs_link) as bob,
    ):
        alice.join().until("waiting", within=PATIENCE)
        bob.join()
        began = time.monotonic()
        for each in (alice, bob):
            each.until("connected", within=PATIENCE)
        connected = time.monotonic() - began
        for each in (alice, bob):
            each.sees_movement(within=PATIENCE)
        return Met(connected, time.monotonic() - began)


@contextmanager
def own_window(playwright: Playwright, url: str) -> Iterator[Window]:
    """In a browser process of its own."""
    browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
    try:
        with window(browser, url) as opened:
            yield opened
    finally:
        browser.close()


def main(count: int) -> int:
    failed, met = 0, []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        url = f"sqlite:///{Path(folder) / 'flashmeet.sqlite3'}"
        database = Database(url)
        make_tables(database)
        database.dispose()
        with installed(url, Path(folder)) as installation:
            for number in range(1, count + 1):
                try:
                    met.append(meet(playwright, installation, Links("http://localhost", SECRET)))
                    print(f"{number}: {met[-1].connected:.2f} {met[-1].seen:.2f}", flush=True)
                except (AssertionError, Error) as error:
                    failed += 1
                    print(f"{number}: failed: {error}", flush=True)
    print(summary(met, count=count, failed=failed))
    return 1 if failed else 0


def summary(met: list[Met], *, count: int, failed: int) -> str:
    if not met:
        return f"{count} runs, {failed} failed"
    connected, seen = [each.connected for each in met], [each.seen for each in met]
    return (
        f"{count} runs, {failed} failed; connected: median {median(connected):.2f}, most {max(connected):.2f}; "
        f"moving pictures: median {median(seen):.2f}, most {max(seen):.2f}"
    )


if __name__ == "__main__":
    raise SystemExit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
