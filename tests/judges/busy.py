"""The time that a calendar takes, as libical and ical.js lay it out: what both agree on, we may not miss."""

from __future__ import annotations

import base64
import ctypes
import functools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_long, c_void_p
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flashmeet.core.intervals import Interval, merged
from tests.judges.icaljs import _HERE, _INSTALLED
from tests.judges.libical import _LIBRARY

Spans = list[Interval]


def common(one: Sequence[Interval], other: Sequence[Interval]) -> Spans:
    """What is in both."""
    found = (Interval(max(a.start, b.start), min(a.end, b.end)) for a in one for b in other if a.overlaps(b))
    return merged(found)


def missing(wanted: Sequence[Interval], there: Sequence[Interval]) -> Spans:
    """What of `wanted` is not `there`."""
    left = merged(wanted)
    for taken in merged(there):
        left = [
            part
            for each in left
            for part in (
                (each,)
                if not each.overlaps(taken)
                else (
                    Interval(each.start, min(each.end, taken.start)),
                    Interval(max(each.start, taken.end), each.end),
                )
            )
            if part.start < part.end
        ]
    return left


def icaljs_busy(files: Sequence[bytes], window: Interval) -> list[Spans | None]:
    """None where it cannot read a file. Times without a zone are UTC. Skips the test where ical.js is not installed."""
    node, module = shutil.which("node"), Path(os.environ.get("FLASHMEET_TEST_ICALJS") or _INSTALLED)
    if node is None or not module.is_file():
        pytest.skip("ical.js is not installed (npm install --no-save ical.js)")
    asked = "\n".join(base64.b64encode(ics).decode() for ics in files)
    bounds = [str(int(window.start.timestamp())), str(int(window.end.timestamp()))]
    answer = subprocess.run(
        [node, _HERE / "busy.mjs", module, *bounds],
        input=asked,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "TZ": "UTC"},
    )
    return [_spans(json.loads(line), window) for line in answer.stdout.splitlines()]


def _spans(found: list[list[float]] | None, window: Interval) -> Spans | None:
    if found is None:
        return None
    return _within([(start, end) for start, end in found], window)


def _within(found: Sequence[tuple[float, float]], window: Interval) -> Spans:
    spans = [Interval(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)) for start, end in found]
    return common(merged(spans), [window])


_TIME = ("year", "month", "day", "hour", "minute", "second", "is_date", "is_daylight")


class _Time(Structure):
    _fields_ = [(name, c_int) for name in _TIME] + [("zone", c_void_p)]


class _Span(Structure):
    _fields_ = [("start", c_long), ("end", c_long), ("is_busy", c_int)]


_CALLBACK = CFUNCTYPE(None, c_void_p, POINTER(_Span), c_void_p)


@functools.cache
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL(_LIBRARY)
    except OSError:
        pytest.skip(f"{_LIBRARY} is not installed (Debian: libical3)")
    pointers = ("icalparser_parse_string", "icaltimezone_get_utc_timezone", "icalproperty_get_first_parameter")
    for name in (*pointers, *(f"icalcomponent_get_{which}_{what}" for which in ("first", "next") for what in _PARTS)):
        getattr(library, name).restype = c_void_p
        getattr(library, name).argtypes = [c_char_p] if name == "icalparser_parse_string" else [c_void_p, c_int]
    library.icaltimezone_get_utc_timezone.argtypes = []
    for name in ("icalproperty_get_value_as_string", "icalproperty_get_parameter_as_string"):
        getattr(library, name).restype = c_char_p
    library.icalproperty_get_value_as_string.argtypes = [c_void_p]
    library.icalproperty_get_parameter_as_string.argtypes = [c_void_p, c_char_p]
    library.icalcomponent_isa.argtypes = [c_void_p]
    library.icaltime_from_timet_with_zone.restype = _Time
    library.icaltime_from_timet_with_zone.argtypes = [c_long, c_int, c_void_p]
    library.icalcomponent_get_recurrenceid.restype = _Time
    library.icalcomponent_get_recurrenceid.argtypes = [c_void_p]
    library.icaltime_as_timet_with_zone.restype = c_long
    library.icaltime_as_timet_with_zone.argtypes = [_Time, c_void_p]
    library.icalcomponent_foreach_recurrence.argtypes = [c_void_p, _Time, _Time, _CALLBACK, c_void_p]
    library.icalcomponent_foreach_recurrence.restype = None
    library.icalcomponent_free.argtypes = [c_void_p]
    return library


