"""How many requests may wait for something to happen: half of the server's threads, so that pages stay fast."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from flask import Flask

from flashmeet.domain.errors import Busy

_KEY = "flashmeet.waiting"
THREADS = 16
"""What one web process has when nobody says otherwise in `app.config["SERVER_THREADS"]`."""


def _places(app: Flask) -> BoundedSemaphore:
    threads = int(app.config.get("SERVER_THREADS", THREADS))
    made = BoundedSemaphore(max(1, threads // 2))
    places: BoundedSemaphore = app.extensions.setdefault(_KEY, made)
    return places


@contextmanager
def place_to_wait(app: Flask) -> Iterator[None]:
    """One of the places, for the length of the block. Raises Busy when all are taken."""
    places = _places(app)
    if not places.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        places.release()
