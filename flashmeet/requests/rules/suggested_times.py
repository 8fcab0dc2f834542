"""Times that somebody who asks can tap: parts of the week that often suit, on days to come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from flashmeet.core.intervals import Interval
from flashmeet.core.zones import instant, local_date, local_time
from flashmeet.requests.rules.requests import SOONEST
from flashmeet.schedule.rules.availability import WeeklyRule

USUAL = (12 * 60 + 30, 18 * 60)
"""Minutes of a weekday at which many are free: lunch, and after work."""
AWAKE = (7 * 60, 22 * 60)
"""Between which minutes of the asker's own day a time is suggested."""
A_PART = 6 * 60
"""Minutes of a part of the day, from midnight on."""
AHEAD, MOST, A_DAY = 14, 6, 2
"""Days looked at, times suggested, and of them on one day."""


def suggested_times(
    rules: Iterable[WeeklyRule],
    *,
    tzid: str,
    asker_tzid: str,
    taken: Sequence[Interval],
    minutes: int,
    now: datetime,
) -> list[datetime]:
    """Returns up to six starts, soonest first, at most two a day and one a part of the day.

    `rules` are the weekly hours that the mentor publishes, in the zone `tzid`; without any, lunch and after work of
    weekdays. `taken` is what the asker has themselves; nothing in the asker's night is suggested.
    """
    found: list[datetime] = []
    weekly, today = list(rules), local_date(now, tzid)
    for day in (today + timedelta(days=ahead) for ahead in range(1, AHEAD + 1)):
        free = [
            at
            for at in (instant(day, minute, tzid) for minute in _parts(weekly, day))
            if at >= now + SOONEST and _awake(at, asker_tzid, minutes) and not _clashes(at, minutes, taken)
        ]
        found += free[:A_DAY]
    return found[:MOST]


def _parts(weekly: Sequence[WeeklyRule], day: date) -> Iterator[int]:
    if not weekly:
        yield from USUAL if day.weekday() < 5 else ()
        return
    starts = sorted(each.span.start for each in weekly if each.weekday == day.weekday())
    seen: set[int] = set()
    for start in starts:
        part = start // A_PART
        if part not in seen:
            seen.add(part)
            yield start


def _awake(at: datetime, tzid: str, minutes: int) -> bool:
    here = local_time(at, tzid).at
    start = here.hour * 60 + here.minute
    return AWAKE[0] <= start and start + minutes <= AWAKE[1]


def _clashes(at: datetime, minutes: int, taken: Sequence[Interval]) -> bool:
    hour = Interval(at, at + timedelta(minutes=minutes))
    return any(hour.overlaps(each) for each in taken)
