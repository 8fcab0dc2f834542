"""A server that speaks Google's Calendar API: it keeps calendars, and refuses what Google's description refuses."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from flashmeet.core.config.servers import OAuthClient
from tests.fakes.discovery import complaints, methods
from tests.fakes.oauth import CLIENT_ID, CLIENT_SECRET, Consents
from tests.fakes.servers import HttpHandler, first_values, serving

Json = dict[str, Any]
TZID = "Europe/Paris"


@dataclass(frozen=True, slots=True)
class Refusal(Exception):
    """`status` 0 closes the line without a word."""

    status: int
    reason: str = ""
    retry_after: str = ""


@dataclass(slots=True)
class GoogleServer:
    """`fails` answers the next calls of a method (`events.list`); None lets one pass. `page_size` caps every page."""

    consents: Consents = field(default_factory=Consents)
    calendars: dict[str, Json] = field(default_factory=dict)
    events: dict[str, dict[str, Json]] = field(default_factory=dict)
    fails: dict[str, list[Refusal | None]] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    invitations: list[Json] = field(default_factory=list)
    page_size: int = 250
    oldest_token: int = 0
    version: int = 0
    port: int = 0

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self) -> OAuthClient:
        return OAuthClient(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, base_url=self.base_url)

    def calendar(self, name: str = "alice@example.org", *, role: str = "owner", tzid: str = TZID) -> str:
        primary = {"primary": True} if not self.calendars else {}
        self.calendars[name] = {"id": name, "summary": name, "timeZone": tzid, "accessRole": role, **primary}
        self.events[name] = {}
        return name

    def put(self, calendar: str, event: Json) -> Json:
        """The member writes or changes it by hand."""
        self.version += 1
        before = self.events[calendar].get(event["id"], {"status": "confirmed", "organizer": {"self": True}})
        kept = {**before, **event}
        kept |= {"etag": f'"{self.version}"', "changed": self.version}
        kept.setdefault("iCalUID", f"{event['id']}@google.com")
        self.events[calendar][event["id"]] = kept
        return kept

    def busy(self, calendar: str, name: str, start: datetime, hours: float = 1, **more: Any) -> Json:
        end = start + timedelta(hours=hours)
        moment = {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": end.isoformat()}}
        return self.put(calendar, {"id": name, **moment, **more})

    def delete(self, calendar: str, name: str) -> None:
        """The member deletes it by hand: Google goes on telling that it was there."""
        self.put(calendar, {"id": name, "status": "cancelled"})

    def forget_tokens(self) -> None:
        """Sync tokens do not last for ever: 410."""
        self.oldest_token = self.version + 1
        self.version += 1

    def living(self, calendar: str) -> list[Json]:
        return [each for each in self.events[calendar].values() if each["status"] != "cancelled"]

    def asked_for(self, method: str) -> list[dict[str, str]]:
        return [query for name, query in self.asked if name == method]


class _Handler(HttpHandler[GoogleServer]):
    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET

    def _serve(self) -> None:
        url = urlsplit(self.path)
        raw = self.body()
        if url.path == "/token":
            self.answer_json(*self.fake.consents.token(first_values(raw.decode())))
            return
        query = first_values(url.query)
        try:
            status, document = self._api(url.path, query, json.loads(raw) if raw else None)
        except Refusal as refusal:
            self._refuse(refusal)
        else:
            self.answer_json(status, document)

    def _api(self, path: str, query: dict[str, str], body: Any) -> tuple[int, Json]:
        fitting = ((each, each.pattern.fullmatch(path)) for each in methods() if each.verb == self.command)
        method, match = next(((each, match) for each, match in fitting if match), (None, None))
        if method is None or match is None:
            raise Refusal(404, "notFound")
        self.fake.asked.append((method.name, query))
        refusal = self.fake.fails[method.name].pop(0) if self.fake.fails.get(method.name) else None
        if refusal is not None:
            raise refusal
        if self.headers.get("Authorization", "").removeprefix("Bearer ") not in self.fake.consents.access_tokens:
            raise Refusal(401, "authError")
        if complaints(method, query, body):
            raise Refusal(400, "; ".join(complaints(method, query, body)))
        act = ACTS[method.name]
        places = {name: unquote(value) for name, value in match.groupdict().items()}
        return act(self, places, query, body)

    def _calendar(self, places: dict[str, str]) -> dict[str, Json]:
        if places["calendarId"] not in self.fake.events:
            raise Refusal(404, "notFound")
        return self.fake.events[places["calendarId"]]

    def _event(self, places: dict[str, str]) -> Json:
        found = self._calendar(places).get(places["eventId"])
        if found is None:
            raise Refusal(404, "notFound")
        return found

    def list_calendars(self, _places: dict[str, str], query: dict[str, str], _body: Any) -> tuple[int, Json]:
        return 200, self._page(list(self.fake.calendars.values()), query, {})

    def list_events(self, places: dict[str, str], query: dict[str, str], _body: Any) -> tuple[int, Json]:
        events, since = list(self._calendar(places).values()), 0
        if "syncToken" in query:
            if query.keys() & {"timeMin", "timeMax", "q", "orderBy", "iCalUID", "updatedMin"}:
                raise Refusal(400, "syncToken with what it forbids")
            since = int(query["syncToken"])
            if since < self.fake.oldest_token:
                raise Refusal(410, "fullSyncRequired")
        events = [each for each in events if each["changed"] > since and (since or each["status"] != "cancelled")]
        if "iCalUID" in query:
            events = [each for each in events if each["iCalUID"] == query["iCalUID"]]
        if "timeMin" in query:
            events = [each for each in events if _within(each, query["timeMin"], query["timeMax"])]
        head = {"timeZone": self.fake.calendars[places["calendarId"]]["timeZone"]}
        return 200, self._page(events, query, head, last={"nextSyncToken": str(self.fake.version)})

    def _page(self, items: list[Json], query: dict[str, str], head: Json, *, last: Json | None = None) -> Json:
        first, size = int(query.get("pageToken", "0")), min(self.fake.page_size, int(query.get("maxResults", "250")))
        shown = [_told(each) for each in items[first : first + size]]
        more = first + size < len(items)
        return {**head, "items": shown, **({"nextPageToken": str(first + size)} if more else last or {})}

    def get_event(self, places: dict[str, str], _query: dict[str, str], _body: Any) -> tuple[int, Json]:
        return 200, _told(self._event(places))

    def insert(self, places: dict[str, str], query: dict[str, str], body: Json) -> tuple[int, Json]:
        events = self._calendar(places)
        if body.get("id") in events or any(each["iCalUID"] == body.get("iCalUID") for each in events.values()):
            raise Refusal(409, "duplicate")
        if not set(body.get("id", "")) <= set("abcdefghijklmnopqrstuv0123456789"):
            raise Refusal(400, "invalid")
        self._invite(query, body)
        return 200, _told(self.fake.put(places["calendarId"], body))

    def patch(self, places: dict[str, str], query: dict[str, str], body: Json) -> tuple[int, Json]:
        event = self._event(places)
        if self.headers.get("If-Match") not in (None, event["etag"]):
            raise Refusal(412, "conditionNotMet")
        if not event["organizer"].get("self"):
            raise Refusal(403, "forbiddenForNonOrganizer")
        self._invite(query, body)
        return 200, _told(self.fake.put(places["calendarId"], {**body, "id": event["id"]}))

    def delete(self, places: dict[str, str], query: dict[str, str], _body: Any) -> tuple[int, Json]:
        event = self._event(places)
        if event["status"] == "cancelled":
            raise Refusal(410, "deleted")
        self._invite(query, event)
        self.fake.delete(places["calendarId"], event["id"])
        return 204, {}

    def watch(self, places: dict[str, str], _query: dict[str, str], body: Json) -> tuple[int, Json]:
        self._calendar(places)
        if not body["address"].startswith("https://"):
            raise Refusal(400, "push.webhookUrlNotHttps")
        ends = round((datetime.now(UTC) + timedelta(days=7)).timestamp() * 1000)
        made = {"id": body["id"], "resourceId": f"r-{places['calendarId']}", "expiration": str(ends)}
        self.fake.channels[body["id"]] = {**body, **made}
        return 200, made

    def stop(self, _places: dict[str, str], _query: dict[str, str], body: Json) -> tuple[int, Json]:
        if self.fake.channels.pop(body["id"], None) is None:
            raise Refusal(404, "notFound")
        return 204, {}

    def _invite(self, query: dict[str, str], event: Json) -> None:
        if event.get("attendees") and query.get("sendUpdates") != "none":
            self.fake.invitations.append(event)

    def _refuse(self, refusal: Refusal) -> None:
        told = {"reason": refusal.reason, "message": "no", "domain": "calendar"}
        document = {"error": {"code": refusal.status, "message": "no", "errors": [told]}}
        self.refuse(refusal.status, document, retry_after=refusal.retry_after)


Act = Callable[[_Handler, dict[str, str], dict[str, str], Any], tuple[int, Json]]
ACTS: dict[str, Act] = {
    "calendarList.list": _Handler.list_calendars,
    "events.list": _Handler.list_events,
    "events.get": _Handler.get_event,
    "events.insert": _Handler.insert,
    "events.patch": _Handler.patch,
    "events.delete": _Handler.delete,
    "events.watch": _Handler.watch,
    "channels.stop": _Handler.stop,
}


def _told(event: Json) -> Json:
    return {name: value for name, value in event.items() if name != "changed"}


def _within(event: Json, first: str, last: str) -> bool:
    def at(moment: Json) -> datetime:
        return datetime.fromisoformat(moment.get("dateTime") or f"{moment['date']}T00:00:00+00:00")

    return at(event["end"]) > datetime.fromisoformat(first) and at(event["start"]) < datetime.fromisoformat(last)


@contextmanager
def running() -> Iterator[GoogleServer]:
    """Serves until the end of the block."""
    with serving(GoogleServer(), _Handler) as fake:
        yield fake
