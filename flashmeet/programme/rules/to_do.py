"""What an administrator does first: at most five things, from one ranking that the page and the Monday mail share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flashmeet.core.zones import instant, local_date


class ToDoKey(StrEnum):
    """What there is to do, in this order."""

    CASES = "cases"  # somebody reported something
    APPLIED = "applied"  # people ask to join
    WAITING = "waiting"  # mentors nobody has approved yet
    EXPIRED = "expired"  # requests that nobody answered, this week
    THEME = "theme"  # a theme that is asked for more than it has hours
    UNDELIVERED = "undelivered"  # messages that did not arrive
    IDLE = "idle"  # approved mentors with no open hour
    FEW = "few"  # a theme that hangs on one or two mentors
    STALE = "stale"  # mentors whose profile nobody has looked at for long
    NEVER = "never"  # people who have never signed in


RANKS = tuple(ToDoKey)
"""People before figures: who was hurt, who waits for us, who got no answer; then where hours are missing."""
MOST, SAME = 5, 2
"""Five things; of one kind at most two while there is anything else to do."""

MONDAY_AT = 8 * 60
"""Minutes of the wall, on Monday."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to do: how many it is about, where it is done, and of a theme its names. `weight` ranks themes."""

    key: ToDoKey
    count: int
    path: str
    theme: Mapping[str, str] = field(default_factory=dict)
    weight: float = 0.0

    def told(self) -> dict[str, Any]:
        """As a mail's payload keeps it."""
        return {**asdict(self), "theme": dict(self.theme)}


def first_things(found: Iterable[Thing]) -> tuple[Thing, ...]:
    """The five to begin with; what concerns nobody is left out."""
    ranked = sorted((each for each in found if each.count > 0), key=_urgency)
    chosen = _spread(ranked)
    rest = [each for each in ranked if each not in chosen]
    return tuple(sorted([*chosen, *rest[: MOST - len(chosen)]], key=_urgency))


def _urgency(thing: Thing) -> tuple[int, float, int, str]:
    return RANKS.index(thing.key), -thing.weight, -thing.count, thing.path


def _spread(ranked: Sequence[Thing]) -> list[Thing]:
    """The first five, two of a kind."""
    chosen: list[Thing] = []
    for each in ranked:
        if len(chosen) < MOST and sum(other.key == each.key for other in chosen) < SAME:
            chosen.append(each)
    return chosen


@dataclass(frozen=True, slots=True)
class DigestWeek:
    """The Monday mail of one week on one wall: from `opens` on it may leave, from `closes` on it is too late."""

    name: str
    opens: datetime
    closes: datetime


def digest_week(now: datetime, tzid: str) -> DigestWeek:
    """Monday at eight to Tuesday at eight, of the week that it is there now; the clock may change in between."""
    today = local_date(now, tzid)
    monday = today - timedelta(days=today.weekday())
    year, week, _ = monday.isocalendar()
    tuesday = monday + timedelta(days=1)
    return DigestWeek(f"{year}-W{week:02}", instant(monday, MONDAY_AT, tzid), instant(tuesday, MONDAY_AT, tzid))
