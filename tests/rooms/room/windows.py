"""One person's browser window in the room."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page

DEVICES = ["camera", "microphone"]


class Window:
    """What somebody sees and does. Waits look again and again: the page's own rules forbid evaluating strings in it.

    `complaints` is what the browser had to complain of; that the server closed the room to a page is no complaint.
    """

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._listen)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(url)

    def _listen(self, message: ConsoleMessage) -> None:
        told = any(words in message.text for words in ("410 (GONE)", "403 (FORBIDDEN)"))
        if message.type in ("error", "warning") and not told:
            self.complaints.append(message.text)

    @property
    def state(self) -> str:
        """Empty while the page is loading itself anew."""
        try:
            return str(self.page.evaluate("() => document.body.dataset.callState ?? ''"))
        except Error as error:
            if "context was destroyed" in error.message:
                return ""
            raise

    @property
    def status(self) -> str:
        return self.page.inner_text("#call-status")

    def join(self) -> Window:
        self.page.click("#join")
        return self

    def frames(self) -> int:
        """How many pictures of the other this window has shown so far."""
        return int(
            self.page.evaluate("() => document.getElementById('other').getVideoPlaybackQuality().totalVideoFrames")
        )

    def until(self, state: str, *, within: float = 120) -> float:
        """Waits for that state; returns after how many seconds it came."""
        return wait_for(lambda: self.state == state, f"{state}, not {self.state!r}", within=within)

    def sees_movement(self, *, within: float = 240) -> float:
        """Waits until new pictures of the other keep coming; returns after how many seconds.

        A line that was too thin for a picture tries it again after 160 looks at most, one a second (`line.js`).
        """
        before = self.frames()
        what = f"moving picture ({self.state}, “{self.status}”)"
        return wait_for(lambda: self.frames() > before + 2, what, within=within)


def wait_for(happened: Callable[[], bool], what: str, *, within: float) -> float:
    began = time.monotonic()
    while not happened():
        if time.monotonic() - began > within:
            raise AssertionError(f"waited {within} s for {what}")
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def window(chromium: Chromium, url: str, *, script: str = "") -> Iterator[Window]:
    """`script` runs before the page's own."""
    context = chromium.new_context(permissions=DEVICES, locale="en-GB")
    if script:
        context.add_init_script(script)
    try:
        yield Window(context, url)
    finally:
        close(context)


def close(context: BrowserContext) -> None:
    """Goes away from each page first: Chromium never ends a context in which a page is just loading itself anew."""
    for page in context.pages:
        with suppress(Error):  # it is about to be closed, whatever it says
            page.goto("about:blank")
    context.close()
