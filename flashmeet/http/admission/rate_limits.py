"""Rate limits by address, mailbox, token and budget. Each count has its own short transaction, even on a GET."""

from __future__ import annotations

import ipaddress
import threading
from datetime import datetime
from typing import cast

import structlog
from flask import Flask, current_app, request
from sqlalchemy.exc import DBAPIError

from flashmeet.core.database.session import is_refused
from flashmeet.core.errors import TooManyRequests
from flashmeet.core.limits import Limit, Window, add_count, counts_of
from flashmeet.http.admission.budgets import BUDGETS, OWN
from flashmeet.http.admission.identity import Viewer
from flashmeet.http.services import now, reading, services

MAILBOX = Limit(name="mailbox", most=6, seconds=3600)
"""Codes to one mailbox: with five tries each, a guesser's chance is 1 in 33,000 an hour."""
KNOWN_BROWSER = Limit(name="known_browser", most=6, seconds=3600)
"""Codes to one mailbox for browsers in which its member has signed in before: nobody else can use them up."""
WRONG_CODES = Limit(name="wrong_codes", most=1_000, seconds=3600)
"""Wrong codes of everybody; above it somebody is guessing across mailboxes, and each code takes fewer tries."""
ADDRESS = Limit(name="address", most=100, seconds=600)
"""Sign-in forms from one address: a class of students behind one router must get in."""
DRAFTS = Limit(name="drafts", most=1000, seconds=600)
"""Forms of all visitors that are kept until they have signed in, 48 kB each at most."""
TOKEN = Limit(name="token", most=600, seconds=60)
TOLD_OF = 30
"""Each process counts by itself, and adds to the shared counter in so many steps of a limit: a token's uses by 20."""
_KEY = "flashmeet.tally"
log = structlog.get_logger()


def spend(limit: Limit, who: str) -> None:
    """Counts one use by `who`. Raises TooManyRequests, and then counts nothing."""
    here, at = services(), now()
    window = limit.window(who, now=at)
    if here.counter is not None:
        try:
            window.check(here.counter(window, times=1), now=at)
        except TooManyRequests:
            here.counter(window, times=-1)
            raise
        return
    with here.database.writing() as db:
        window.check(add_count(db, window, times=1), now=at)


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
    return str(mapped) if mapped is not None else str(ipaddress.ip_network(f"{read.compressed}/64", strict=False))


def note_wrong_code() -> None:
    """Counts a wrong code; the log says when there are too many of them."""
    try:
        spend(WRONG_CODES, "")
    except TooManyRequests:
        log.warning("sign_in.guessing", most=WRONG_CODES.most, seconds=WRONG_CODES.seconds)


def codes_are_guessed() -> bool:
    """Whether there are so many wrong codes that somebody must be guessing."""
    here, at = services(), now()
    window = WRONG_CODES.window("", now=at)
    if here.counter is not None:
        return sum(here.counter(window, times=0)) >= WRONG_CODES.most
    with reading() as db:
        return sum(counts_of(db, window)) >= WRONG_CODES.most


def spend_token(who: Viewer) -> None:
    """Counts one request of a bearer token. Raises TooManyRequests, and then counts nothing."""
    _tallies().of(TOKEN).spend(str(who.token_id), now=now())


def spend_budget(endpoint: str, member_id: int | None) -> None:
    """Counts one use of the endpoint's budget, by the member or by the request's address range.

    Raises TooManyRequests. A route that the table leaves out has the budget of a form about one's own things.
    """
    budget, at = BUDGETS.get(endpoint, OWN), now()
    who = address_range(request.remote_addr or "") if member_id is None else f"member {member_id}"
    for limit, counted in ((budget.each, who), (budget.everybody, "")):
        _tallies().of(limit).spend(counted, now=at)


def init_app(app: Flask) -> None:
    app.extensions[_KEY] = Tallies()


def _tallies() -> Tallies:
    return cast(Tallies, current_app.extensions[_KEY])


class Tallies:
    """This process's tallies, one for each limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._made: dict[Limit, Tally] = {}

    def of(self, limit: Limit) -> Tally:
        with self._lock:
            return self._made.setdefault(limit, Tally(limit))


class Tally:
    """This process's counts of a limit, added to the shared ones in steps: a request in many asks the database."""

    def __init__(self, limit: Limit) -> None:
        self.limit, self.told_every = limit, max(1, limit.most // TOLD_OF)
        self._lock = threading.Lock()
        self._untold: dict[str, int] = {}
        self._known: dict[str, tuple[int, datetime]] = {}
        self._part = -1

    def spend(self, who: str, *, now: datetime) -> None:
        """Counts one; it may not know of up to `told_every` of each other process. Raises TooManyRequests."""
        window = self.limit.window(who, now=now)
        with self._lock:
            self._forget(window, now=now)
            present, *earlier = (self._known.get(key, (0, now))[0] for key in window.keys)
            untold = self._untold.get(window.keys[0], 0) + 1
            window.check([present + untold, *earlier], now=now)
            self._untold[window.keys[0]] = untold if untold < self.told_every else 0
        if untold == self.told_every:
            self._tell(window, untold)

    def _tell(self, window: Window, untold: int) -> None:
        """Adds to the shared counts; where the database takes nothing now, this process goes on counting by itself."""
        try:
            told = _add(window, times=untold)
        except DBAPIError as error:
            if not is_refused(error):
                raise
            with self._lock:
                count, until = self._known.get(window.keys[0], (0, window.kept_until))
                self._known[window.keys[0]] = (count + untold, until)
            return
        with self._lock:
            self._known |= {key: (count, window.kept_until) for key, count in zip(window.keys, told, strict=True)}

    def _forget(self, window: Window, *, now: datetime) -> None:
        """Turns to another part: what was not told is remembered here alone; what counts no longer goes."""
        if window.part == self._part:
            return
        self._part = window.part
        for key, untold in self._untold.items():
            count, until = self._known.get(key, (0, window.kept_until))
            self._known[key] = (count + untold, until)
        self._untold.clear()
        self._known = {key: known for key, known in self._known.items() if known[1] > now}


def _add(window: Window, *, times: int) -> list[int]:
    here = services()
    if here.counter is not None:
        return here.counter(window, times=times)
    with here.database.writing(hurried=True) as db:
        return add_count(db, window, times=times)
