"""A server that speaks BigBlueButton's API: it checks each checksum, keeps its meetings, and fails as it is told."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from flashmeet.core.config.video import BigBlueButton

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"


@dataclass(slots=True)
class Held:
    """A meeting; `joined` are the names that came in."""

    created: int
    asked: dict[str, str]
    joined: list[str] = field(default_factory=list)
    over: bool = False


@dataclass(slots=True)
class BbbServer:
    """`body` is said instead of an answer, `status` with it; `hangs` never answers."""

    meetings: dict[str, Held] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    body: bytes | None = None
    status: int = 200
    hangs: bool = False
    port: int = 0
    released: threading.Event = field(default_factory=threading.Event)

    def settings(self, *, secret: str = SECRET) -> BigBlueButton:
        return BigBlueButton(url=f"http://127.0.0.1:{self.port}/bigbluebutton", secret=secret)

    def create(self, asked: dict[str, str]) -> dict[str, str]:
        """As older servers are: the same meeting for the same passwords, a refusal for others."""
        held = self.meetings.get(asked["meetingID"])
        if held and not held.over and held.asked["moderatorPW"] != asked.get("moderatorPW"):
            return failed("idNotUnique")
        if held is None or held.over:
            held = self.meetings[asked["meetingID"]] = Held(1_700_000_000_000 + len(self.calls), asked)
        return {"returncode": "SUCCESS", "meetingID": asked["meetingID"], "createTime": str(held.created)}

    def join(self, asked: dict[str, str]) -> dict[str, str]:
        held = self.meetings.get(asked["meetingID"])
        if held is None or held.over:
            return failed("invalidMeetingIdentifier")
        if asked.get("createTime") != str(held.created):
            return failed("mismatchCreateTimeParam")
        held.joined.append(asked["fullName"])
        return {"returncode": "SUCCESS", "messageKey": "successfullyJoined"}

    def end(self, asked: dict[str, str]) -> dict[str, str]:
        held = self.meetings.get(asked["meetingID"])
        if held is None or held.over:
            return failed("notFound")
        if held.asked["moderatorPW"] != asked.get("password"):
            return failed("invalidPassword")
        held.over = True
        return {"returncode": "SUCCESS", "messageKey": "sentEndMeetingRequest"}


def failed(key: str) -> dict[str, str]:
    return {"returncode": "FAILED", "messageKey": key, "message": "Something went wrong & it is said here"}


class _Handler(BaseHTTPRequestHandler):
    @property
    def fake(self) -> BbbServer:
        return cast("_Server", self.server).fake

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        call = url.path.removeprefix("/bigbluebutton/api/")
        self.fake.calls.append(call)
        if self.fake.hangs:
            self.fake.released.wait(20)
        if self.fake.body is not None or self.fake.status != 200:
            self._answer(self.fake.body or b"", self.fake.status)
            return
        self._answer(document(self._do(call, url.query)))

    def _do(self, call: str, query: str) -> dict[str, str]:
        signed, _, checksum = query.rpartition("&checksum=")
        if hashlib.sha256(f"{call}{signed}{SECRET}".encode()).hexdigest() != checksum:
            return failed("checksumError")
        asked = dict(parse_qsl(signed, strict_parsing=True))
        acts = {"create": self.fake.create, "join": self.fake.join, "end": self.fake.end}
        return acts[call](asked) if call in acts else failed("unsupportedRequest")

    def _answer(self, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keeps the tests' output to itself."""


def document(told: dict[str, str]) -> bytes:
    parts = "".join(f"<{name}>{text.replace('&', '&amp;')}</{name}>" for name, text in told.items())
    return f"<response>{parts}</response>".encode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, fake: BbbServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.fake = fake
        fake.port = self.server_address[1]

    def handle_error(self, *_: object) -> None:
        """Who asked may have gone by the time that it answers."""


@contextmanager
def running() -> Iterator[BbbServer]:
    """Serves until the end of the block."""
    fake = BbbServer()
    server = _Server(fake)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        fake.released.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
