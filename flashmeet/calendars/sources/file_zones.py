"""The time zones of one calendar file: those it defines, and those it only names.

A definition applies to its own file only. A zone turns a wall time into the earliest and the latest instant it may
mean: they differ where a clock shows a time twice or never, and where the file defines a known name differently.
"""

from __future__ import annotations

import functools
import itertools
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

from flashmeet.calendars.sources.content_lines import Component, Property
from flashmeet.calendars.sources.zone_names import ShownName, iana_name, shown_name
from flashmeet.core.numbers import read_number
from flashmeet.core.zones import instant, zone

FIRST_YEAR, LAST_YEAR = 1968, 2102
LARGEST_OFFSET, AN_HOUR = timedelta(hours=15), timedelta(hours=1)
MOST_ONSETS, MOST_OBSERVANCES, MOST_ZONES = 2_000, 60, 400


class Zone(Protocol):
    def earliest(self, wall: datetime) -> datetime:
        """Returns the earliest instant (UTC) that the naive wall time may mean."""
        ...

    def latest(self, wall: datetime) -> datetime: ...

    def midnight(self, day: date) -> datetime:
        """Returns the first instant of that day."""
        ...


@dataclass(frozen=True, slots=True)
class FixedZone:
    offset: timedelta = timedelta()

    def earliest(self, wall: datetime) -> datetime:
        return (wall - self.offset).replace(tzinfo=UTC)

    latest = earliest

    def midnight(self, day: date) -> datetime:
        return self.earliest(datetime.combine(day, time()))


@dataclass(frozen=True, slots=True)
class NamedZone:
    """A zone of the IANA database."""

    tzid: str

    def earliest(self, wall: datetime) -> datetime:
        return min(self._both(wall))

    def latest(self, wall: datetime) -> datetime:
        return max(self._both(wall))

    def _both(self, wall: datetime) -> tuple[datetime, datetime]:
        here = zone(self.tzid)
        return (
            wall.replace(tzinfo=here, fold=0).astimezone(UTC),
            wall.replace(tzinfo=here, fold=1).astimezone(UTC),
        )

    def midnight(self, day: date) -> datetime:
        return instant(day, 0, self.tzid)


@dataclass(frozen=True, slots=True)
class Onset:
    """The start of an observance, in the wall time of the one before it."""

    wall: datetime
    before: timedelta
    after: timedelta


@dataclass(frozen=True, slots=True)
class DefinedZone:
    """A VTIMEZONE (RFC 5545 §3.6.5). `onsets` are in order, at least one. `whole`: all of it could be read."""

    onsets: Sequence[Onset]
    walls: Sequence[datetime] = field(default=())
    whole: bool = True

    def earliest(self, wall: datetime) -> datetime:
        return (wall - max(self._offsets(wall))).replace(tzinfo=UTC)

    def latest(self, wall: datetime) -> datetime:
        return (wall - min(self._offsets(wall))).replace(tzinfo=UTC)

    def midnight(self, day: date) -> datetime:
        return self.earliest(datetime.combine(day, time()))

    def _offsets(self, wall: datetime) -> set[timedelta]:
        at = bisect_right(self.walls, wall) - 1
        found = {self.onsets[at].after if at >= 0 else self.onsets[0].before}
        for each in self.onsets[max(at, 0) : at + 2]:
            turned = each.wall + (each.after - each.before)
            if min(each.wall, turned) <= wall < max(each.wall, turned):
                found |= {each.before, each.after}
        return found


@dataclass(frozen=True, slots=True)
class EitherZone:
    """A known name that the file defines differently: readers differ in which definition they use."""

    zones: tuple[Zone, ...]

    def earliest(self, wall: datetime) -> datetime:
        return min(each.earliest(wall) for each in self.zones)

    def latest(self, wall: datetime) -> datetime:
        return max(each.latest(wall) for each in self.zones)

    def midnight(self, day: date) -> datetime:
        return min(each.midnight(day) for each in self.zones)


@dataclass(slots=True)
class FileZones:
    """The zones of one VCALENDAR. `here` is the zone of its dates and floating times."""

    defined: Mapping[str, Component]
    here: Zone
    _found: dict[str, Zone | None] = field(default_factory=dict)

    def is_sure(self, tzid: str) -> bool:
        """Whether the zone is known by its name, or by a definition that could be read in full."""
        found = self.find(tzid)
        return found is not None and (not isinstance(found, DefinedZone) or found.whole)

    def find(self, tzid: str) -> Zone | None:
        """Returns the zone; None for an unknown name."""
        if tzid not in self._found:
            self._found[tzid] = self._looked_up(tzid)
        return self._found[tzid]

    def _looked_up(self, tzid: str) -> Zone | None:
        component = self.defined.get(tzid) or self.defined.get(_plain(tzid))
        own = defined_zone(component) if component is not None else None
        if not tzid.strip():
            return EitherZone((self.here, own)) if own is not None else self.here
        known = named_zone(tzid)
        if own is None:
            return known
        agreed = iana_name(tzid, exact=True) is not None
        return EitherZone((known, own)) if known is not None and agreed else own


