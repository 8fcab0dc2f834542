"""Microsoft 365 (Graph): the `calendars.rules.sources.CalendarSource` of a member's account."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from flashmeet.calendars.rules.sources import Access, EventRef, OwnEvent, RemoteCalendar, RemoteEvent, SyncResult
from flashmeet.calendars.sources.microsoft_client import Wire
from flashmeet.core.config.servers import OAuthClient
from flashmeet.core.intervals import Interval
from flashmeet.core.provider_faults import Conflict, CursorGone, Missing, Unreadable
from flashmeet.core.zones import day_span, names, utc_text

MOST_PAGES, MOST_MASTERS = 60, 100


class MicrosoftCalendars:
    """One account, opened with the secrets `refresh_token`, `token` and `expiry`."""

    def __init__(self, client: OAuthClient, access: Access, *, seconds: float) -> None:
        self._wire = Wire(client, access, seconds=seconds)
        self._tzid = access.tzid

    def list_calendars(self) -> Sequence[RemoteCalendar]:
        asked = {"$select": "id,name,canEdit,isDefaultCalendar,owner", "$top": "100"}
        return [_calendar(item) for page in self._pages("/me/calendars", asked) for item in page["value"]]

    def sync(self, remote_id: str, *, cursor: str, window: Interval, known: Mapping[str, str]) -> SyncResult:
        """Syncs; the cursor is the delta link of the last page, which keeps the window of the full sync.

        Raises CursorGone where a series has changed: that is told by the series alone, and what it means for its
        occurrences only by a full list.
        """
        first = cursor or f"{_place(remote_id)}/calendarView/delta"
        asked = None if cursor else {"startDateTime": utc_text(window.start), "endDateTime": utc_text(window.end)}
        pages = list(self._pages(first, asked))
        fresh = pages[-1].get("@odata.deltaLink")
        if not fresh:
            raise Unreadable("no delta link")
        items = {item["id"]: item for page in pages for item in page["value"]}
        gone = {name for name, item in items.items() if "@removed" in item}
        there = [item for name, item in items.items() if name not in gone]
        if cursor and any(item.get("type") == "seriesMaster" for item in there):
            raise CursorGone("a series was changed")
        return SyncResult(
            cursor=fresh,
            changed=read_events(there, masters=self._masters(there), tzid=self._tzid, window=window),
            removed=tuple(sorted(gone)) if cursor else (),
            full=not cursor,
        )

    def _masters(self, items: Sequence[Json]) -> dict[str, Json]:
        """The series of all occurrences among the items. One that is not among them is fetched; one that is gone, or
        one too many, is left out."""
        masters = {item["id"]: item for item in items if item.get("type") == "seriesMaster"}
        wanted = {item["seriesMasterId"]: None for item in items if item.get("seriesMasterId") and not _is_whole(item)}
        for name in [each for each in wanted if each not in masters][:MOST_MASTERS]:
            with contextlib.suppress(Missing):
                masters[name] = self._wire.ask("GET", f"/me/events/{quote(name, safe='')}", query={"$select": SHARED})
        return masters

    def get_event(self, remote_id: str, event: EventRef) -> RemoteEvent | None:
        try:
            found = self._wire.ask("GET", f"/me/events/{quote(event.remote_id, safe='')}")
        except Missing:
            return None
        return None if found.get("isCancelled") else read_event(found, tzid=self._tzid)

    def find_event(self, remote_id: str, uid: str) -> EventRef | None:
        found = self._ours(remote_id, uid) or self._under(remote_id, f"iCalUId eq {_text(uid)}")
        return None if found is None or found.get("isCancelled") else _ref(found)

    def write_event(self, remote_id: str, event: OwnEvent) -> EventRef:
        """Looks for the event first, under our property and as an invite filed by the mailbox; else creates it."""
        found = self._ours(remote_id, event.uid)
        if found is not None:
            return self.update_event(remote_id, _ref(found), event)
        filed = self._under(remote_id, f"iCalUId eq {_text(event.uid)}")
        return _ref(filed) if filed is not None else self._made(remote_id, event)

    def update_event(self, remote_id: str, ref: EventRef, event: OwnEvent) -> EventRef:
        """Updates the event, except an invite that the mailbox filed itself, which follows our mails."""
        path = f"/me/events/{quote(ref.remote_id, safe='')}"
        there = self._wire.ask("GET", path, query={"$select": "id,isOrganizer,isCancelled"})
        if not there.get("isOrganizer", True):
            return _ref(there)
        return _ref(self._wire.ask("PATCH", path, body=written(event), etag=ref.etag))

    def delete_event(self, remote_id: str, ref: EventRef) -> None:
        with contextlib.suppress(Missing):
            self._wire.ask("DELETE", f"/me/events/{quote(ref.remote_id, safe='')}")

    @property
    def renewed(self) -> Mapping[str, str] | None:
        return self._wire.renewed

    def close(self) -> None:
        self._wire.close()

    def _made(self, remote_id: str, event: OwnEvent) -> EventRef:
        """Creates the event. A transaction id used before belongs to an event that exists, or was deleted since."""
        body = {
            **written(event),
            "singleValueExtendedProperties": [{"id": UID_PROPERTY, "value": event.uid}],
            "transactionId": f"{OURS}{event.uid}",
        }
        try:
            return _ref(self._wire.ask("POST", f"{_place(remote_id)}/events", body=body))
        except Conflict:
            found = self._ours(remote_id, event.uid)
            if found is not None:
                return self.update_event(remote_id, _ref(found), event)
            body["transactionId"] = f"{OURS}{event.uid}#{uuid.uuid4().hex}"
            return _ref(self._wire.ask("POST", f"{_place(remote_id)}/events", body=body))

    def _ours(self, remote_id: str, uid: str) -> dict[str, Any] | None:
        ours = f"p/id eq {_text(UID_PROPERTY)} and p/value eq {_text(uid)}"
        return self._under(remote_id, f"singleValueExtendedProperties/Any(p: {ours})")

    def _under(self, remote_id: str, condition: str) -> dict[str, Any] | None:
        found = self._wire.ask("GET", f"{_place(remote_id)}/events", query={"$filter": condition, "$top": "1"})
        items: list[dict[str, Any]] = found.get("value") or []
        return items[0] if items else None

    def _pages(self, path: str, query: Mapping[str, str] | None) -> Iterator[dict[str, Any]]:
        """Yields every page. Raises Unreadable for a list without end."""
        for _ in range(MOST_PAGES):
            page = self._wire.ask("GET", path, query=query)
            page.setdefault("value", [])
            yield page
            path, query = page.get("@odata.nextLink", ""), None
            if not path:
                return
        raise Unreadable("pages without end")


def _place(remote_id: str) -> str:
    return f"/me/calendars/{quote(remote_id, safe='')}"


def _text(value: str) -> str:
    """Returns a string literal for an OData expression."""
    return "'" + value.replace("'", "''") + "'"


def _calendar(item: Mapping[str, Any]) -> RemoteCalendar:
    owner = (item.get("owner") or {}).get("address") or ""
    return RemoteCalendar(
        remote_id=item["id"],
        name=" · ".join(each for each in (item.get("name"), owner) if each),
        writable=bool(item.get("canEdit")),
        primary=bool(item.get("isDefaultCalendar")),
    )


def _ref(event: Mapping[str, Any]) -> EventRef:
    return EventRef(remote_id=event["id"], etag=event.get("@odata.etag", ""))


UID_PROPERTY = "String {5b7e1a6e-4b0c-4d3e-9a8a-3f6f1d2c7b90} Name FlashmeetUid"
"""The property that holds a booking's UID, because Graph lets nobody choose iCalUId."""
OURS = "flashmeet:"
"""The prefix of our transaction ids; the UID follows."""
FREE = frozenset({"free", "workingElsewhere"})
PARTS = frozenset({"occurrence", "exception"})
SHARED = "showAs,isCancelled,isAllDay,responseStatus,iCalUId"
"""What a series tells of its occurrences."""

