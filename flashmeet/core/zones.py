"""Converts between wall time and instants; nothing else does.

The system's zone data may be years old and `zoneinfo` prefers it, so importing this module forces the pinned `tzdata`
package and checks that it is in use. Instants are aware UTC datetimes; a wall time is a date and a time in a named IANA
zone.
"""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.resources
import zoneinfo
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources.abc import Traversable
from pathlib import Path
from zoneinfo import ZoneInfo

from flashmeet.core.errors import UnknownZone
from flashmeet.core.numbers import number_or_none

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
def data_version() -> str:
    """Returns the release of the zone data, and a digest of it: what is stored with an instant made by it."""
    digest = hashlib.sha256()
    for name in sorted(names()):
        digest.update(name.encode() + b"\0" + _data_of(name))
    return f"{VERSION} {digest.hexdigest()[:16]}"


def _data_of(name: str) -> bytes:
    """Returns the file of a zone, from where `zoneinfo` reads it; b"" if there is none."""
    places: list[Traversable] = [*map(Path, zoneinfo.TZPATH), importlib.resources.files("tzdata") / "zoneinfo"]
    files = (place.joinpath(*name.split("/")) for place in places)
    return next((file.read_bytes() for file in files if file.is_file()), b"")


def is_outdated(version: str) -> bool:
    """Whether an instant stored with that `data_version` may have another wall time by now.

    Newer data than ours is left alone: the processes of an update run beside each other for a while.
    """
    return version != data_version() and _release(version) <= _release(VERSION)


def _release(version: str) -> tuple[int, ...]:
    return tuple(number_or_none(part) or 0 for part in version.partition(" ")[0].split("."))


def instant_of_wall(wall: str, tzid: str, *, at: datetime) -> datetime:
    """Returns the instant of a stored wall time (ISO, with or without its former offset) by today's zone data.

    `at` is the instant it had: returned where its wall time is still that one, also the second of two equal ones, and
    where the wall time or its zone is not known.
    """
    if not wall or tzid not in names():
        return at
    meant = datetime.fromisoformat(wall).replace(tzinfo=None)
    if at.astimezone(zone(tzid)).replace(tzinfo=None, fold=0) == meant:
        return at
    return instant(meant.date(), meant.hour * 60 + meant.minute, tzid)


@functools.cache
def zone(tzid: str) -> ZoneInfo:
    """Returns the zone of that IANA name. Raises UnknownZone."""
    if tzid not in names():
        raise UnknownZone(tzid)
    return ZoneInfo(tzid)


@dataclass(frozen=True, slots=True)
class WallTime:
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


def local_time(instant: datetime, tzid: str) -> WallTime:
    """Returns the wall time of an instant in a zone."""
    at = instant.astimezone(zone(tzid))
    other = at.replace(fold=1 - at.fold)
    return WallTime(at, tzid, at.utcoffset() != other.utcoffset() and _exists(at) and _exists(other))


def wall_of(at: datetime, tzid: str) -> str:
    """Returns the wall time of an instant as text, ISO 8601 with its offset; `instant_of_wall` reads it."""
    return at.astimezone(zone(tzid)).isoformat(timespec="minutes")


def utc_text(at: datetime) -> str:
    """Returns the instant as `2026-12-09T17:00:00Z`, as APIs and pages give it to machines."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _exists(at: datetime) -> bool:
    return at.astimezone(UTC).astimezone(at.tzinfo).replace(tzinfo=None) == at.replace(tzinfo=None)


def instant(day: date, minute: int, tzid: str, *, last: bool = False) -> datetime:
    """Returns the UTC instant of `minute` minutes (0 to 1440) of wall time on `day`.

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


def wall_span(at: datetime, length: timedelta, tzid: str) -> tuple[date, int, int]:
    """Returns the local day of an instant, and from and to which minute of its wall time to be free for so long.

    Where the clock goes forward meanwhile, that ends later on the wall; the end may lie past 1440.
    """
    begin, end = (local_time(each, tzid).at.replace(tzinfo=None) for each in (at, at + length))
    minute, minutes = begin.hour * 60 + begin.minute, max(end - begin, length) // timedelta(minutes=1)
    return begin.date(), minute, minute + minutes


def day_span(day: date, tzid: str) -> tuple[datetime, datetime]:
    """Returns the UTC instants at which `day` begins and ends in the zone, 23 to 25 hours apart."""
    return instant(day, 0, tzid), instant(day + timedelta(days=1), 0, tzid)


def local_date(at: datetime, tzid: str) -> date:
    """Returns the local date of an instant in a zone."""
    return at.astimezone(zone(tzid)).date()
