"""A booking as an event in somebody's calendar: iCalendar without a METHOD, so that it invites nobody."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flashmeet.calendars.rules.sources import OwnEvent
from flashmeet.calendars.sources.content_lines import folded, unfolded
from flashmeet.core.provider_faults import Unreadable
from flashmeet.core.text import lines, one_line
from flashmeet.messages.rules.invites import PRODUCT, common_name, mailto

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress


def event_file(event: OwnEvent) -> bytes:
    """Returns an iCalendar file with one VEVENT in UTC."""
    from icalendar import Calendar, Event  # noqa: PLC0415  # the library loads slowly

    calendar, made = Calendar(), Event()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", PRODUCT)
    made.add("UID", one_line(event.uid))
    made.add("TRANSP", "OPAQUE")
    made.add("CLASS", "PRIVATE")
    _set(made, _times(event) | _texts(event))
    if event.attendee:
        made.add("ORGANIZER", _address(event.organizer, event.organizer_name))
        attendee = _address(event.attendee, event.attendee_name)
        attendee.params["PARTSTAT"] = "ACCEPTED"
        made.add("ATTENDEE", attendee)
    calendar.add_component(made)
    written: bytes = calendar.to_ical(sorted=False)
    return written


def brought_up_to_date(there: bytes, event: OwnEvent) -> bytes:
    """The event as it stands there, at the time and place it should be; whatever else was changed there stays.

    Raises Unreadable.
    """
    lines = unfolded(there)
    span = _event_span(lines, event.uid)
    if span is None:
        raise Unreadable("not our event")
    told = {**_times(event), "LOCATION": _escaped(one_line(event.location))}
    inside = _without(lines[span.start : span.stop], {*told, "DURATION"})
    fresh = [f"{name}:{_written(value)}" for name, value in told.items() if value != ""]
    return folded([*lines[: span.start], *inside, *fresh, *lines[span.stop :]])


def _event_span(lines: Sequence[str], uid: str) -> range | None:
    """Returns the lines inside the first VEVENT of that UID; None without one."""
    first: int | None = None
    for number, line in enumerate(lines):
        told = line.strip().upper()
        if told == "BEGIN:VEVENT":
            first = number + 1
        elif told == "END:VEVENT" and first is not None:
            inside = _without(lines[first:number], set())
            if any(each.upper().startswith("UID") and each.partition(":")[2].strip() == uid for each in inside):
                return range(first, number)
            first = None
    return None


def _without(lines: Sequence[str], names: Collection[str]) -> list[str]:
    """Returns the lines without the event's own ones of those names; its alarms keep theirs."""
    kept: list[str] = []
    depth = 0
    for line in lines:
        name = re.split("[;:]", line, maxsplit=1)[0].strip().upper()
        depth += name == "BEGIN"
        if depth or name not in names:
            kept.append(line)
        depth -= name == "END"
    return kept


def _escaped(text: str) -> str:
    """A TEXT (RFC 5545 §3.3.11)."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _written(value: object) -> str:
    return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}" if isinstance(value, datetime) else str(value)


def _times(event: OwnEvent) -> dict[str, object]:
    return {
        "SEQUENCE": event.sequence,
        "DTSTAMP": event.stamped_at,
        "DTSTART": event.starts_at,
        "DTEND": event.ends_at,
        "STATUS": "CONFIRMED",
    }


def _texts(event: OwnEvent) -> dict[str, object]:
    return {
        "SUMMARY": one_line(event.summary),
        "DESCRIPTION": lines(event.description),
        "LOCATION": one_line(event.location),
    }


def _set(made: Event, values: Mapping[str, object]) -> None:
    for name, value in values.items():
        made.pop(name, None)
        if value != "":
            made.add(name, value)


def _address(address: str, name: str) -> vCalAddress:
    """Returns an address with SCHEDULE-AGENT=CLIENT, so that the server sends no mail (RFC 6638 §7.1)."""
    from icalendar import vCalAddress  # noqa: PLC0415

    found = vCalAddress(mailto(address))
    if shown := common_name(name):
        found.params["CN"] = shown
    found.params["SCHEDULE-AGENT"] = "CLIENT"
    return found
