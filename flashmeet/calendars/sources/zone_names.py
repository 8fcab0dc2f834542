"""Finds the IANA zone of a name: IANA's own, Windows's, or Outlook's display name."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass
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
    "brussel": "Europe/Brussels",
    "copenhague": "Europe/Copenhagen",
    "kopenhagen": "Europe/Copenhagen",
    "wien": "Europe/Vienna",
    "rom": "Europe/Rome",
    "londres": "Europe/London",
    "lisbonne": "Europe/Lisbon",
    "varsovie": "Europe/Warsaw",
    "athenes": "Europe/Athens",
    "heure de l'est (e.-u. et canada)": "America/New_York",
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
    "international date line west": "Etc/GMT+12",
    "aleutian islands": "America/Adak",
    "marquesas islands": "Pacific/Marquesas",
    "easter island": "Pacific/Easter",
    "chetumal": "America/Cancun",
    "haiti": "America/Port-au-Prince",
    "turks and caicos": "America/Grand_Turk",
    "brasilia": "America/Sao_Paulo",
    "salvador": "America/Bahia",
    "city of buenos aires": "America/Argentina/Buenos_Aires",
    "saint pierre and miquelon": "America/Miquelon",
    "saint-pierre-et-miquelon": "America/Miquelon",
    "port louis": "Indian/Mauritius",
    "sri jayawardenepura": "Asia/Colombo",
    "yangon (rangoon)": "Asia/Yangon",
    "astana": "Asia/Almaty",
    "lord howe island": "Australia/Lord_Howe",
    "bougainville island": "Pacific/Bougainville",
    "norfolk island": "Pacific/Norfolk",
    "solomon is.": "Pacific/Guadalcanal",
    "new caledonia": "Pacific/Noumea",
    "petropavlovsk-kamchatsky": "Asia/Kamchatka",
    "petropavlovsk-kamchatsky - old": "Asia/Kamchatka",
    "chatham islands": "Pacific/Chatham",
    "nuku'alofa": "Pacific/Tongatapu",
    "samoa": "Pacific/Apia",
    "kiritimati island": "Pacific/Kiritimati",
    "est (e.-u. et canada)": "America/New_York",
    "est (etats-unis et canada)": "America/New_York",
    "heure de l'est (etats-unis et canada)": "America/New_York",
    "centre (e.-u. et canada)": "America/Chicago",
    "heure du centre (e.-u. et canada)": "America/Chicago",
    "montagnes rocheuses (e.-u. et canada)": "America/Denver",
    "heure des rocheuses (e.-u. et canada)": "America/Denver",
    "pacifique (e.-u. et canada)": "America/Los_Angeles",
    "heure du pacifique (e.-u. et canada)": "America/Los_Angeles",
    "atlantique (canada)": "America/Halifax",
    "heure de l'atlantique (canada)": "America/Halifax",
    "terre-neuve": "America/St_Johns",
    "groenland": "America/Nuuk",
    "acores": "Atlantic/Azores",
    "le caire": "Africa/Cairo",
    "beyrouth": "Asia/Beirut",
    "moscou": "Europe/Moscow",
}
"""Display names of Outlook and names of other programs, folded: see `_folded`."""
_BRACKET = re.compile(r"\(\s*(?:UTC|GMT)\s*(?:([+\-−])(\d{1,2}):?(\d{2})?)?\s*\)\s*(.*)", re.IGNORECASE | re.DOTALL)


@functools.lru_cache(maxsize=2_048)
def iana_name(tzid: str, *, exact: bool = False) -> str | None:
    """Returns the IANA name; None for an unknown one. `exact`: only for IANA's own names."""
    plain = re.sub(r"\s+", " ", tzid.replace("\\", "").strip(' "'))
    found = _lower().get(plain.strip("/").lower()) or _lower().get(plain.strip("/").replace(" ", "_").lower())
    if found is not None or exact:
        return found
    if (found := _vendor(plain) or _windows(plain) or SHOWN.get(_folded(plain))) is not None:
        return found
    shown = shown_name(plain)
    return shown.tzid if shown is not None and shown.agrees else None


@dataclass(frozen=True, slots=True)
class ShownName:
    """A display name: the offset in its brackets and the zone of its text, None where the text names none.

    `agrees`: the zone has that offset at some time of the year. `bare`: no text names a place.
    """

    offset: timedelta
    tzid: str | None
    agrees: bool
    bare: bool


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


def shown_name(plain: str) -> ShownName | None:
    """Reads `(UTC+01:00) Amsterdam, Berlin, Bern`; None for a name without an offset in brackets."""
    match = _BRACKET.fullmatch(plain)
    if match is None:
        return None
    ahead = -1 if match[1] in ("-", "−") else 1
    offset = ahead * timedelta(hours=read_number(match[2] or "0"), minutes=read_number(match[3] or "0"))
    rest = _folded(match[4])
    parts = (rest, *(part.strip() for part in re.split(r"[,/]", rest)))
    found = [each for part in parts if (each := _named(part)) is not None]
    agreed = [each for each in found if offset in _offsets(each)]
    bare = not rest or rest.startswith(("coordinated universal time", "temps universel"))
    return ShownName(offset, next(iter(agreed or found), None), bool(agreed), bare)


def _named(part: str) -> str | None:
    return SHOWN.get(part) or _cities().get(part.replace(" ", "_")) or _windows(part)


def _folded(text: str) -> str:
    """Returns it as names are compared: without case, accents and curly apostrophes; `and` is `&`."""
    plain = unicodedata.normalize("NFKD", text.replace("\u2019", "'")).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return letters.replace("(us and canada)", "(us & canada)").strip()


@functools.cache
def _cities() -> dict[str, str]:
    """Returns zones by city."""
    plain = (each for each in sorted(names()) if "/" in each and not each.startswith(("Etc/", "SystemV/", "US/")))
    return {each.rpartition("/")[2].lower(): each for each in plain}


def _offsets(tzid: str) -> set[timedelta | None]:
    return {datetime(2026, month, 1, tzinfo=UTC).astimezone(zone(tzid)).utcoffset() for month in (1, 7)}
