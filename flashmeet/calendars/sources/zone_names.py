"""Finds the IANA zone of a name: IANA's own, Windows's, or Outlook's display name."""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime, timedelta

from flashmeet.core.numbers import read_number
from flashmeet.core.zones import names, zone

SHOWN = {
    "eastern time (us & canada)": "America/New_York",
    "central time (us & canada)": "America/Chicago",
    "mountain time (us & canada)": "America/Denver",
    "pacific time (us & canada)": "America/Los_Angeles",
    "atlantic time (canada)": "America/Halifax",
    "eastern time": "America/New_York",
    "central time": "America/Chicago",
    "mountain time": "America/Denver",
    "pacific time": "America/Los_Angeles",
    "central european time": "Europe/Paris",
    "western european time": "Europe/Lisbon",
    "eastern european time": "Europe/Athens",
    "greenwich mean time": "Europe/London",
    "indiana (east)": "America/Indiana/Indianapolis",
    "arizona": "America/Phoenix",
    "alaska": "America/Anchorage",
    "hawaii": "Pacific/Honolulu",
    "newfoundland": "America/St_Johns",
    "baja california": "America/Tijuana",
    "saskatchewan": "America/Regina",
    "central america": "America/Guatemala",
    "west central africa": "Africa/Lagos",
    "coordinated universal time": "UTC",
    "greenland": "America/Nuuk",
    "azores": "Atlantic/Azores",
    "cabo verde is.": "Atlantic/Cape_Verde",
    "new delhi": "Asia/Kolkata",
    "chennai": "Asia/Kolkata",
    "mumbai": "Asia/Kolkata",
    "beijing": "Asia/Shanghai",
    "bern": "Europe/Zurich",
    "edinburgh": "Europe/London",
    "canberra": "Australia/Sydney",
    "wellington": "Pacific/Auckland",
    "osaka": "Asia/Tokyo",
    "st. petersburg": "Europe/Moscow",
    "abu dhabi": "Asia/Dubai",
    "jerusalem": "Asia/Jerusalem",
    "islamabad": "Asia/Karachi",
    "hanoi": "Asia/Bangkok",
    "bruxelles": "Europe/Brussels",
    "brüssel": "Europe/Brussels",
    "copenhague": "Europe/Copenhagen",
    "kopenhagen": "Europe/Copenhagen",
    "wien": "Europe/Vienna",
    "rom": "Europe/Rome",
    "londres": "Europe/London",
    "lisbonne": "Europe/Lisbon",
    "varsovie": "Europe/Warsaw",
    "athènes": "Europe/Athens",
    "heure de l'est (é.-u. et canada)": "America/New_York",
    "pst": "America/Los_Angeles",
    "pdt": "America/Los_Angeles",
    "mdt": "America/Denver",
    "cdt": "America/Chicago",
    "edt": "America/New_York",
    "cest": "Europe/Paris",
    "bst": "Europe/London",
    "z": "UTC",
    "tzone://microsoft/utc": "UTC",
    "tzone:/microsoft/utc": "UTC",
}
"""Display names of Outlook and names of other programs, in lower case."""
_BRACKET = re.compile(r"\(\s*(?:UTC|GMT)\s*(?:([+\-−])(\d{1,2}):?(\d{2})?)?\s*\)\s*(.*)", re.IGNORECASE | re.DOTALL)


@functools.lru_cache(maxsize=2_048)
def iana_name(tzid: str, *, exact: bool = False) -> str | None:
    """Returns the IANA name; None for an unknown one. `exact`: only for IANA's own names."""
    plain = re.sub(r"\s+", " ", tzid.replace("\\", "").strip(' "'))
    found = _lower().get(plain.strip("/").lower()) or _lower().get(plain.strip("/").replace(" ", "_").lower())
    if found is not None or exact:
        return found
    return _vendor(plain) or _windows(plain) or SHOWN.get(plain.lower()) or _shown(plain)


@functools.cache
def _lower() -> dict[str, str]:
    return {each.lower(): each for each in names()}


@functools.cache
def _windows_names() -> dict[str, str]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # noqa: PLC0415  # the library loads slowly

    return {each.lower(): name for each, name in WINDOWS_TO_OLSON.items()}


def _vendor(plain: str) -> str | None:
    """`/freeassociation.sourceforge.net/Europe/Paris`: an IANA name behind a vendor prefix."""
    parts = plain.strip("/").split("/")
    tails = ("/".join(parts[first:]).lower() for first in range(1, len(parts)))
    return next((_lower()[each] for each in tails if each in _lower()), None)


def _windows(plain: str) -> str | None:
    """`Romance Standard Time`; Outlook numbers copies: `Romance Standard Time 1`."""
    known = _windows_names()
    bare = re.sub(r"[ /]\d+$", "", plain.lower())
    return known.get(plain.lower()) or known.get(bare) or known.get(bare.replace(" daylight time", " standard time"))


def _shown(plain: str) -> str | None:
    """`(UTC+01:00) Amsterdam, Berlin, Bern`: a city whose zone has the offset in brackets."""
    match = _BRACKET.fullmatch(plain)
    if match is None:
        return None
    ahead = -1 if match[1] in ("-", "−") else 1
    offset = ahead * timedelta(hours=read_number(match[2] or "0"), minutes=read_number(match[3] or "0"))
    rest = match[4].strip().lower()
    for name in (rest, *(part.strip() for part in re.split(r"[,/]", rest))):
        found = SHOWN.get(name) or _cities().get(name.replace(" ", "_")) or _windows(name)
        if found is not None and offset in _offsets(found):
            return found
    return None


@functools.cache
def _cities() -> dict[str, str]:
    """Returns zones by city."""
    plain = (each for each in sorted(names()) if "/" in each and not each.startswith(("Etc/", "SystemV/", "US/")))
    return {each.rpartition("/")[2].lower(): each for each in plain}


def _offsets(tzid: str) -> set[timedelta | None]:
    return {datetime(2026, month, 1, tzinfo=UTC).astimezone(zone(tzid)).utcoffset() for month in (1, 7)}
