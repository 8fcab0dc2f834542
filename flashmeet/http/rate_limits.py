"""Rate limits by address, mailbox and token. Each count has its own short transaction, even on a GET."""

from __future__ import annotations

import ipaddress
import threading
from datetime import datetime
from typing import cast

from flask import Flask, current_app, request

from flashmeet.core.limits import Limit, Window, add_count
from flashmeet.http.identity import Viewer
from flashmeet.http.services import now, services

MAILBOX = Limit(name="mailbox", most=6, seconds=3600)
"""Codes to one mailbox: with five tries each, a guesser's chance is 1 in 33,000 an hour."""
ADDRESS = Limit(name="address", most=100, seconds=600)
"""Sign-in forms from one address: a class of students behind one router must get in."""
TOKEN = Limit(name="token", most=600, seconds=60)
TOLD_EVERY = 20
"""Each process counts a token's requests and adds them to the shared counter in steps of this size."""
_KEY = "flashmeet.tally"


def spend(limit: Limit, who: str) -> None:
    """Counts one use by `who`. Raises TooManyRequests."""
    at = now()
    window = limit.window(who, now=at)
    window.check(_add(window.key, times=1, expires_at=window.ends_at), now=at)


def spend_address(limit: Limit = ADDRESS) -> None:
    """Counts one use by the request's address range. Raises TooManyRequests."""
    spend(limit, address_range(request.remote_addr or ""))


def address_range(address: str) -> str:
    """Returns who counts as one sender: an IPv4 address, also one mapped into IPv6, or the /64 of an IPv6 address."""
    try:
        read = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(read, ipaddress.IPv4Address):
        return str(read)
    mapped = read.ipv4_mapped
    return str(mapped) if mapped is not None else str(ipaddress.IPv6Network((int(read), 64), strict=False))


def spend_token(who: Viewer) -> None:
    """Counts one request of a bearer token. Raises TooManyRequests."""
    at = now()
    window = TOKEN.window(str(who.token_id), now=at)
    window.check(cast(Tally, current_app.extensions[_KEY]).count(window), now=at)


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = Tally()


class Tally:
    """This process's counts in open windows, and the last known shared totals."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends_at: datetime | None = None
        self._untold: dict[str, int] = {}
        self._total: dict[str, int] = {}

    def count(self, window: Window) -> int:
        """Counts one and returns the sum, which may lack up to `TOLD_EVERY` of each other process."""
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
