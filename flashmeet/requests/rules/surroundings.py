"""What stands around a proposed time in the day of whoever is asked: taken time alone, never what it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flashmeet.core.intervals import Interval, merged
from flashmeet.core.zones import instant, local_date


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`clash` is what overlaps the time itself; `before` ends last before it, `after` begins next, that same day."""

    clash: Interval | None = None
    before: datetime | None = None
    after: datetime | None = None


def day_of(at: datetime, tzid: str) -> Interval:
    """Returns the day of that time, in the zone."""
    day = local_date(at, tzid)
    return Interval(instant(day, 0, tzid), instant(day + timedelta(days=1), 0, tzid))


def surroundings(hour: Interval, taken: Iterable[Interval], *, tzid: str) -> Surroundings:
    """Returns what is taken around that hour, within its day in the zone."""
    day = day_of(hour.start, tzid)
    spans = [each for each in merged(taken) if each.overlaps(day)]
    clash = next((each for each in spans if each.overlaps(hour)), None)
    before = max((each.end for each in spans if each.end <= hour.start), default=None)
    after = min((each.start for each in spans if each.start >= hour.end), default=None)
    return Surroundings(clash, before, after)
