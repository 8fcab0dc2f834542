"""What an administrator should do first: at most five things, ranked the same for the page and the Monday mail."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flashmeet.core.zones import instant, local_date


class ToDoKey(StrEnum):
    """Kinds of things to do, most urgent first."""

    CASES = "cases"  # somebody reported something
    MAIL_AWAY = "mail_away"  # minutes since which the mail server takes nothing
    SMS_AWAY = "sms_away"  # minutes since which the SMS provider takes nothing
    WORKER = "worker"  # minutes since which the worker has done nothing
    EMPTY = "empty"  # nobody is there but administrators
    NO_MENTORS = "no_mentors"  # nobody can give an hour
    APPLIED = "applied"  # people who applied to join
    WAITING = "waiting"  # mentors waiting for approval
    REPLIES = "replies"  # what members wrote back and nobody could take
    EXPIRED = "expired"  # requests that expired this week
    ASK = "ask"  # a theme that is asked for, whose mentors have opened nothing
    THEME = "theme"  # a theme with more requests than hours, or without mentors
    BACKUP_BROKEN = "backup_broken"  # the last backup could not be restored on trial
    BACKUP = "backup"  # days since the last backup, once they are too many
    UNDELIVERED = "undelivered"  # messages that did not arrive
    IDLE = "idle"  # approved mentors with no open hour
    FEW = "few"  # a theme with only one or two mentors
    STALE = "stale"  # mentors whose profile is long unchecked
    NEVER = "never"  # members who have never signed in


RANKS = tuple(ToDoKey)
"""People before figures: harm first, then people who wait for us or got no answer, then missing hours."""
MOST, SAME = 5, 2
"""Five things in all; at most two of a kind, unless there is nothing else."""

MONDAY_AT = 8 * 60
"""Minutes of the day, on Monday."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing to do: how many it is about, the path of its page, a theme's slug and names. `weight` ranks themes."""

    key: ToDoKey
    count: int
    path: str
    theme: Mapping[str, str] = field(default_factory=dict)
    weight: float = 0.0
    slug: str = ""

    def told(self) -> dict[str, Any]:
        """Returns the thing as a payload keeps it."""
        return {**asdict(self), "theme": dict(self.theme)}


def first_things(found: Iterable[Thing]) -> tuple[Thing, ...]:
    """Returns the first five things, without those that concern nobody."""
    ranked = sorted((each for each in found if each.count > 0), key=_urgency)
    chosen = _spread(ranked)
    rest = [each for each in ranked if each not in chosen]
    return tuple(sorted([*chosen, *rest[: MOST - len(chosen)]], key=_urgency))


def _urgency(thing: Thing) -> tuple[int, float, int, str]:
    return RANKS.index(thing.key), -thing.weight, -thing.count, thing.path


def _spread(ranked: Sequence[Thing]) -> list[Thing]:
    """Returns the first five, at most two of a kind."""
    chosen: list[Thing] = []
    for each in ranked:
        if len(chosen) < MOST and sum(other.key == each.key for other in chosen) < SAME:
            chosen.append(each)
    return chosen


@dataclass(frozen=True, slots=True)
class DigestWeek:
    """The Monday mail of one week in one zone: sent from `opens` on, and no longer from `closes` on."""

    name: str
    opens: datetime
    closes: datetime


def digest_week(now: datetime, tzid: str) -> DigestWeek:
    """Returns Monday to Tuesday at eight, of the current week in that zone, across a change of clocks too."""
    today = local_date(now, tzid)
    monday = today - timedelta(days=today.weekday())
    year, week, _ = monday.isocalendar()
    tuesday = monday + timedelta(days=1)
    return DigestWeek(f"{year}-W{week:02}", instant(monday, MONDAY_AT, tzid), instant(tuesday, MONDAY_AT, tzid))
