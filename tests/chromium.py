"""The real browser of the tests: Debian's Chromium, one for each worker, with a camera and a microphone of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright

OURS = ("meet.example", "rooms.example", "*.rooms.example")
FLAGS = [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-domain-reliability",
    "--no-pings",
    "--disable-default-apps",
    "--disable-client-side-phishing-detection",
    f"--host-resolver-rules={', '.join(f'MAP {name} 127.0.0.1' for name in OURS)}"
    ", MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    "--auto-select-desktop-capture-source=Entire screen",
]


def program() -> str:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    assert path, "Chromium is not installed; `make test` installs it"
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        yield browser
        browser.close()
