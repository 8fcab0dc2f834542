"""A server that speaks Twilio's Messages API: it keeps what it accepted, and fails as it is told."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flashmeet.core.config import Twilio
from tests.fakes.servers import HttpHandler, serving

ACCOUNT_SID, AUTH_TOKEN, SENDER = "AC" + "0" * 32, "t" * 32, "+33700000000"
MESSAGES = f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages"
FIELDS = {"To", "From", "MessagingServiceSid", "Body", "ValidityPeriod", "StatusCallback"}


@dataclass(frozen=True, slots=True)
class Answer:
    """An error as Twilio tells it. `status` 0 closes the line without a word."""

    status: int
    code: int = 0
    retry_after: str = ""


@dataclass(slots=True)
class TwilioServer:
    """`fails` per number, before anything is accepted; `loses` accepts and never answers."""

    sent: list[dict[str, str]] = field(default_factory=list)
    fails: dict[str, Answer] = field(default_factory=dict)
    loses: set[str] = field(default_factory=set)
    slow: set[str] = field(default_factory=set)
    list_fails: Answer | None = None
    statuses: dict[str, str] = field(default_factory=dict)
    port: int = 0
    clock: Callable[[], datetime] = lambda: datetime(2026, 12, 1, 9, tzinfo=UTC)
    released: threading.Event = field(default_factory=threading.Event)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, *, sender: str = SENDER) -> Twilio:
        return Twilio(account_sid=ACCOUNT_SID, auth_token=AUTH_TOKEN, sender=sender, base_url=self.base_url)

    def to(self, number: str) -> list[dict[str, str]]:
        return [each for each in self.sent if each["To"] == number]

    def accept(self, form: dict[str, str]) -> dict[str, Any]:
        self.sent.append({**form, "sid": f"SM{len(self.sent) + 1:032x}", "at": format_datetime(self.clock())})
        return self.resource(self.sent[-1])

    def resource(self, kept: dict[str, str]) -> dict[str, Any]:
        return {
            "sid": kept["sid"],
            "account_sid": ACCOUNT_SID,
            "to": kept["To"],
            "from": kept.get("From"),
            "body": kept["Body"],
            "status": self.statuses.get(kept["sid"], "queued"),
            "error_code": None,
            "num_segments": "1",
            "date_created": kept["at"],
            "uri": f"{MESSAGES}/{kept['sid']}.json",
        }


class _Handler(HttpHandler[TwilioServer]):
    """Checks what Twilio checks of a request's shape."""

    def do_POST(self) -> None:
        body = self.body().decode()
        form = {name: values[0] for name, values in parse_qs(body, strict_parsing=True).items()}
        failure = self._misshapen(form) or self.fake.fails.get(form.get("To", ""))
        if failure:
            self._fail(failure)
            return
        accepted = self.fake.accept(form)
        if form["To"] in self.fake.slow:
            self.fake.released.wait(20)
        if form["To"] in self.fake.loses | self.fake.slow:
            self._fail(Answer(0))
        else:
            self.answer_json(201, accepted)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        failure = self._stranger() or self.fake.list_fails
        if failure:
            self._fail(failure)
        elif url.path == f"{MESSAGES}.json":
            self._list(parse_qs(url.query))
        else:
            found = [each for each in self.fake.sent if url.path == f"{MESSAGES}/{each['sid']}.json"]
            self.answer_json(200, self.fake.resource(found[0])) if found else self._fail(Answer(404, 20404))

    def _list(self, asked: dict[str, list[str]]) -> None:
        newest_first = [self.fake.resource(each) for each in reversed(self.fake.sent)]
        found = [each for each in newest_first if each["to"] in asked.get("To", [each["to"]])]
        size = int(asked.get("PageSize", ["50"])[0])
        page = {"messages": found[:size], "page": 0, "page_size": size, "next_page_uri": None, "uri": self.path}
        self.answer_json(200, page)

    def _misshapen(self, form: dict[str, str]) -> Answer | None:
        if self.path != f"{MESSAGES}.json":
            return Answer(404, 20404)
        if not {"To", "Body"} <= form.keys() <= FIELDS or not form.keys() & {"From", "MessagingServiceSid"}:
            return Answer(400, 21602)
        if not 1 <= int(form.get("ValidityPeriod", "36000")) <= 36_000:
            return Answer(400, 21602)
        return self._stranger()

    def _stranger(self) -> Answer | None:
        known = base64.b64encode(f"{ACCOUNT_SID}:{AUTH_TOKEN}".encode()).decode()
        return None if self.headers.get("Authorization") == f"Basic {known}" else Answer(401, 20003)

    def _fail(self, answer: Answer) -> None:
        told = f"To {self.path} something went wrong"
        document = {"code": answer.code, "message": told, "status": answer.status, "more_info": ""}
        self.refuse(answer.status, document, retry_after=answer.retry_after)


@contextmanager
def running(fake: TwilioServer | None = None) -> Iterator[TwilioServer]:
    """Serves until the end of the block."""
    with serving(fake or TwilioServer(), _Handler) as served:
        try:
            yield served
        finally:
            served.released.set()
