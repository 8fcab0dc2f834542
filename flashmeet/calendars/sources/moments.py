"""Times and durations in calendar files (RFC 5545 §3.3.4 to §3.3.6), with common deviations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flashmeet.calendars.sources.content_lines import Property
from flashmeet.calendars.sources.file_zones import FileZones, FixedZone, Zone
from flashmeet.core.numbers import read_number

DAY = timedelta(days=1)
UTC_ZONE = FixedZone()
_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(.*)", re.DOTALL)
_TIME = re.compile(r"[Tt ]?(\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?\s*([Zz]|[+-]\d\d:?\d\d)?")
_LENGTH = re.compile(
    r"([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall time, or a whole day. `floating`: it named no zone. `sure`: the zone was not guessed."""

    wall: datetime
    zone: Zone
    day: bool = False
    floating: bool = False
    sure: bool = True

    @property
    def earliest(self) -> datetime:
        return self.zone.midnight(self.wall.date()) if self.day else self.zone.earliest(self.wall)

    @property
    def latest(self) -> datetime:
        return self.zone.midnight(self.wall.date()) if self.day else self.zone.latest(self.wall)


def read_moment(value: str, told: Property, zones: FileZones) -> Moment:
    """Reads one `value` of the property. Raises ValueError."""
    match = _DATE.fullmatch(value.strip())
    if match is None:
        raise ValueError("no time")
    day, rest = date(read_number(match[1]), read_number(match[2]), read_number(match[3])), match[4].strip()
    if not rest or told.params.get("VALUE", "").upper() == "DATE":
        return Moment(datetime.combine(day, time()), zones.here, day=True, floating=True)
    clock = _TIME.fullmatch(rest)
    if clock is None:
        raise ValueError("no time")
    hours, minutes, seconds = (read_number(each or "0") for each in clock.groups()[:3])
    if hours > 24 or minutes > 59 or seconds > 60:
        raise ValueError("no time")
    wall = datetime.combine(day, time()) + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return _placed(wall, clock[4] or "", told.params.get("TZID"), zones)


def read_day(told: Property, zones: FileZones) -> Moment:
    """Reads the day of a time that cannot be read otherwise. Raises ValueError."""
    match = _DATE.match(told.value.strip())
    if match is None:
        raise ValueError("no day")
    day = date(*(read_number(each) for each in match.groups()[:3]))
    return Moment(datetime.combine(day, time()), zones.find(told.params.get("TZID", "")) or zones.here, day=True)


def _placed(wall: datetime, mark: str, tzid: str | None, zones: FileZones) -> Moment:
    if mark.upper() == "Z":
        return Moment(wall, UTC_ZONE)
    if mark:
        size = timedelta(hours=read_number(mark[1:3]), minutes=read_number(mark[-2:]))
        return Moment(wall, FixedZone(-size if mark[0] == "-" else size))
    if tzid is None:
        return Moment(wall, zones.here, floating=True)
    found = zones.find(tzid)
    if found is None:
        return Moment(wall, zones.here, floating=True, sure=not tzid.strip())
    return Moment(wall, found, sure=zones.is_sure(tzid))


def read_length(value: str) -> timedelta:
    """Raises ValueError."""
    match = _LENGTH.fullmatch(value.strip())
    if match is None or not any(match.groups()[1:]):
        raise ValueError("no length")
    weeks, days, hours, minutes, seconds = (read_number(each or "0") for each in match.groups()[1:])
    found = timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    return -found if match[1] == "-" else found
