"""libical through its C library: checks the restrictions of RFC 5546, which no Python reader does."""

from __future__ import annotations

import ctypes
import functools
from ctypes import c_char_p, c_int, c_void_p
from datetime import UTC, datetime

import pytest

from tests.judges import Reading

_LIBRARY = "libical.so.3"
_POINTERS = (
    "icalparser_parse_string",
    "icalcomponent_get_first_component",
    "icalcomponent_get_first_property",
    "icalcomponent_get_next_property",
)
_TEXTS = (
    "icalcomponent_as_ical_string",
    "icalcomponent_get_uid",
    "icalcomponent_get_summary",
    "icalcomponent_get_description",
    "icalcomponent_get_location",
    "icalproperty_get_value_as_string",
)


@functools.cache
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        pytest.skip(f"{_LIBRARY} is not installed (Debian: libical3)")
    for name in _POINTERS:
        getattr(library, name).restype = c_void_p
    for name in _TEXTS:
        getattr(library, name).restype = c_char_p
        getattr(library, name).argtypes = [c_void_p]
    library.icalparser_parse_string.argtypes = [c_char_p]
    library.icalrestriction_check.argtypes = [c_void_p]
    library.icalcomponent_free.argtypes = [c_void_p]
    for name in _POINTERS[1:]:
        getattr(library, name).argtypes = [c_void_p, c_int]
    return library


def read(ics: bytes) -> Reading:
    """Raises AssertionError where libical finds a fault."""
    library = _library()
    calendar = library.icalparser_parse_string(ics)
    assert calendar, "libical cannot read it"
    try:
        passed = library.icalrestriction_check(calendar)
        written = library.icalcomponent_as_ical_string(calendar)
        assert passed == 1 and b"X-LIC-ERROR" not in written, written.decode()
        return _reading(library, calendar)
    finally:
        library.icalcomponent_free(calendar)


def passes(ics: bytes) -> bool:
    """Whether all of it keeps the rules, whatever it holds: a feed may have many events, or none."""
    library = _library()
    calendar = library.icalparser_parse_string(ics)
    if not calendar:
        return False
    try:
        passed = library.icalrestriction_check(calendar)
        return passed == 1 and b"X-LIC-ERROR" not in library.icalcomponent_as_ical_string(calendar)
    finally:
        library.icalcomponent_free(calendar)


def accepts(ics: bytes) -> bool:
    try:
        read(ics)
    except AssertionError:
        return False
    return True


def _reading(library: ctypes.CDLL, calendar: int) -> Reading:
    event = library.icalcomponent_get_first_component(calendar, library.icalcomponent_string_to_kind(b"VEVENT"))

    def values(name: bytes, where: int = event) -> list[str]:
        kind = library.icalproperty_string_to_kind(name)
        found, pointer = [], library.icalcomponent_get_first_property(where, kind)
        while pointer:
            found.append(library.icalproperty_get_value_as_string(pointer).decode())
            pointer = library.icalcomponent_get_next_property(where, kind)
        return found

    def text(name: str) -> str:
        return (getattr(library, f"icalcomponent_get_{name}")(event) or b"").decode()

    return Reading(
        method=values(b"METHOD", calendar)[0],
        uid=text("uid"),
        sequence=int(values(b"SEQUENCE")[0]),
        status=values(b"STATUS")[0],
        starts_at=_instant(values(b"DTSTART")[0]),
        ends_at=_instant(values(b"DTEND")[0]),
        stamped_at=_instant(values(b"DTSTAMP")[0]),
        summary=text("summary"),
        description=text("description"),
        location=text("location"),
        organizer=values(b"ORGANIZER")[0],
        attendees=tuple(values(b"ATTENDEE")),
    )


def _instant(text: str) -> datetime:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
