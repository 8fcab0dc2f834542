"""The part of each day that a viewer asks for: `after` ≤ local start < `before`, in the viewer's zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from flashmeet.core.intervals import Interval
from flashmeet.core.zones import DAY_MINUTES, instant, local_date, zone


@dataclass(frozen=True, slots=True)
class DayPart:
    """Minutes of the day in `tzid`; a part that ends before it begins spans midnight."""

    tzid: str
    after: int = 0
    before: int = DAY_MINUTES

    @property
    def whole(self) -> bool:
        return self.after == 0 and self.before == DAY_MINUTES

    @property
    def minutes(self) -> tuple[int, int]:
        return self.after, self.before

    def holds(self, at: datetime) -> bool:
        return self.whole or self.has(minute_of(at.astimezone(zone(self.tzid))))

    def has(self, minute: int) -> bool:
        """Whether that minute of the day is in it."""
        if self.after <= self.before:
            return self.after <= minute < self.before
        return minute >= self.after or minute < self.before

    @property
    def seconds(self) -> int:
        """How long the part is."""
        return (self.before - self.after) % DAY_MINUTES * 60 or DAY_MINUTES * 60

    def shifts(self, span: Interval) -> tuple[int, int]:
        """Returns by how many seconds (not negative) to move instants of the span so that, counted from midnight UTC,
        the part begins with the day: by the zone's clock at the beginning, and at the end."""
        here = zone(self.tzid)
        offsets = (at.astimezone(here).utcoffset() or timedelta() for at in (span.start, span.end))
        first, last = ((int(each.total_seconds()) - self.after * 60) % (DAY_MINUTES * 60) for each in offsets)
        return first, last

    def bounds(self, span: Interval) -> Iterator[Interval]:
        """Yields the parts of `span` within it, day by day, in order; both bounds UTC."""
        day, last = local_date(span.start, self.tzid) - timedelta(days=1), local_date(span.end, self.tzid)
        while day <= last:
            overnight = 1 if self.after > self.before else 0
            part = Interval(
                instant(day, self.after, self.tzid),
                instant(day + timedelta(days=overnight), self.before, self.tzid, last=self.before < DAY_MINUTES),
            )
            if part.overlaps(span):
                yield Interval(max(part.start, span.start), min(part.end, span.end))
            day += timedelta(days=1)


def minute_of(wall: datetime) -> int:
    """Returns the minute of the day on the clock that shows this time."""
    return wall.hour * 60 + wall.minute


day_part = lru_cache(maxsize=600)(DayPart)
"""Makes a part of the day, the same one where it is asked for again."""


@lru_cache(maxsize=600)
def waking(tzid: str) -> DayPart:
    """Returns the part of the day in which people are awake: hours that begin in the rest of it, the night, are folded
    away wherever hours are offered."""
    return DayPart(tzid, 7 * 60, 22 * 60)