def file_zones(calendar: Component, others: Sequence[Component], *, here: Zone) -> FileZones:
    """Returns the zones; the VCALENDAR's own definitions take precedence over others in the file."""
    defined: dict[str, Component] = {}
    for holder in (calendar, *others):
        for component in holder.walk("VTIMEZONE"):
            if len(defined) >= MOST_ZONES:
                break
            name = component.value("TZID")
            defined.setdefault(name, component)
            defined.setdefault(_plain(name), component)
    made = FileZones(defined, here)
    named = calendar.value("X-WR-TIMEZONE")
    made.here = (made.find(named) if named else None) or here
    return made


def _plain(tzid: str) -> str:
    """Returns the name without quotes, case, and the slash that marks globally unique names."""
    return re.sub(r"\s+", " ", tzid.replace("\\", "").strip(' "/')).lower()


_OFFSET = r"(?:GMT|UTC|Z)?\s*([+\-−])(\d{1,2})(?::?(\d{2}))?"
_OFFSET_NAME = re.compile(rf"{_OFFSET}|\(\s*{_OFFSET}\s*\).*", re.IGNORECASE | re.DOTALL)


@functools.lru_cache(maxsize=2_048)
def named_zone(tzid: str) -> Zone | None:
    """Returns the zone of a name known without a definition: IANA, Windows, Outlook's display, an offset."""
    found = iana_name(tzid)
    if found is not None:
        return NamedZone(found)
    shown = shown_name(re.sub(r"\s+", " ", tzid.strip(' "')))
    if shown is not None and abs(shown.offset) <= LARGEST_OFFSET:
        return _either_of(shown)
    match = _OFFSET_NAME.fullmatch(tzid.strip(' "/'))
    if match is None:
        return None
    sign, hours, minutes = match.groups()[:3] if match[1] else match.groups()[3:]
    size = timedelta(hours=read_number(hours), minutes=read_number(minutes or "0"))
    return FixedZone(size if sign == "+" else -size) if size <= LARGEST_OFFSET else None


def _either_of(shown: ShownName) -> Zone:
    """The offset may be that of the winter alone, and the zone of a place may have another one since."""
    told = FixedZone(shown.offset)
    if shown.bare:
        return told
    other = FixedZone(shown.offset + AN_HOUR) if shown.tzid is None else NamedZone(shown.tzid)
    return EitherZone((told, other))


def defined_zone(component: Component) -> DefinedZone | None:
    """Returns the defined zone, without unreadable observances; None where none can be read."""
    observances = list(component.walk("STANDARD", "DAYLIGHT"))
    onsets, whole = list[Onset](), len(observances) <= MOST_OBSERVANCES
    for observance in observances[:MOST_OBSERVANCES]:
        try:
            onsets += _onsets(observance)
        except (ValueError, OverflowError, TypeError):
            whole = False
    if not onsets:
        return None
    onsets.sort(key=lambda each: each.wall)
    return DefinedZone(tuple(onsets), tuple(each.wall for each in onsets), whole)


def _onsets(observance: Component) -> list[Onset]:
    after = _offset(observance.value("TZOFFSETTO"))
    told = observance.value("TZOFFSETFROM")
    before = _offset(told) if told else after
    start = _wall(observance.value("DTSTART"))
    walls = {start}
    for each in observance.all("RDATE"):
        walls |= {_wall(part) for part in each.value.split(",")[:MOST_ONSETS] if part.strip()}
    for rule in observance.all("RRULE"):
        walls |= set(_rule_onsets(rule, start, before))
    return [Onset(wall, before, after) for wall in walls]


def _rule_onsets(rule: Property, start: datetime, before: timedelta) -> list[datetime]:
    """Returns a rule's onsets from FIRST_YEAR to LAST_YEAR. Raises ValueError unless it is yearly or monthly."""
    from dateutil.rrule import rrulestr  # noqa: PLC0415  # loads slowly

    parts = dict(part.split("=", 1) for part in rule.value.upper().replace(" ", "").split(";") if "=" in part)
    if parts.get("FREQ") not in ("YEARLY", "MONTHLY") or read_number(parts.get("INTERVAL", "1")) < 1:
        raise ValueError("no rule of a zone")
    last = datetime(LAST_YEAR, 1, 1)  # noqa: DTZ001  # on the zone's own wall
    until = parts.pop("UNTIL", "")
    if until:
        last = min(last, _wall(until) + (before if until.endswith("Z") else timedelta()))
        if len(until) == 8:
            last += timedelta(days=1)
    if start.year < FIRST_YEAR and "COUNT" not in parts and parts.get("INTERVAL", "1") == "1":
        start = start.replace(year=FIRST_YEAR)
    laid = rrulestr(";".join(f"{name}={value}" for name, value in parts.items()), dtstart=start)
    return list(itertools.islice(laid.replace(until=last), MOST_ONSETS))


def _wall(value: str) -> datetime:
    digits = value.strip().rstrip("Zz")
    return datetime.strptime(digits[:15], "%Y%m%dT%H%M%S" if "T" in digits else "%Y%m%d")  # noqa: DTZ007  # a wall


def _offset(value: str) -> timedelta:
    match = re.fullmatch(r"([+-]?)(\d{2}):?(\d{2})(?::?(\d{2}))?", value.strip())
    if match is None:
        raise ValueError("no offset")
    size = timedelta(hours=read_number(match[2]), minutes=read_number(match[3]), seconds=read_number(match[4] or "0"))
    if size > timedelta(hours=18):
        raise ValueError("no offset")
    return -size if match[1] == "-" else size
