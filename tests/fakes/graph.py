"""A server that speaks the calendars of Microsoft Graph: deltas in pages, transaction ids, ETags, and its errors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from flashmeet.core.config.servers import OAuthClient
from tests.fakes.oauth import CLIENT_ID, CLIENT_SECRET, Consents
from tests.fakes.servers import HttpHandler, first_values, serving

Json = dict[str, Any]
WRITABLE = {
    "subject",
    "body",
    "location",
    "start",
    "end",
    "showAs",
    "sensitivity",
    "singleValueExtendedProperties",
    "transactionId",
}
_FILTERS = {
    "iCalUId": re.compile(r"iCalUId eq '(.+)'"),
    "uid": re.compile(r"singleValueExtendedProperties/Any\(p: p/id eq '.+' and p/value eq '(.+)'\)"),
}


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """`status` 0 closes the line without a word."""

    status: int
    code: str = ""
    retry_after: str = ""


@dataclass(slots=True)
class GraphServer:
    """`fails` answers the next calls whose path ends so (`delta`, `events`); None lets one pass. So many searches as
    `blind` says find nothing: what was written a moment ago is not found at once.
    """

    consents: Consents = field(default_factory=Consents)
    calendars: dict[str, Json] = field(default_factory=dict)
    events: dict[str, Json] = field(default_factory=dict)
    transactions: set[str] = field(default_factory=set)
    fails: dict[str, list[Refusal | None]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    page_size: int = 200
    blind: int = 0
    untold: set[str] = field(default_factory=set)
    """Series of which a delta tells the occurrences alone."""
    oldest_token: int = 0
    version: int = 0
    port: int = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self) -> OAuthClient:
        return OAuthClient(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            base_url=f"{self.base_url}/v1.0",
            login_url=f"{self.base_url}/common",
        )

    def calendar(self, name: str = "cal=1", *, can_edit: bool = True) -> str:
        owner = {"name": "Alice Exemple", "address": "alice@example.org"}
        first = not self.calendars
        self.calendars[name] = {
            "id": name,
            "name": "Calendar" if first else name,
            "canEdit": can_edit,
            "isDefaultCalendar": first,
            "owner": owner,
        }
        return name

    def put(self, event: Json, calendar: str = "cal=1") -> Json:
        """The member writes or changes it by hand."""
        self.version += 1
        plain = {"type": "singleInstance", "showAs": "busy", "isOrganizer": True, "calendar": calendar}
        before = self.events.get(event["id"], plain)
        kept = {**before, **event, "@odata.etag": f'W/"{self.version}"', "changed": self.version}
        kept.setdefault("iCalUId", f"040000008200E00074C5{event['id']}")
        self.events[event["id"]] = kept
        return kept

    def busy(self, name: str, start: datetime, hours: float = 1, **more: Any) -> Json:
        return self.put({"id": name, "start": moment(start), "end": moment(start + timedelta(hours=hours)), **more})

    def delete(self, name: str) -> None:
        self.put({"id": name, "deleted": True})

    def forget_tokens(self) -> None:
        """Delta tokens do not last for ever."""
        self.oldest_token = self.version + 1
        self.version += 1

    def living(self) -> list[Json]:
        return [each for each in self.events.values() if not each.get("deleted")]


def moment(at: datetime) -> Json:
    return {"dateTime": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}


class _Handler(HttpHandler[GraphServer]):
    def do_GET(self) -> None:
        url = urlsplit(self.path)
        raw = self.body()
        if url.path == "/common/oauth2/v2.0/token":
            self.answer_json(*self.fake.consents.token(first_values(raw.decode())))
            return
        query = first_values(url.query)
        try:
            status, document = self._graph(url.path, query, json.loads(raw) if raw else {})
        except Refusal as refusal:
            document = {"error": {"code": refusal.code, "message": "no"}}
            self.refuse(refusal.status, document, retry_after=refusal.retry_after)
        else:
            self.answer_json(status, document)

    do_POST = do_PATCH = do_DELETE = do_GET

    def _graph(self, path: str, query: dict[str, str], body: Json) -> tuple[int, Json]:  # noqa: PLR0911  # one for each route
        self.fake.asked.append((self.command, path))
        ending = path.rpartition("/")[2]
        refusal = self.fake.fails[ending].pop(0) if self.fake.fails.get(ending) else None
        if refusal is not None:
            raise refusal
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in self.fake.consents.access_tokens:
            raise Refusal(401, "InvalidAuthenticationToken")
        if set(body) - WRITABLE or 'outlook.timezone="UTC"' not in self.headers.get("Prefer", ""):
            raise Refusal(400, "ErrorInvalidRequest")
        parts = [unquote(each) for each in path.removeprefix("/v1.0/me/").split("/")]
        match (self.command, parts):
            case ("GET", ["calendars"]):
                return 200, self._page(list(self.fake.calendars.values()), path, query)
            case ("GET", ["calendars", calendar, "calendarView", "delta"]):
                return 200, self._delta(self._there(calendar), path, query)
            case ("GET", ["calendars", calendar, "events"]):
                return 200, {"value": self._filtered(self._there(calendar), query["$filter"])}
            case ("POST", ["calendars", calendar, "events"]):
                return 201, self._made(self._there(calendar), body)
            case ("GET", ["events", name]):
                return 200, _selected(self._event(name), query)
            case ("PATCH", ["events", name]):
                return 200, self._changed(self._event(name), body)
            case ("DELETE", ["events", name]):
                self.fake.delete(self._event(name)["id"])
                return 204, {}
        raise Refusal(404, "ResourceNotFound")

    def _there(self, calendar: str) -> str:
        if calendar not in self.fake.calendars:
            raise Refusal(404, "ErrorItemNotFound")
        return calendar

    def _event(self, name: str) -> Json:
        found = self.fake.events.get(name)
        if found is None or found.get("deleted"):
            raise Refusal(404, "ErrorItemNotFound")
        return found

    def _delta(self, calendar: str, path: str, query: dict[str, str]) -> Json:
        if "$deltatoken" not in query and not {"startDateTime", "endDateTime"} <= query.keys():
            raise Refusal(400, "ErrorInvalidRequest")
        since = int(query.get("$deltatoken", query.get("since", "0")))
        if since and since < self.fake.oldest_token:
            raise Refusal(410, "SyncStateNotFound")
        events = [
            each for each in self.fake.events.values() if each["calendar"] == calendar and each["changed"] > since
        ]
        events = [each for each in events if each["id"] not in self.fake.untold]
        if not since:
            events = [each for each in events if not each.get("deleted")]
        return self._page(events, path, {**query, "since": str(since)}, deltas=True)

    def _page(self, items: list[Json], path: str, query: dict[str, str], *, deltas: bool = False) -> Json:
        first = int(query.get("$skiptoken", "0"))
        page: Json = {"value": [_told(each) for each in items[first : first + self.fake.page_size]]}
        link = f"{self.fake.base_url}{path}?"
        if first + self.fake.page_size < len(items):
            kept = {name: value for name, value in query.items() if name != "$skiptoken"}
            page["@odata.nextLink"] = link + urlencode({**kept, "$skiptoken": first + self.fake.page_size})
        elif deltas:
            page["@odata.deltaLink"] = link + urlencode({"$deltatoken": self.fake.version})
        return page

    def _filtered(self, calendar: str, condition: str) -> list[Json]:
        here = [each for each in self.fake.living() if each["calendar"] == calendar]
        if self.fake.blind:
            self.fake.blind, here = self.fake.blind - 1, []
        for name, pattern in _FILTERS.items():
            if found := pattern.fullmatch(condition):
                return [_told(each) for each in here if each.get(name) == found[1]]
        raise Refusal(400, "ErrorInvalidUrlQueryFilter")

    def _made(self, calendar: str, body: Json) -> Json:
        if body["transactionId"] in self.fake.transactions:
            raise Refusal(409, "ErrorDuplicateTransactionId")
        self.fake.transactions.add(body["transactionId"])
        uid = body.pop("singleValueExtendedProperties")[0]["value"]
        made = {"id": f"made=/{len(self.fake.events)}", "uid": uid, **body}
        return _told(self.fake.put(made, calendar))

    def _changed(self, event: Json, body: Json) -> Json:
        if self.headers.get("If-Match") not in (None, event["@odata.etag"]):
            raise Refusal(412, "ErrorIrresolvableConflict")
        return _told(self.fake.put({**body, "id": event["id"]}))


def _told(event: Json) -> Json:
    """Of an occurrence a delta tells the hours alone."""
    if event.get("deleted"):
        return {"id": event["id"], "@removed": {"reason": "deleted"}}
    if event.get("type") == "occurrence":
        return {name: event[name] for name in ("id", "type", "seriesMasterId", "start", "end")}
    return {name: value for name, value in event.items() if name not in ("changed", "uid", "calendar")}


def _selected(event: Json, query: dict[str, str]) -> Json:
    """One event by itself is told whole, or as far as it was asked for."""
    whole = {name: value for name, value in event.items() if name not in ("changed", "uid", "calendar")}
    asked = query.get("$select", "").split(",")
    return (
        {name: value for name, value in whole.items() if name in (*asked, "id", "@odata.etag")} if any(asked) else whole
    )


@contextmanager
def running() -> Iterator[GraphServer]:
    """Serves until the end of the block."""
    with serving(GraphServer(), _Handler) as fake:
        yield fake
