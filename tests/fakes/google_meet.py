"""A server that speaks the part of Google's Calendar API that makes conferences: tokens, and entries of one calendar.

Field names and states are those of the published description of Calendar v3.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flashmeet.core.config.video import GoogleMeet
from tests.fakes.servers import HttpHandler, first_values, serving

EVENTS = "/calendar/v3/calendars/primary/events"
ACCESS = "ya29.made-up"
OK, GONE, THERE, NOT_FOUND, NOT_ALLOWED = 200, 410, 409, 404, 401


@dataclass(slots=True)
class MeetServer:
    """`pending` looks go by before a conference is there; `fails` answers every call so; `conference` is its end."""

    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    pending: int = 0
    fails: int = 0
    conference: str = "success"
    grants: list[dict[str, str]] = field(default_factory=list)
    refuses_grants: bool = False
    port: int = 0

    def settings(self, **more: str) -> GoogleMeet:
        told = {"client_id": "id", "client_secret": "secret", "refresh_token": "refresh", **more}
        return GoogleMeet(base_url=f"http://127.0.0.1:{self.port}", **told)

    def insert(self, body: dict[str, Any], query: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        if body["id"] in self.events:
            return THERE, error("The requested identifier already exists.")
        event = {**body, "status": "confirmed", "looks": self.pending}
        if query.get("conferenceDataVersion") != ["1"]:
            event.pop("conferenceData")
        self.events[body["id"]] = event
        return OK, self.shown(event)

    def get(self, event_id: str) -> tuple[int, dict[str, Any]]:
        if event_id not in self.events:
            return NOT_FOUND, error("Not Found")
        event = self.events[event_id]
        event["looks"] = max(0, event["looks"] - 1)
        return OK, self.shown(event)

    def patch(self, event_id: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.events[event_id].update(body)
        return OK, self.shown(self.events[event_id])

    def delete(self, event_id: str) -> tuple[int, dict[str, Any]]:
        if event_id not in self.events:
            return NOT_FOUND, error("Not Found")
        if self.events[event_id]["status"] == "cancelled":
            return GONE, error("Resource has been deleted")
        self.events[event_id]["status"] = "cancelled"
        return 204, {}

    def shown(self, event: dict[str, Any]) -> dict[str, Any]:
        told = {name: value for name, value in event.items() if name not in ("looks", "conferenceData")}
        if "conferenceData" in event:
            told["conferenceData"] = self._conference(event)
        return told

    def _conference(self, event: dict[str, Any]) -> dict[str, Any]:
        request = event["conferenceData"]["createRequest"]
        state = "pending" if event["looks"] else self.conference
        told: dict[str, Any] = {"createRequest": {**request, "status": {"statusCode": state}}}
        if state == "success":
            uri = f"https://meet.google.com/{event['id'][:3]}-{event['id'][3:7]}-{event['id'][7:10]}"
            told["entryPoints"] = [
                {"entryPointType": "phone", "uri": "tel:+33-1-00-00-00-00"},
                {"entryPointType": "video", "uri": uri},
            ]
        return told


def error(words: str) -> dict[str, Any]:
    return {"error": {"code": 0, "message": words, "errors": [{"reason": "made up", "message": words}]}}


class _Handler(HttpHandler[MeetServer]):
    def do_POST(self) -> None:
        body = self.body()
        if urlsplit(self.path).path == "/token":
            self._grant(body)
        else:
            self._act("POST", json.loads(body))

    def do_PATCH(self) -> None:
        self._act("PATCH", json.loads(self.body()))

    def do_GET(self) -> None:
        self._act("GET", {})

    def do_DELETE(self) -> None:
        self._act("DELETE", {})

    def _grant(self, body: bytes) -> None:
        self.fake.grants.append(first_values(body.decode()))
        if self.fake.refuses_grants:
            self.answer_json(400, {"error": "invalid_grant"})
        else:
            self.answer_json(OK, {"access_token": ACCESS, "expires_in": 3599, "token_type": "Bearer"})

    def _act(self, method: str, body: dict[str, Any]) -> None:
        url = urlsplit(self.path)
        self.fake.calls.append(method)
        event_id = url.path.removeprefix(EVENTS).strip("/")
        if self.headers.get("Authorization") != f"Bearer {ACCESS}":
            self.answer_json(NOT_ALLOWED, error("Invalid Credentials"))
        elif self.fake.fails:
            self.answer_json(self.fake.fails, error("Backend Error"))
        elif method == "POST":
            self.answer_json(*self.fake.insert(body, parse_qs(url.query)))
        elif method == "PATCH":
            self.answer_json(*self.fake.patch(event_id, body))
        else:
            self.answer_json(*(self.fake.get if method == "GET" else self.fake.delete)(event_id))


@contextmanager
def running() -> Iterator[MeetServer]:
    """Serves until the end of the block."""
    with serving(MeetServer(), _Handler) as fake:
        yield fake
