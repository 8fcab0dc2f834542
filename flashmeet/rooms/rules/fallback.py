"""The fallback when two devices do not connect: when it is needed, and the ways in order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum


class FallbackWay(StrEnum):
    """Ways to meet, in the order in which they are tried."""

    LINK = "link"  # the mentor's own room
    PROVIDER = "provider"  # the network's provider
    PHONE = "phone"  # by mutual consent
    TEXT = "text"  # always possible


WAYS = tuple(FallbackWay)

PATIENCE = timedelta(seconds=20)


def is_needed(*, there_since: Iterable[datetime], silent_since: Iterable[datetime | None], now: datetime) -> bool:
    """Whether one of two people who are both present has received nothing for too long; None: media flows."""
    silent = [since for since in silent_since if since is not None]
    return bool(silent) and now - max(*there_since, min(silent)) >= PATIENCE


def first_way(possible: Collection[FallbackWay], *, after: FallbackWay | None = None) -> FallbackWay:
    """Returns the first of `WAYS` that is possible, beyond the one that failed; else text."""
    tried = WAYS.index(after) + 1 if after else 0
    return next((way for way in WAYS[tried:] if way in possible), FallbackWay.TEXT)
