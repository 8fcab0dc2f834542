"""Converts between wall time and instants; nothing else does.

The system's zone data may be years old and `zoneinfo` prefers it, so importing this module forces the pinned `tzdata`
package and checks that it is in use. Instants are aware UTC datetimes; a wall time is a date and a time in a named IANA
zone.
"""

from __future__ import annotations

import functools
import importlib.metadata
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flashmeet.core.errors import UnknownZone

zoneinfo.reset_tzpath(to=[])
ZoneInfo.clear_cache()

VERSION = importlib.metadata.version("tzdata")
DAY_MINUTES = 24 * 60


def _check() -> None:
    """Raises RuntimeError for old data: Vancouver stays on UTC−7 from autumn 2026, older data says UTC−8."""
    vancouver = datetime(2026, 12, 2, 1, tzinfo=UTC).astimezone(ZoneInfo("America/Vancouver"))
    if zoneinfo.TZPATH or vancouver.utcoffset() != timedelta(hours=-7):
        raise RuntimeError(f"time zone data is older than flashmeet needs (tzdata {VERSION}, path {zoneinfo.TZPATH})")


_check()


@functools.cache
def names() -> frozenset[str]:
    """Returns every zone name that a person may choose, including legacy spellings."""
    return frozenset(zoneinfo.available_timezones() - {"localtime", "Factory"})


@functools.cache
def zone(tzid: str) -> ZoneInfo:
    """Returns the zone of that IANA name. Raises UnknownZone."""
    if tzid not in names():
        raise UnknownZone(tzid)
    return ZoneInfo(tzid)


@dataclass(frozen=True, slots=True)
class Wall:
    """The wall time of an instant; `ambiguous` when a clock change makes the same time occur twice."""

    at: datetime
    tzid: str
    ambiguous: bool

    @property
    def offset(self) -> str:
        """Returns the offset as `UTC+2` or `UTC−3:30`."""
        minutes = round((self.at.utcoffset() or timedelta()).total_seconds() / 60)
        hours, rest = divmod(abs(minutes), 60)
        return f"UTC{'−' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")


def local_time(instant: datetime, tzid: str) -> Wall:
    """Returns the wall time of an instant in a zone."""
    at = instant.astimezone(zone(tzid))
    other = at.replace(fold=1 - at.fold)
    return Wall(at, tzid, at.utcoffset() != other.utcoffset() and _exists(at) and _exists(other))


def _exists(at: datetime) -> bool:
    return at.astimezone(UTC).astimezone(at.tzinfo).replace(tzinfo=None) == at.replace(tzinfo=None)


def instant(day: date, minute: int, tzid: str, *, last: bool = False) -> datetime:
    """Returns the UTC instant of `minute` minutes (0 to 1440) on the wall clock of `day`.

    A wall time that occurs twice means the first, or with `last` the second; one that does not exist means the first
    instant after the gap.
    """
    naive = datetime.combine(day, time()) + timedelta(minutes=minute)
    steady = _steady_offset(day, tzid)
    if steady is not None:
        return (naive - steady).replace(tzinfo=UTC)
    here = zone(tzid)
    at = naive.replace(tzinfo=here, fold=int(last))
    if _exists(at):
        return at.astimezone(UTC)
    # In a gap, fold 0 applies the offset from before it and fold 1 the one from after.
    before, after = naive.replace(tzinfo=here).utcoffset(), naive.replace(tzinfo=here, fold=1).utcoffset()
    return _gap_end(naive, before or timedelta(), after or timedelta(), here)


@functools.lru_cache(maxsize=65_536)
def _steady_offset(day: date, tzid: str) -> timedelta | None:
    """Returns the day's offset if no clock change falls in it, else None; saves the slow conversion on most days."""
    here = zone(tzid)
    begin, end = (datetime.combine(each, time(), here).utcoffset() for each in (day, day + timedelta(days=1)))
    return begin if begin == end else None


def _gap_end(naive: datetime, before: timedelta, after: timedelta, here: ZoneInfo) -> datetime:
    """Returns the first instant after the gap around `naive`, by bisection between its two readings."""
    low, high = (naive - after).replace(tzinfo=UTC), (naive - before).replace(tzinfo=UTC)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        low, high = (low, middle) if middle.astimezone(here).utcoffset() == after else (middle, high)
    return high.replace(microsecond=0)


def day_span(day: date, tzid: str) -> tuple[datetime, datetime]:
    """Returns the UTC instants at which `day` begins and ends in the zone, 23 to 25 hours apart."""
    return instant(day, 0, tzid), instant(day + timedelta(days=1), 0, tzid)


def local_date(at: datetime, tzid: str) -> date:
    """Returns the local date of an instant in a zone."""
    return at.astimezone(zone(tzid)).date()
