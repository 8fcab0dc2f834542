"""Alice's and Bob's windows, together at the door of one hour."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser as Chromium

from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from tests.rooms.room.hours import Hour, an_hour
from tests.rooms.room.windows import Window, window

Pair = tuple[Window, Window]


@dataclass(frozen=True, slots=True)
class Installation:
    """A real server, and its database to prepare hours in."""

    base: str
    database: Database


def hour_at(installation: Installation, links: Links, *, starts_in: timedelta = timedelta(minutes=-1)) -> Hour:
    return an_hour(installation.database, links, starts_at=datetime.now(UTC) + starts_in)


@contextmanager
def both(chromium: Chromium, installation: Installation, links: Links) -> Iterator[Pair]:
    hour = hour_at(installation, links)
    with (
        window(chromium, installation.base + hour.alices_link) as alice,
        window(chromium, installation.base + hour.bobs_link) as bob,
    ):
        yield alice, bob
        assert (alice.complaints, bob.complaints) == ([], [])


def talk(pair: Pair) -> None:
    alice, bob = pair
    alice.join().until("waiting")
    bob.join()
    see_each_other(pair)


def see_each_other(pair: Pair, *, within: float = 240) -> None:
    for each in pair:
        each.until("connected")
    for each in pair:
        each.sees_movement(within=within)
