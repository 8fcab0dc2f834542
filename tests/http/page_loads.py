"""What a browser fetches for one page."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from html import unescape

from werkzeug.test import TestResponse

from tests.browsers import Browser

_TAGS = re.compile(r"<(?:link|script|img)\b[^>]*>")
_NOT_FOR_THE_PAGE = re.compile(r'rel="(?:c|manifest|apple-touch-icon)')
"""A browser that shows the page needs neither its canonical address nor what installing it takes."""
_ADDRESS = re.compile(r'\b(?:href|src)="([^"]+)"')
_IMPORT = re.compile(r'\b(?:from|import)\s*"\./([^"]+)"')


@dataclass(frozen=True, slots=True)
class PageLoad:
    page: str
    answers: dict[str, TestResponse]
    """All that is sent, by address; the page itself is among them."""

    @property
    def files(self) -> dict[str, TestResponse]:
        return {address: answer for address, answer in self.answers.items() if "/static/" in address}

    @property
    def sent(self) -> int:
        return sum(len(answer.data) for answer in self.answers.values())


def load(browser: Browser, path: str) -> PageLoad:
    """Fetches a page and all that it names, modules' imports too, as a browser that takes gzip and has kept nothing."""
    answers = {path: fetched(browser, path)}
    page = text_of(answers[path])
    waiting = [
        unescape(found[1])
        for tag in _TAGS.findall(page)
        if (found := _ADDRESS.search(tag)) and not _NOT_FOR_THE_PAGE.search(tag)
    ]
    while waiting:
        address = waiting.pop()
        if address not in answers and not address.startswith("data:"):
            answers[address] = fetched(browser, address)
            if ".js" in address:
                folder = address.rpartition("/")[0]
                waiting += [f"{folder}/{name}" for name in _IMPORT.findall(text_of(answers[address]))]
    return PageLoad(page, answers)


def fetched(browser: Browser, path: str, **headers: str) -> TestResponse:
    answer = browser.get(path, headers={"Accept-Encoding": "gzip", **headers})
    assert answer.status_code == 200, (path, answer.status_code)
    return answer


def text_of(answer: TestResponse) -> str:
    packed = answer.headers.get("Content-Encoding") == "gzip"
    return (gzip.decompress(answer.data) if packed else answer.data).decode()
