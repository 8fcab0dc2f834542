"""Polls that wait for news in a room: one look for all of them, and no thread for any.

A poll that finds no news is put aside until there is some, its time is over, or the server stops; then it is asked
again, without waiting. Our own server keeps its connection meanwhile and gives its thread back (`Parked`,
`cli.serve.Worker`); under any other server the thread waits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import cast

import structlog
from flask import Flask

from flashmeet.core.errors import Busy
from flashmeet.http.services import Services, services_of
from flashmeet.rooms.service.signalling import Known, with_news

log = structlog.get_logger("flashmeet.rooms")

LOOKS_EVERY = 0.25
REST = 4
"""However many wait, the looks take at most a fifth of the time."""
PARKED, IN_THREADS = 500, 8
"""How many may wait in one process: connections that were put aside; threads, under a server that has a few of them."""
_KEY = "flashmeet.waiting"


@dataclass(frozen=True, slots=True, eq=False)
class Poll:
    """One that waits. `over` is done when it is to be asked again."""

    known: Known
    until: float
    over: Future[None] = field(default_factory=Future)


class Parked(BaseException):
    """Ends a request that the server answers later: it calls the application again once `poll.over` is done, with
    `body` as the request's body.

    Nothing below the server may take it for an error, so it is no Exception.
    """

    def __init__(self, poll: Poll, body: bytes) -> None:
        self.poll, self.body = poll, body


class Waiting:
    """The polls of one process that wait."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._polls: set[Poll] = set()
        self._looker: threading.Thread | None = None
        self.parks = False
        """Whether the server understands `Parked`."""

    def enter(self, known: Known, *, seconds: float) -> Poll:
        """Has a poll wait that long at most. Raises Busy when too many do, or the server stops."""
        poll = Poll(known, time.monotonic() + seconds)
        with self._lock:
            if self._over.is_set() or len(self._polls) >= (PARKED if self.parks else IN_THREADS):
                raise Busy
            self._polls.add(poll)
            if self._looker is None:
                self._looker = threading.Thread(target=self._look_out, daemon=True)
                self._looker.start()
        return poll

    def stop(self) -> None:
        """Ends every wait; a signal's handler may call it."""
        self._over.set()

    def _look_out(self) -> None:
        """Looks for news while anybody waits."""
        pause = LOOKS_EVERY
        while polls := self._waiting():
            self._over.wait(pause)
            began = time.monotonic()
            answered = polls if self._over.is_set() else self._answered(polls)
            pause = max(LOOKS_EVERY, REST * (time.monotonic() - began))
            with self._lock:
                self._polls.difference_update(answered)
            for poll in answered:
                poll.over.set_result(None)

    def _waiting(self) -> Collection[Poll]:
        """Those who wait; when nobody does, the looker ends."""
        with self._lock:
            if not self._polls:
                self._looker = None
            return frozenset(self._polls)

    def _answered(self, polls: Collection[Poll]) -> Collection[Poll]:
        """Those with news or whose time is over. When the database is away all are, and hear of it themselves."""
        at = time.monotonic()
        try:
            with self._services.database.reading() as db:
                told = with_news(db, [poll.known for poll in polls if poll.until > at], now=self._services.clock())
        except Exception as error:  # whatever it is, nobody may be left waiting for it
            log.warning("rooms.no_look", error=type(error).__name__)
            return polls
        return [poll for poll in polls if poll.until <= at or poll.known in told]


def waiting_in(app: Flask) -> Waiting:
    return cast(Waiting, app.extensions.setdefault(_KEY, Waiting(services_of(app))))


def park_in(app: Flask) -> None:
    """Tells the application that its server understands `Parked`."""
    waiting_in(app).parks = True


def stop_waiting(app: Flask) -> None:
    """Ends every waiting poll, which is then answered with what there is."""
    waiting_in(app).stop()
