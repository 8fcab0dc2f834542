"""How often one address, one mailbox, one token may ask. A count has its own short transaction, on a GET too."""

from __future__ import annotations

import threading
from datetime import datetime
from typing import cast

from flask import Flask, current_app, request

from flashmeet.core.limits import Limit, Window, add_count
from flashmeet.http.identity import Viewer
from flashmeet.http.services import now, services

MAILBOX = Limit(name="mailbox", most=6, seconds=3600)
"""Codes to one mailbox: with five tries each, a guesser has a chance of 1 in 33,000 an hour."""
ADDRESS = Limit(name="address", most=100, seconds=600)
"""Sign-in forms from one address: a class of students behind one router must get in."""
TOKEN = Limit(name="token", most=600, seconds=60)
TOLD_EVERY = 20
"""A token's requests are counted here, and the shared counter is told every so many: one write for twenty reads."""
_KEY = "flashmeet.tally"


def spend(limit: Limit, who: str) -> None:
    """Counts one more for `who`. Raises TooManyRequests."""
    at = now()
    window = limit.window(who, now=at)
    window.check(_add(window.key, times=1, expires_at=window.ends_at), now=at)


def spend_address(limit: Limit = ADDRESS) -> None:
    """Counts one more for where the request comes from. Raises TooManyRequests."""
    spend(limit, request.remote_addr or "")


def spend_token(who: Viewer) -> None:
    """Counts one more for a bearer token. Raises TooManyRequests."""
    at = now()
    window = TOKEN.window(str(who.token_id), now=at)
    window.check(cast(Tally, current_app.extensions[_KEY]).count(window), now=at)


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = Tally()


class Tally:
    """What this process has counted in the windows that are open, and what it knows of the others' counts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends_at: datetime | None = None
        self._untold: dict[str, int] = {}
        self._total: dict[str, int] = {}

    def count(self, window: Window) -> int:
        """One more; the sum may lack up to `TOLD_EVERY` of each other process."""
        with self._lock:
            self._start(window.ends_at)
            untold = self._untold[window.key] = self._untold.get(window.key, 0) + 1
            if untold < TOLD_EVERY:
                return self._total.get(window.key, 0) + untold
            self._untold[window.key] = 0
        total = self._total[window.key] = _add(window.key, times=untold, expires_at=window.ends_at)
        return total

    def _start(self, ends_at: datetime) -> None:
        if self._ends_at != ends_at:
            self._ends_at = ends_at
            self._untold.clear()
            self._total.clear()


def _add(key: str, *, times: int, expires_at: datetime) -> int:
    here = services()
    if here.counter is not None:
        return here.counter(key, times=times, expires_at=expires_at)
    with here.database.writing() as db:
        return add_count(db, key, times=times, expires_at=expires_at)
