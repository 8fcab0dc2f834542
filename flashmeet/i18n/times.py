"""Formats times: `mer. 9 déc., 18:00 (Paris)`. The zone is always named.

Only `core.zones` computes wall times; Babel formats them (it would convert with its own zone data).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from difflib import SequenceMatcher

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_interval
from babel.units import format_unit

from flashmeet.core.text import mark, sort_key
from flashmeet.core.zones import local_time, names
from flashmeet.i18n.catalogue import translations

_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
_DAY = {"fr": "EEE d MMM", "en": "EEE d MMM"}
_LONG_DAY = {"fr": "EEEE d MMMM", "en": "EEEE d MMMM"}


_UNBROKEN = "\u2060"
"""A word joiner: no line ends where it stands, and nobody sees it."""

_NO_PLACE = re.compile(r"[a-z](?<!/Mc)(?!DUrville)[A-Z]|/[A-Z]+$|/(North|South|West)$")
"""Names below a region that are no places, such as ComodRivadavia and ACT."""
_OFFSETS = frozenset({"EST", "MST", "HST"})
"""Zones without a clock change, named by an abbreviation."""


def is_place(tzid: str) -> bool:
    """Says whether a place names the zone: no rule (`EST5EDT`), offset (`Etc/GMT+6`) or code (`W-SU`)."""
    return tzid.partition("/")[0] in REGIONS and "/" in tzid and _NO_PLACE.search(tzid) is None


@functools.lru_cache(maxsize=2_000)
def place(tzid: str, locale: str) -> str:
    """Returns the zone's city in that language: `Paris`, `La Réunion`, `New York`.

    A zone that is named by no place goes by the city whose clock it shows; one that is an offset is `UTC` or `UTC−6`:
    the sign in `Etc/GMT+6` is inverted.
    """
    cities, now_called = Locale.parse(locale).time_zones, tzid
    if not is_place(tzid) and tzid in names():
        now_called = get_global("zone_aliases").get(tzid, tzid)
        if tzid in _OFFSETS or now_called.startswith("Etc/") or not is_place(now_called):
            return _offset_words(tzid)
    known = cities.get(tzid, {}).get("city") or cities.get(now_called, {}).get("city")
    return str(known or now_called.rsplit("/", 1)[-1].replace("_", " "))


def _offset_words(tzid: str) -> str:
    words = local_time(_SOME_DAY, tzid).offset
    return "UTC" if words == "UTC+0" else words


def clock(at: datetime, tzid: str) -> str:
    """Returns `18:00`, or `02:00 UTC+2` when that wall time occurs twice."""
    here = local_time(at, tzid)
    return f"{here.at:%H:%M}" + (f" {here.offset}" if here.ambiguous else "")


def day(at: datetime, tzid: str, locale: str, *, long: bool = False, year: bool = False) -> str:
    """Returns `mer. 9 déc.`, or with `long` `mercredi 9 décembre`; with `year` its year, too."""
    return day_of(local_time(at, tzid).at.date(), locale, long=long, year=year)


@functools.lru_cache(maxsize=4_000)
def day_of(when: date, locale: str, *, long: bool = False, year: bool = False) -> str:
    """Returns the date in words; the first of a French month is `1er`."""
    said = format_date(when, (_LONG_DAY if long else _DAY)[locale] + (" y" if year else ""), locale=locale)
    return said.replace(" 1 ", " 1er ") if locale == "fr" else said


def dated(at: datetime, tzid: str, locale: str) -> str:
    """Returns `mercredi 9 décembre 2026`: a day that may be far off, or that is kept as proof."""
    return day(at, tzid, locale, long=True, year=True)


@functools.lru_cache(maxsize=8_000)
def when(at: datetime, tzid: str, locale: str, *, year: bool = False) -> str:
    """Returns `mer. 9 déc., 18:00 (Paris)`."""
    return f"{day(at, tzid, locale, year=year)}, {clock(at, tzid)} ({place(tzid, locale)})"


def span(first: str, last: str) -> str:
    """Returns `18:00–19:00`, which no end of a line parts. A first or last of several words has a space beside it."""
    if " " in first or " " in last:
        return f"{first}\u00a0– {last}"
    return f"{first}–{_UNBROKEN}{last}"


def clocks(start: datetime, end: datetime, tzid: str) -> str:
    """Returns `18:00–19:00`."""
    return span(clock(start, tzid), clock(end, tzid))


def from_to(start: datetime, end: datetime, tzid: str, locale: str, *, year: bool = False) -> str:
    """`mer. 9 déc., 18:00–19:00 (Paris)`; over several days `lun. 7 déc., 09:00 – mer. 9 déc., 17:00 (Paris)`."""
    if end - start > timedelta(days=1):
        begins, ends = (f"{day(each, tzid, locale, year=year)}, {clock(each, tzid)}" for each in (start, end))
        return f"{span(begins, ends)} ({place(tzid, locale)})"
    return f"{day(start, tzid, locale, year=year)}, {clocks(start, end, tzid)} ({place(tzid, locale)})"


def months_of(first: date, last: date, locale: str) -> str:
    """Returns `décembre 2026`, or `déc. 2026 – janv. 2027`."""
    one = (first.year, first.month) == (last.year, last.month)
    return format_interval(first, last, "yMMMM" if one else "yMMM", locale=locale)


def same_local_time(at: datetime, tzid: str, other_tzid: str) -> bool:
    """Whether both zones show the same wall time, so that naming one is enough."""
    mine, theirs = local_time(at, tzid), local_time(at, other_tzid)
    return mine.at.replace(tzinfo=None) == theirs.at.replace(tzinfo=None)


def further_clocks(at: datetime, lead: str, others: Iterable[str]) -> list[str]:
    """Returns those of the zones, in their order, whose clock shows another time than the leading one and those before
    them: what must be told besides."""
    told: list[str] = []
    for tzid in others:
        if not any(same_local_time(at, tzid, known) for known in (lead, *told)):
            told.append(tzid)
    return told


def when_there(at: datetime, place_tzid: str, tzid: str, locale: str, *, year: bool = False) -> str:
    """Returns the time by the reader's clock (`tzid`); on site by that of the place, then by the reader's where it
    differs: `mer. 9 déc., 18:00 (Paris) · 12:00 (Toronto)`."""
    words = when(at, place_tzid or tzid, locale, year=year)
    if not place_tzid or same_local_time(at, place_tzid, tzid):
        return words
    same_day = day(at, place_tzid, locale) == day(at, tzid, locale)
    mine = f"{clock(at, tzid)} ({place(tzid, locale)})" if same_day else when(at, tzid, locale, year=year)
    return f"{words} · {mine}"


WEEK = 7 * 1440
_UNITS = ((1440, "duration-day"), (60, "duration-hour"), (1, "duration-minute"))


def duration(minutes: int, locale: str) -> str:
    """Returns the exact duration in as few units as possible."""
    if minutes and minutes % WEEK == 0:
        return str(format_unit(minutes // WEEK, "duration-week", locale=locale))
    words: list[str] = []
    for size, unit in _UNITS:
        count, minutes = divmod(minutes, size)
        if count or (size == 1 and not words):
            words.append(format_unit(count, unit, locale=locale))
    return " ".join(words)


def took(time: timedelta, locale: str) -> str:
    """Returns a time that something took, rounded: in days from two days on, else in hours, at least one."""
    hours = max(1, round(time.total_seconds() / 3600))
    if hours >= 48:
        return str(format_unit(round(hours / 24), "duration-day", locale=locale))
    return str(format_unit(hours, "duration-hour", locale=locale))


def within(time: timedelta, locale: str) -> str:
    """Returns a time within which something happened, rounded up: in days from two days on, else in hours."""
    hours = max(1, -(-time // timedelta(hours=1)))
    if hours > 48:
        return str(format_unit(-(-time // timedelta(days=1)), "duration-day", locale=locale))
    return str(format_unit(hours, "duration-hour", locale=locale))


REGIONS = {
    "Europe": mark("Europe"),
    "Africa": mark("Africa"),
    "America": mark("America"),
    "Antarctica": mark("Antarctica"),
    "Arctic": mark("Arctic"),
    "Asia": mark("Asia"),
    "Atlantic": mark("Atlantic Ocean"),
    "Australia": mark("Australia"),
    "Indian": mark("Indian Ocean"),
    "Pacific": mark("Pacific Ocean"),
}


ALIKE = 0.6
"""From which likeness on two names of one zone are spellings of one place: Ulan Bator and Ulaanbaatar."""
RENAMED = (
    {"Asia/Calcutta", "Asia/Kolkata"},
    {"Asia/Saigon", "Asia/Ho_Chi_Minh"},
    {"Asia/Chungking", "Asia/Chongqing"},
    {"America/Atka", "America/Adak"},
)


@functools.cache
def zone_groups(locale: str) -> Mapping[str, Sequence[tuple[str, str]]]:
    """Maps region → (tzid, place), places in that language's order; UTC has a group of its own.

    Of the names of one zone that mean one place (Asmara and Asmera), one is listed: the one that the language knows, or
    the shortest.
    """
    gettext, known = translations(locale).gettext, Locale.parse(locale).time_zones
    groups: dict[str, Sequence[tuple[str, str]]] = {"UTC": [("UTC", "UTC")]}
    aliases = get_global("zone_aliases")
    places = [tzid for region in REGIONS for tzid in _places_in(region)]
    listed: dict[str, list[str]] = {}
    for tzid in sorted(places, key=lambda each: ("city" not in known.get(each, {}), each.count("/"), each)):
        same = listed.setdefault(aliases.get(tzid, tzid), [])
        if not any(_one_place(tzid, other, locale) for other in same):
            same.append(tzid)
    shown = {tzid for same in listed.values() for tzid in same}
    for region, words in REGIONS.items():
        inside = [(tzid, zone_words(tzid, locale)) for tzid in _places_in(region) if tzid in shown]
        groups[gettext(words)] = sorted(inside, key=lambda each: sort_key(each[1]))
    return groups


def _one_place(tzid: str, other: str, locale: str) -> bool:
    """Whether two names of one zone mean the same place."""
    if {tzid, other} in RENAMED or zone_words(tzid, locale) == zone_words(other, locale):
        return True
    name, another = (each.rsplit("/", 1)[-1].casefold() for each in (tzid, other))
    return SequenceMatcher(None, name, another).ratio() >= ALIKE


def _places_in(region: str) -> list[str]:
    return [tzid for tzid in names() if tzid.startswith(f"{region}/") and is_place(tzid)]


def zone_words(tzid: str, locale: str) -> str:
    """Returns `Paris`, or `Indiana · Knox` for a zone name with a middle part."""
    _, *between = tzid.split("/")[:-1]
    return " · ".join([*(part.replace("_", " ") for part in between), place(tzid, locale)])
