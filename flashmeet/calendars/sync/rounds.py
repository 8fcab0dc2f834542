"""The worker's loop over calendars."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from flashmeet.calendars.sync.syncing import IDLE_SECONDS, Syncing
from flashmeet.core.database.bell import SOON_SECONDS, Bell


@dataclass(slots=True)
class SyncRound:
    """The worker's loop over calendars: it sleeps until the next one is due, or until the bell rings.

    Where no bell is heard, and however often it rings, it looks every two seconds.
    """

    syncing: Syncing
    _again_at: float = -math.inf
    _asked_at: float = -math.inf
    _rings: int = 0

    def once(self, bell: Bell | None = None) -> float:
        """Syncs what is due, if it is time; returns the seconds until it is."""
        at = time.monotonic()
        rings = bell.rings if bell else 0
        again_at = self._again_at if rings == self._rings else min(self._again_at, self._asked_at + IDLE_SECONDS)
        if bell is not None and at < again_at:
            return again_at - at
        trusts = bell is not None and bell.heard
        self._asked_at, self._rings = at, rings  # a ring meanwhile counts as new
        wait = self.syncing.once()
        rest = min(wait, SOON_SECONDS if trusts else IDLE_SECONDS)
        self._again_at = time.monotonic() + rest
        return rest if wait else 0.0
