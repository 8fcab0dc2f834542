"""A server that speaks BigBlueButton's API: it checks each checksum, keeps its meetings, and fails as it is told."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from flashmeet.core.config.video import BigBlueButton
from tests.fakes.servers import HttpHandler, serving

XML = {"Content-Type": "text/xml"}
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


class _Handler(HttpHandler[BbbServer]):
    def do_GET(self) -> None:
        url = urlsplit(self.path)
        call = url.path.removeprefix("/bigbluebutton/api/")
        self.fake.calls.append(call)
        if self.fake.hangs:
            self.fake.released.wait(20)
        if self.fake.body is not None or self.fake.status != 200:
            self.answer(self.fake.status, self.fake.body or b"", XML)
            return
        self.answer(200, document(self._do(call, url.query)), XML)

    def _do(self, call: str, query: str) -> dict[str, str]:
        signed, _, checksum = query.rpartition("&checksum=")
        if hashlib.sha256(f"{call}{signed}{SECRET}".encode()).hexdigest() != checksum:
            return failed("checksumError")
        asked = dict(parse_qsl(signed, strict_parsing=True))
        acts = {"create": self.fake.create, "join": self.fake.join, "end": self.fake.end}
        return acts[call](asked) if call in acts else failed("unsupportedRequest")


def document(told: dict[str, str]) -> bytes:
    parts = "".join(f"<{name}>{text.replace('&', '&amp;')}</{name}>" for name, text in told.items())
    return f"<response>{parts}</response>".encode()


@contextmanager
def running() -> Iterator[BbbServer]:
    """Serves until the end of the block."""
    with serving(BbbServer(), _Handler) as fake:
        try:
            yield fake
        finally:
            fake.released.set()
