"""When the two devices do not find each other: after how long, and what else there is, in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Literal

Way = Literal["link", "provider", "phone", "text"]

WAYS: tuple[Way, ...] = ("link", "provider", "phone", "text")
"""The mentor's own room, the network's provider, the phone by mutual consent, and writing: that one is always there."""

PATIENCE = timedelta(seconds=20)


def is_needed(*, there_since: Iterable[datetime], silent_since: Iterable[datetime | None], now: datetime) -> bool:
    """Whether one of two people who are both there has heard and seen nothing for too long; None: all is well."""
    silent = [since for since in silent_since if since is not None]
    return bool(silent) and now - max(*there_since, min(silent)) >= PATIENCE


def first_way(possible: Collection[Way], *, after: Way | None = None) -> Way:
    """The first of `WAYS` that is possible, beyond the one that did not work; writing where nothing else is left."""
    tried = WAYS.index(after) + 1 if after else 0
    return next((way for way in WAYS[tried:] if way in possible), "text")
