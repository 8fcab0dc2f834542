"""When the two devices do not find each other: after how long, and what else there is, in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum


class FallbackWay(StrEnum):
    """How the two can meet, in the order in which it is tried."""

    LINK = "link"  # the mentor's own room
    PROVIDER = "provider"  # the network's provider
    PHONE = "phone"  # by mutual consent
    TEXT = "text"  # writing is always there


WAYS = tuple(FallbackWay)

PATIENCE = timedelta(seconds=20)


def is_needed(*, there_since: Iterable[datetime], silent_since: Iterable[datetime | None], now: datetime) -> bool:
    """Whether one of two people who are both there has heard and seen nothing for too long; None: all is well."""
    silent = [since for since in silent_since if since is not None]
    return bool(silent) and now - max(*there_since, min(silent)) >= PATIENCE


def first_way(possible: Collection[FallbackWay], *, after: FallbackWay | None = None) -> FallbackWay:
    """The first of `WAYS` that is possible, beyond the one that did not work; writing where nothing else is left."""
    tried = WAYS.index(after) + 1 if after else 0
    return next((way for way in WAYS[tried:] if way in possible), FallbackWay.TEXT)
