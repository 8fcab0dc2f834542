"""Microsoft 365 (Graph): the `calendars.rules.sources.CalendarSource` of a member's account."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from flashmeet.calendars.rules.sources import Access, EventRef, OwnEvent, RemoteCalendar, RemoteEvent, SyncResult
from flashmeet.calendars.sources.microsoft_client import Wire
from flashmeet.calendars.sources.microsoft_events import OURS, UID_PROPERTY, read_event, read_events, written
from flashmeet.core.config.calendars import OAuthClient
from flashmeet.core.intervals import Interval
from flashmeet.core.provider_faults import Conflict, Missing, Unreadable

MOST_PAGES = 60


class MicrosoftCalendars:
    """One account, opened with the secrets `refresh_token`, `token` and `expiry`."""

    def __init__(self, client: OAuthClient, access: Access, *, seconds: float) -> None:
        self._wire = Wire(client, access, seconds=seconds)
        self._tzid = access.tzid

    def list_calendars(self) -> Sequence[RemoteCalendar]:
        asked = {"$select": "id,name,canEdit,isDefaultCalendar,owner", "$top": "100"}
        return [_calendar(item) for page in self._pages("/me/calendars", asked) for item in page["value"]]

    def sync(self, remote_id: str, *, cursor: str, window: Interval, known: Mapping[str, str]) -> SyncResult:
        """The cursor is the link of the last page, which keeps the window of the full look."""
        first = cursor or f"{_place(remote_id)}/calendarView/delta"
        asked = None if cursor else {"startDateTime": _machine(window.start), "endDateTime": _machine(window.end)}
        pages = list(self._pages(first, asked))
        fresh = pages[-1].get("@odata.deltaLink")
        if not fresh:
            raise Unreadable("no delta link")
        items = {item["id"]: item for page in pages for item in page["value"]}
        gone = {name for name, item in items.items() if "@removed" in item}
        return SyncResult(
            cursor=fresh,
            changed=read_events(
                [item for name, item in items.items() if name not in gone], tzid=self._tzid, window=window
            ),
            removed=tuple(sorted(gone)) if cursor else (),
            full=not cursor,
        )

    def get_event(self, remote_id: str, event: EventRef) -> RemoteEvent | None:
        try:
            found = self._wire.ask("GET", f"/me/events/{quote(event.remote_id, safe='')}")
        except Missing:
            return None
        return None if found.get("isCancelled") else read_event(found, tzid=self._tzid)

    def write_event(self, remote_id: str, event: OwnEvent) -> EventRef:
        """Looked for first: under our property, and as an invite that the mailbox filed itself."""
        found = self._ours(remote_id, event.uid)
        if found is not None:
            return self.update_event(remote_id, _ref(found), event)
        filed = self._under(remote_id, f"iCalUId eq {_text(event.uid)}")
        return _ref(filed) if filed is not None else self._made(remote_id, event)

    def update_event(self, remote_id: str, ref: EventRef, event: OwnEvent) -> EventRef:
        """An invite that the mailbox filed itself follows our mails, and is not ours to change."""
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
        """A transaction id that was used before belongs to what is there, or to what was deleted since."""
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
        """Every page, or none is of use. Raises Unreadable for a list without end."""
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
    """A string in an OData expression."""
    return "'" + value.replace("'", "''") + "'"


def _calendar(item: Mapping[str, Any]) -> RemoteCalendar:
    owner = (item.get("owner") or {}).get("address") or ""
    return RemoteCalendar(
        remote_id=item["id"],
        name=" · ".join(each for each in (item.get("name"), owner) if each),
        writable=bool(item.get("canEdit")),
        primary=bool(item.get("isDefaultCalendar")),
    )


def _machine(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _ref(event: Mapping[str, Any]) -> EventRef:
    return EventRef(remote_id=event["id"], etag=event.get("@odata.etag", ""))
