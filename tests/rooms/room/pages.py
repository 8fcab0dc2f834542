"""A page of the room without a browser: what its script would post."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import count
from typing import Any

from werkzeug.test import TestResponse

from tests.browsers import Browser

_TOKEN = re.compile(r'data-csrf="([^"]+)"')


@dataclass(slots=True)
class Page:
    """One page load of one link; `enter` first."""

    browser: Browser
    link: str
    csrf: str = ""
    peer: str = ""

    def load(self) -> Page:
        found = _TOKEN.search(self.browser.get(self.link).get_data(as_text=True))
        assert found is not None
        self.csrf = found[1]
        return self

    def enter(self) -> Page:
        self.load()
        answer = self.post("enter", {})
        assert answer.status_code == 200, answer.get_data(as_text=True)
        self.peer = answer.json["peer"]  # type: ignore[index]  # the line above read it
        return self

    def post(self, path: str, body: Any) -> TestResponse:
        return self.browser.post(f"{self.link}/{path}", json=body, headers={"X-CSRFToken": self.csrf})

    def send(self, to: Page, *bodies: Any, first: int = 1, kind: str = "candidates") -> TestResponse:
        numbers = count(first)
        signals = [{"number": next(numbers), "kind": kind, "body": body} for body in bodies]
        return self.post("send", {"peer": self.peer, "to": to.peer, "signals": signals})

    def poll(self, other: str = "", state: str = "", after: int = 0, wait: float = 0) -> TestResponse:
        known = {"peer": self.peer, "other": other, "other_state": state, "after": after, "wait": wait}
        return self.post("poll", known)

    def media(self, *, flows: bool) -> TestResponse:
        return self.post("media", {"peer": self.peer, "flows": flows})

    def second_way(self) -> str:
        return self.browser.get(f"{self.link}/second-way").get_data(as_text=True)

    def decide(self, what: str, **form: str) -> TestResponse:
        return self.browser.post(f"{self.link}/second-way/{what}", data={**form, "csrf_token": self.csrf})

    def leave(self) -> TestResponse:
        return self.browser.post(f"{self.link}/leave", data={"peer": self.peer, "csrf_token": self.csrf})


def bodies(answer: TestResponse) -> list[Any]:
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return [signal["body"] for signal in answer.json["signals"]]  # type: ignore[index]  # a poll's answer is a document
