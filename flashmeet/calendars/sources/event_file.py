"""A session of ours as an event in somebody's calendar: iCalendar without a METHOD, so that it invites nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from flashmeet.calendars.rules.sources import OwnEvent
from flashmeet.core.provider_faults import Unreadable
from flashmeet.core.text import lines, one_line

if TYPE_CHECKING:
    from icalendar import Event, vCalAddress

PRODUCT = "-//flashmeet//flashmeet//EN"
_NOT_IN_A_NAME = str.maketrans({'"': "'", "\\": "/", "^": None})


def event_file(event: OwnEvent) -> bytes:
    """One VEVENT in UTC."""
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
    """The event as it stands there, at the time it should be; whatever else was changed there stays.

    Raises Unreadable.
    """
    from icalendar import Calendar  # noqa: PLC0415

    try:
        calendar = Calendar.from_ical(there.decode("utf-8-sig", "replace"))
        made = next(each for each in calendar.walk("VEVENT") if str(each.get("UID", "")) == event.uid)
    except (ValueError, StopIteration) as error:
        raise Unreadable("not our event") from error
    made.pop("DURATION", None)
    _set(cast("Event", made), _times(event))
    written: bytes = calendar.to_ical(sorted=False)
    return written


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
    """SCHEDULE-AGENT=CLIENT: the server writes to nobody (RFC 6638 §7.1)."""
    from icalendar import vCalAddress  # noqa: PLC0415

    found = vCalAddress(f"mailto:{one_line(address).replace(' ', '')}")
    clean = one_line(name, most=200).translate(_NOT_IN_A_NAME)
    if clean:
        found.params["CN"] = clean
    found.params["SCHEDULE-AGENT"] = "CLIENT"
    return found
