"""Every form that shows what is stored, to be saved as a whole, carries the version that its sender saw."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

from flask import Flask

from tests.browsers import Browser
from tests.http.conftest import World

NOT_STORED = {
    "phone.show": "a number is proved by a code before it replaces another",
    "asked.show": "a month off, from today",
    "own_days.show": "a new day, with the usual hours",
    "admin_joining.show": "a new invitation",
    "admin_terms.show": "a new version: what was announced is never overwritten",
}
"""By the page's endpoint: why what its form shows at first replaces nothing."""
TYPED = {"text", "search", "email", "tel", "url", "number", "date", "time", "datetime-local", "color"}


class Forms(HTMLParser):
    """The forms of a page: where each is sent, its fields, and those that hold something already."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.all: list[tuple[str, set[str], set[str]]] = []
        self._posts = False
        self._area: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        if tag == "form":
            self._posts = has.get("method") == "post"
            if self._posts:
                self.all.append((has.get("action") or "", set(), set()))
        elif self._posts and has.get("name") and tag in ("input", "textarea"):
            name, (_, names, filled) = str(has["name"]), self.all[-1]
            names.add(name)
            if tag == "textarea":
                self._area = name
            elif has.get("type", "text") in TYPED and has.get("value"):
                filled.add(name)

    def handle_data(self, data: str) -> None:
        if self._area and data.strip():
            self.all[-1][2].add(self._area)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "form":
            self._posts = False


def test_a_form_that_shows_what_is_stored_carries_its_version(app: Flask, world: World) -> None:
    bare = {}
    for who in ("Bob", "Alice", "Odile"):
        browser = Browser(app).sign_in(world.ids[who])
        for rule, path in world.paths(app, "GET"):
            answer = browser.get(path)
            if answer.status_code != 200 or answer.mimetype != "text/html":
                continue
            for action, names, filled in Forms(answer.get_data(as_text=True)).all:
                if filled and "version" not in names and rule.endpoint not in NOT_STORED:
                    bare[(rule.endpoint, urlsplit(action).path)] = sorted(filled)
    assert not bare, "\n".join(map(str, bare.items()))


def test_an_operation_that_replaces_something_takes_its_version(client: Browser) -> None:
    document, whole = client.get("/api/v1/openapi.json").get_json(), list[str]()
    for path, operations in document["paths"].items():
        for method in {"put", "patch"} & operations.keys():
            assert "get" in operations, path
            if "requestBody" not in operations[method]:
                continue  # it says nothing that could overwrite anything: “free now” is begun
            taken = [each["name"] for each in operations[method].get("parameters", [])]
            assert "If-Match" in taken and "412" in operations[method]["responses"], (method, path)
            whole.append(path)
    assert whole
