"""Microsoft Graph's events as ours, and ours as Graph's.

Of a series the delta names the master with all its facts, and each occurrence with its hours alone: what an occurrence
takes follows from its master.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from flashmeet.calendars.rules.sources import OwnEvent, RemoteEvent
from flashmeet.core.intervals import Interval
from flashmeet.core.provider_faults import Unreadable
from flashmeet.core.zones import day_span, names

UID_PROPERTY = "String {5b7e1a6e-4b0c-4d3e-9a8a-3f6f1d2c7b90} Name FlashmeetUid"
"""Under which a session's UID stands in the mailbox: Graph lets nobody choose iCalUId."""
OURS = "flashmeet:"
"""How the transaction id of what we wrote begins; the UID follows."""
FREE = frozenset({"free", "workingElsewhere"})

Json = Mapping[str, Any]


def read_events(items: Sequence[Json], *, tzid: str, window: Interval) -> tuple[RemoteEvent, ...]:
    """Raises Unreadable."""
    masters = {item["id"]: item for item in items if item.get("type") == "seriesMaster"}
    return tuple(read_event(_whole(item, masters), tzid=tzid, window=window) for item in items)


def read_event(event: Json, *, tzid: str, window: Interval | None = None) -> RemoteEvent:
    """`tzid` is where all-day events are days. Outside `window` nothing is busy. Raises Unreadable."""
    try:
        start, end = _instant(event, "start", tzid), _instant(event, "end", tzid)
        taken = (Interval(start, end),) if end > start and _takes_time(event) else ()
        return RemoteEvent(
            remote_id=event["id"],
            etag=event.get("@odata.etag", ""),
            uid=uid_of(event),
            busy=tuple(each for each in taken if window is None or each.overlaps(window)),
            starts_at=start,
            ends_at=end,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("event") from error


def uid_of(event: Json) -> str:
    """The invite's UID, whether we wrote the event or the mailbox filed the invite."""
    ours = str(event.get("transactionId") or "")
    return ours.removeprefix(OURS).partition("#")[0] if ours.startswith(OURS) else str(event.get("iCalUId") or "")


def written(event: OwnEvent) -> dict[str, Any]:
    """What is said of a session. It names nobody: Outlook would write to them."""
    return {
        "subject": event.summary,
        "body": {"contentType": "text", "content": event.description},
        "location": {"displayName": event.location},
        "start": _moment(event.starts_at),
        "end": _moment(event.ends_at),
        "showAs": "busy",
        "sensitivity": "private",
    }


def _whole(item: Json, masters: Mapping[str, Json]) -> Json:
    master = masters.get(item.get("seriesMasterId") or "")
    return {**_shared(master), **item} if master is not None and item.get("type") == "occurrence" else item


def _shared(master: Json) -> Json:
    kept = ("showAs", "isCancelled", "isAllDay", "responseStatus", "iCalUId")
    return {name: master[name] for name in kept if name in master}


def _takes_time(event: Json) -> bool:
    """A series itself takes no time, its occurrences do. What says nothing of itself is busy."""
    declined = (event.get("responseStatus") or {}).get("response") == "declined"
    gone = event.get("isCancelled") or event.get("type") == "seriesMaster"
    return event.get("showAs", "busy") not in FREE and not gone and not declined


def _instant(event: Json, which: str, tzid: str) -> datetime:
    """We ask for UTC. An all-day event is a day on the calendar's wall, whatever zone it names."""
    at = datetime.fromisoformat(event[which]["dateTime"][:19])
    if event.get("isAllDay"):
        return day_span(date(at.year, at.month, at.day), tzid if tzid in names() else "UTC")[0]
    if event[which].get("timeZone") not in ("UTC", None):
        raise ValueError("not in UTC, as it was asked for")
    return at.replace(tzinfo=UTC)


def _moment(at: datetime) -> dict[str, str]:
    return {"dateTime": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}