_PARTS = ("component", "property")


def libical_busy(ics: bytes, window: Interval) -> Spans | None:
    """None where it cannot read the file. Times without a zone are UTC."""
    library = _library()
    root = library.icalparser_parse_string(ics)
    if not root:
        return None
    try:
        events = list(_walk(library, root, b"VEVENT"))
        found = [span for event in events for span in _event(library, event, events, window)]
        for each in _walk(library, root, b"VFREEBUSY"):
            found += _free_busy(library, each)
        return _within(found, window)
    finally:
        library.icalcomponent_free(root)


def _walk(library: ctypes.CDLL, component: int, name: bytes) -> Iterator[int]:
    if library.icalcomponent_isa(component) == library.icalcomponent_string_to_kind(name):
        yield component
        return
    anything = library.icalcomponent_string_to_kind(b"ANY")
    child = library.icalcomponent_get_first_component(component, anything)
    children = []
    while child:
        children.append(child)
        child = library.icalcomponent_get_next_component(component, anything)
    for each in children:
        yield from _walk(library, each, name)


def _values(library: ctypes.CDLL, component: int, name: bytes) -> list[tuple[str, str]]:
    """(value, FBTYPE) of each property of that name."""
    kind = library.icalproperty_string_to_kind(name)
    found, each = [], library.icalcomponent_get_first_property(component, kind)
    while each:
        kept = library.icalproperty_get_parameter_as_string(each, b"FBTYPE") or b""
        found.append(((library.icalproperty_get_value_as_string(each) or b"").decode(), kept.decode()))
        each = library.icalcomponent_get_next_property(component, kind)
    return found


def _is_free(library: ctypes.CDLL, event: int) -> bool:
    return any(value.upper() == "CANCELLED" for value, _ in _values(library, event, b"STATUS")) or any(
        value.upper() == "TRANSPARENT" for value, _ in _values(library, event, b"TRANSP")
    )


def _event(library: ctypes.CDLL, event: int, events: Sequence[int], window: Interval) -> Iterator[tuple[float, float]]:
    if _is_free(library, event):
        return
    changed: set[int] = set()
    if not _values(library, event, b"RECURRENCE-ID"):
        uid = _values(library, event, b"UID")
        others = [each for each in events if each != event and _values(library, each, b"UID") == uid != []]
        changed = {_recurrence_id(library, each) for each in others if _values(library, each, b"RECURRENCE-ID")}
    found: list[tuple[float, float]] = []

    def keep(_: int, span: ctypes._Pointer[_Span], __: int) -> None:
        if span.contents.start not in changed:
            found.append((span.contents.start, span.contents.end))

    utc = library.icaltimezone_get_utc_timezone()
    low, high = (
        library.icaltime_from_timet_with_zone(int(at.timestamp()), 0, utc) for at in (window.start, window.end)
    )
    library.icalcomponent_foreach_recurrence(event, low, high, _CALLBACK(keep), None)
    yield from found


def _recurrence_id(library: ctypes.CDLL, event: int) -> int:
    at = library.icalcomponent_get_recurrenceid(event)
    return int(library.icaltime_as_timet_with_zone(at, at.zone))


def _free_busy(library: ctypes.CDLL, component: int) -> Iterator[tuple[float, float]]:
    for value, kind in _values(library, component, b"FREEBUSY"):
        start, _, end = value.partition("/")
        if kind.upper() != "FREE" and end.endswith("Z"):
            yield _instant(start), _instant(end)


def _instant(text: str) -> float:
    return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
