"""vobject, which old calendar servers and command lines read with."""

from __future__ import annotations

from datetime import UTC, datetime

import vobject  # type: ignore[import-untyped]  # has no types

from tests.judges import Reading


def read(ics: bytes) -> Reading:
    """Raises what vobject raises, and AssertionError where it finds a fault."""
    calendar = vobject.readOne(ics.decode("utf-8"))
    assert calendar.validate()
    event = calendar.vevent
    return Reading(
        method=calendar.method.value,
        uid=event.uid.value,
        sequence=int(event.sequence.value),
        status=event.status.value,
        starts_at=_utc(event.dtstart.value),
        ends_at=_utc(event.dtend.value),
        stamped_at=_utc(event.dtstamp.value),
        summary=event.getChildValue("summary", ""),
        description=event.getChildValue("description", ""),
        location=event.getChildValue("location", ""),
        organizer=event.organizer.value,
        attendees=tuple(attendee.value for attendee in event.attendee_list),
    )


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC)
