"""Google's events as ours, and ours as Google's."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from flashmeet.calendars.rules.sources import OwnEvent, RemoteEvent
from flashmeet.core.intervals import Interval
from flashmeet.core.provider_faults import Unreadable
from flashmeet.core.zones import day_span, names

FIELDS = "id,etag,status,iCalUID,transparency,start,end,attendees(self,responseStatus)"
"""All we read of an event: neither its title nor its people leave Google."""

Json = Mapping[str, Any]


def read_event(event: Json, *, tzid: str, window: Interval | None = None) -> RemoteEvent:
    """`tzid` is where all-day events are days. Outside `window` nothing is busy. Raises Unreadable."""
    try:
        start, end = _instant(event["start"], tzid), _instant(event["end"], tzid)
        taken = (Interval(start, end),) if end > start and _takes_time(event) else ()
        return RemoteEvent(
            remote_id=event["id"],
            etag=event.get("etag", ""),
            uid=event.get("iCalUID", ""),
            busy=tuple(each for each in taken if window is None or each.overlaps(window)),
            starts_at=start,
            ends_at=end,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("event") from error


def is_gone(event: Json) -> bool:
    return event.get("status") == "cancelled"


def written(event: OwnEvent) -> dict[str, Any]:
    """What is said of a session. It names nobody: Google would write to them."""
    return {
        "summary": event.summary,
        "description": event.description,
        "location": event.location,
        "start": {"dateTime": _machine(event.starts_at), "timeZone": "UTC"},
        "end": {"dateTime": _machine(event.ends_at), "timeZone": "UTC"},
        "status": "confirmed",
        "transparency": "opaque",
        "visibility": "private",
    }


def event_id(uid: str) -> str:
    """The id under which a session is written: always the same, so that nothing is ever written twice (a-v and 0-9)."""
    return f"fm{hashlib.sha256(uid.encode()).hexdigest()}"


def _takes_time(event: Json) -> bool:
    declined = any(each.get("self") and each.get("responseStatus") == "declined" for each in event.get("attendees", ()))
    return event.get("transparency") != "transparent" and not is_gone(event) and not declined


def _instant(moment: Json, tzid: str) -> datetime:
    """A `dateTime` carries its offset; a `date` begins at the day's first instant in the calendar's zone."""
    if "dateTime" in moment:
        at = datetime.fromisoformat(moment["dateTime"])
        if at.tzinfo is None:
            raise ValueError("no offset")
        return at.astimezone(UTC)
    return day_span(date.fromisoformat(moment["date"]), tzid if tzid in names() else "UTC")[0]


def _machine(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
