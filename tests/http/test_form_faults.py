"""A refused field says so: to eyes beside it, to a screen reader by its own attributes, and in the page's title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from flask import Flask

from flashmeet.core.files import folder
from flashmeet.i18n.catalogue import LOCALES
from tests.browsers import Browser
from tests.http.conftest import World

BAD = "\u2603" * 5000
"""No date, no number, no word of any list, and too long for every line."""
TYPED = re.compile(
    r'''(?:name="|(?:field|choose|zone_select|clock_field|radio|pill)\((?:"(?:radio|checkbox)", )?")([a-z_-]+)"'''
)
BUTTONS = {"act", "add", "remove", "drop", "default", "look", "next", "csrf_token", "cancel"}
WAYS = {
    "asked.answer": [{"act": act} for act in ("propose", "solve", "leave", "decline")],
    "calendars.add": [{"way": "caldav"}, {"way": "ics"}],
}
"""What the button says that sends a form with several."""
ON_EVERY_PAGE = {"sign_in.leave", "preferences.choose_language", "preferences.choose_zone"}
BUTTONS_ALONE = {"calendar_questions.answer", "series.act", "day_offers.ask", "phone.confirm"}
"""No field of the page is refused there: a button was pressed that is not there, or what it is about is over."""


class Page(HTMLParser):
    """What of a page speaks of faults."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.title, self.inside = "", ""
        self.sentences: list[str | None] = []
        self.marked: list[tuple[str, set[str]]] = []
        self.acts_at: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.inside = tag
        if tag == "form" and has.get("method") == "post":
            self.acts_at.add(has.get("action", "").partition("#")[0])
        if "field-problem" in has.get("class", "").split():
            self.sentences.append(has.get("id"))
        if has.get("aria-invalid") == "true":
            self.marked.append((has.get("name", tag), set(has.get("aria-describedby", "").split())))

    def handle_data(self, data: str) -> None:
        self.title += data if self.inside == "title" else ""

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""


def field_names() -> set[str]:
    """Of every form there is."""
    found = {name for path in folder("templates").rglob("*.html") for name in TYPED.findall(path.read_text("utf-8"))}
    by_language = {f"{name}{locale}" for name in found if name.endswith("_") for locale in LOCALES}
    return {name for name in found | by_language if not name.endswith(("_", "-"))} - BUTTONS


def refused(app: Flask, world: World) -> Iterator[tuple[str, Page]]:
    """Every page that shows a form again, because it could not be read; whoever sends it."""
    names = field_names()
    for who in ("Alice", "Bob", "Odile", None):
        browser = Browser(app)
        if who:
            browser.sign_in(world.ids[who])
        for rule, path in world.paths(app, "POST"):
            if rule.rule.startswith("/api/") or rule.endpoint in ON_EVERY_PAGE:
                continue
            for way in WAYS.get(rule.endpoint, [{}]):
                for text in ("", BAD):
                    answer = browser.send(path, {**dict.fromkeys(names, text), **way}, page="/charter")
                    page = answer.get_data(as_text=True)
                    if answer.status_code == 422 and {path, ""} & (seen := Page(page)).acts_at:
                        yield f"{rule.endpoint} {' '.join(way.values())}".strip(), seen


def test_a_refused_field_says_so_in_the_title_and_to_a_screen_reader(app: Flask, world: World) -> None:
    seen: dict[str, str] = {}
    for place, page in refused(app, world):
        sentences, described = {*page.sentences}, {each for _, ids in page.marked for each in ids}
        faults = [
            "title" if not page.title.startswith(("Erreur\u202f: ", "Error: ")) else "",
            "no field is marked" if not page.marked and place not in BUTTONS_ALONE else "",
            "a sentence at which no field points" if not sentences <= described else "",
            *(f"{name} has no sentence" for name, ids in page.marked if not ids & sentences),
        ]
        seen[place] = "; ".join(filter(None, [seen.get(place), *faults]))
    assert {place: fault for place, fault in seen.items() if fault} == {}
    assert len(seen) >= 30
