"""How many requests may wait for something to happen: half of the server's threads, so that pages stay fast.

A server that stops lets go of them (`stop_waiting`), so that stopping takes no longer than answering.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Event
from typing import cast

from flask import Flask

from flashmeet.core.errors import Busy

_KEY = "flashmeet.waiting"
THREADS = 16
"""What one web process has when nobody says otherwise in `app.config["SERVER_THREADS"]`."""


class Waiting:
    """The places of one process."""

    def __init__(self, places: int) -> None:
        self._places = BoundedSemaphore(places)
        self._over = Event()

    @contextmanager
    def place(self) -> Iterator[None]:
        """One of the places, for the length of the block. Raises Busy when all are taken, or the server stops."""
        if self._over.is_set() or not self._places.acquire(blocking=False):
            raise Busy
        try:
            yield
        finally:
            self._places.release()

    def pause(self, seconds: float) -> bool:
        """Sleeps; False when it is no use waiting any longer, as the server stops."""
        return not self._over.wait(seconds)

    def stop(self) -> None:
        self._over.set()


def waiting_in(app: Flask) -> Waiting:
    threads = int(app.config.get("SERVER_THREADS", THREADS))
    return cast(Waiting, app.extensions.setdefault(_KEY, Waiting(max(1, threads // 2))))


def stop_waiting(app: Flask) -> None:
    """Every request that waits is answered with what there is."""
    waiting_in(app).stop()