Json = Mapping[str, Any]


def read_events(
    items: Sequence[Json], *, masters: Mapping[str, Json], tzid: str, window: Interval
) -> tuple[RemoteEvent, ...]:
    """Reads events, completing occurrences from their series. Raises Unreadable."""
    return tuple(read_event(_whole(item, masters), tzid=tzid, window=window) for item in items)


def read_event(event: Json, *, tzid: str, window: Interval | None = None) -> RemoteEvent:
    """Reads an event. All-day events are days in `tzid`; outside `window` nothing is busy. Raises Unreadable."""
    try:
        span = _span(event, tzid)
        taken = (span,) if span.start < span.end and _takes_time(event) else ()
        return RemoteEvent(
            remote_id=event["id"],
            etag=event.get("@odata.etag", ""),
            uid=uid_of(event),
            busy=tuple(each for each in taken if window is None or each.overlaps(window)),
            starts_at=span.start,
            ends_at=span.end,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable("event") from error


def uid_of(event: Json) -> str:
    """Returns the invite's UID, whether we wrote the event or the mailbox filed the invite."""
    ours = str(event.get("transactionId") or "")
    return ours.removeprefix(OURS).partition("#")[0] if ours.startswith(OURS) else str(event.get("iCalUId") or "")


def written(event: OwnEvent) -> dict[str, Any]:
    """Returns the body of a booking's event. It has no attendees, because Outlook would mail them."""
    return {
        "subject": event.summary,
        "body": {"contentType": "text", "content": event.description},
        "location": {"displayName": event.location},
        "start": _moment(event.starts_at),
        "end": _moment(event.ends_at),
        "showAs": "busy",
        "sensitivity": "private",
    }


def _is_whole(item: Json) -> bool:
    """Whether an occurrence tells by itself what it takes: as a rule it tells its hours alone."""
    return item.get("type") != "occurrence" or {"showAs", "isAllDay"} <= item.keys()


def _whole(item: Json, masters: Mapping[str, Json]) -> Json:
    """Returns an occurrence with what it shares with its series; without the series it takes time."""
    master = masters.get(item.get("seriesMasterId") or "")
    if master is None or _is_whole(item):
        return item
    return {**{name: master[name] for name in SHARED.split(",") if name in master}, **item}


def _takes_time(event: Json) -> bool:
    """Whether the event is busy: occurrences are, a series itself is not; an event without `showAs` is busy."""
    declined = (event.get("responseStatus") or {}).get("response") == "declined"
    gone = event.get("isCancelled") or event.get("type") == "seriesMaster"
    return event.get("showAs", "busy") not in FREE and not gone and not declined


def _span(event: Json, tzid: str) -> Interval:
    """Returns the time from start to end, whichever is first.

    An all-day event is days in the calendar's zone, whatever zone it names, and at least one. Where that is not said
    (an occurrence without its series) and it lasts from midnight to midnight, it may be either, and takes both.
    """
    start, end = _told(event["start"]), _told(event["end"])
    low, high = min(start, end), max(start, end)
    midnights = low.time() == high.time() == time()
    all_day = event.get("isAllDay")
    if all_day or (all_day is None and midnights and low < high and event.get("type") in PARTS):
        zone = tzid if tzid in names() else "UTC"
        last = (high - timedelta(microseconds=1)).date() if low < high else low.date()
        days = Interval(day_span(low.date(), zone)[0], day_span(last, zone)[1])
        if all_day and midnights:
            return days
        return Interval(min(days.start, _utc(event, low)), max(days.end, _utc(event, high)))
    return Interval(_utc(event, low), _utc(event, high))


def _told(moment: Json) -> datetime:
    return datetime.fromisoformat(moment["dateTime"][:19])


def _utc(event: Json, at: datetime) -> datetime:
    """Raises ValueError unless the event is told in UTC, as it was asked for."""
    if {event[which].get("timeZone") for which in ("start", "end")} - {"UTC", None}:
        raise ValueError("not in UTC, as it was asked for")
    return at.replace(tzinfo=UTC)


def _moment(at: datetime) -> dict[str, str]:
    return {"dateTime": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}
