"""Whether anything is due: one look for all channels, and none while nothing can be."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from flashmeet.core.database.bell import SOON_SECONDS, Bell
from flashmeet.core.database.session import Database, clock
from flashmeet.messages.outbox.lease import (
    channels_with_work,
    next_work,
)

IDLE_SECONDS, WATCHED_SECONDS = 0.5, 0.4
"""A row that has become due leaves within a second: where no bell is heard, it is seen after both of these at the
latest."""
LEAST_REST = 0.01


@dataclass(slots=True)
class Watch:
    """Whether anything is due through a channel: one read for all channels, however many ask within `lasts` seconds.

    While nothing is due and the bell is heard, it is not read again before the bell rings or the next row is due.
    """

    database: Database
    channels: Sequence[str]
    lasts: float = 0.0
    bell: Bell | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _again_at: float = -math.inf
    _rings: int = 0
    _trusts: bool = False
    _found: set[str] = field(default_factory=set)

    def finds(self, channel: str) -> bool:
        with self._lock:
            if time.monotonic() >= self._again_at or (self.bell and self.bell.rings > self._rings):
                self._look()
            return channel in self._found

    def rest(self) -> float:
        """Returns after how many seconds to ask again, if the bell does not ring before."""
        with self._lock:
            if self._found or not self._trusts:
                return IDLE_SECONDS
            return max(LEAST_REST, self._again_at - time.monotonic())

    def _look(self) -> None:
        self._trusts = self.bell is not None and self.bell.heard
        self._rings = self.bell.rings if self.bell else 0  # read before the rows: a ring meanwhile counts as new
        following = None
        with self.database.reading() as db:
            now, at = clock(db), time.monotonic()
            self._found = channels_with_work(db, self.channels, now=now)
            if self._trusts and not self._found:
                following = next_work(db, self.channels, now=now)
        sleeps = SOON_SECONDS if self._trusts and not self._found else self.lasts
        self._again_at = at + min(sleeps, math.inf if following is None else (following - now).total_seconds())
