"""A refused field says so: to eyes beside it, to a screen reader by its own attributes, and in the page's title."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser

import pytest
from flask import Flask

from flashmeet.core import errors
from flashmeet.core.database.session import Database
from flashmeet.core.files import folder
from flashmeet.i18n.catalogue import LOCALES
from flashmeet.i18n.refusals import sentence as sentence_of
from flashmeet.identity.models import Member
from tests.browsers import Browser
from tests.http.conftest import World

BAD = "x" * 2400
"""No date, no number, no word of any list, and too long for every line; a form of nothing else is no longer than one
may be."""
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
BUTTONS_ALONE = {
    "calendar_questions.answer",
    "series.act",
    "day_offers.ask",
    "phone.confirm",
    "admin_invitations.start",
}
"""No field of the page is refused there: a button was pressed that is not there, or what it is about is over."""


class Page(HTMLParser):
    """What of a page speaks of faults."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.title, self.inside = "", ""
        self.sentences: list[str | None] = []
        self.marked: list[tuple[str, set[str]]] = []
        self.acts_at: set[str] = set()
        self.ids: set[str] = set()
        self.summary: list[str] = []
        self.in_summary = self.has_focus = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.inside = tag
        self.ids.add(has.get("id", ""))
        self.has_focus = self.has_focus or {"autofocus", "tabindex"} <= has.keys()
        if has.get("id") == "error-summary":
            self.in_summary = True
        elif self.in_summary and tag == "a":
            self.summary.append(has["href"].removeprefix("#"))
        if tag == "form" and has.get("method") == "post":
            self.acts_at.add(has.get("action", "").partition("#")[0])
        if "field-problem" in has.get("class", "").split() and "hidden" not in has:
            self.sentences.append(has.get("id"))
        if has.get("aria-invalid") == "true":
            self.marked.append((has.get("name", tag), set(has.get("aria-describedby", "").split())))

    def handle_data(self, data: str) -> None:
        self.title += data if self.inside == "title" else ""

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""
        if tag == "div":
            self.in_summary = False


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
        token = browser.token("/charter")
        for rule, path in world.paths(app, "POST"):
            if rule.rule.startswith("/api/") or rule.endpoint in ON_EVERY_PAGE:
                continue
            for way in WAYS.get(rule.endpoint, [{}]):
                for text in ("", BAD):
                    typed = {**dict.fromkeys(names, text), **way, "csrf_token": token}
                    answer = browser.post(path, data=typed)
                    assert answer.status_code != 413 or rule.endpoint.startswith("room_signals."), path
                    page = answer.get_data(as_text=True)
                    if answer.status_code == 422 and {path, ""} & (seen := Page(page)).acts_at:
                        yield f"{rule.endpoint} {' '.join(way.values())}".strip(), seen


def test_a_refused_field_says_so_in_the_title_in_a_summary_and_to_a_screen_reader(app: Flask, world: World) -> None:
    seen: dict[str, str] = {}
    for place, page in refused(app, world):
        sentences, described = {*page.sentences}, {each for _, ids in page.marked for each in ids}
        faults = [
            "title" if not page.title.startswith(("Erreur\u202f: ", "Error: ")) else "",
            "no field is marked" if not page.marked and place not in BUTTONS_ALONE else "",
            "a sentence at which no field points" if not sentences <= described else "",
            *(f"{name} has no sentence" for name, ids in page.marked if not ids & sentences),
            "a sentence without its link above" if len(page.summary) != len(sentences) else "",
            "a link to nothing" if not {*page.summary} <= page.ids else "",
            "nothing has the focus" if not page.has_focus and place not in BUTTONS_ALONE else "",
        ]
        seen[place] = "; ".join(filter(None, [seen.get(place), *faults]))
    assert {place: fault for place, fault in seen.items() if fault} == {}
    assert len(seen) >= 30


@pytest.mark.parametrize(("locale", "title"), [("en", "Error: "), ("fr", "Erreur\u202f: ")])
def test_the_summary_leads_to_each_field_in_the_readers_language(
    app: Flask, world: World, database: Database, locale: str, title: str
) -> None:
    with database.writing() as db:
        db.get_one(Member, world.ids["Alice"]).locale = locale
    answer = Browser(app).sign_in(world.ids["Alice"]).send("/me/leave", {"first": "", "last": ""}, page="/me/leave")
    page = answer.get_data(as_text=True)
    assert Page(page).title.startswith(title)
    assert f'<a href="#field-first">{sentence_of(errors.BadDate("first", value=""), locale, "UTC")}</a>' in page


def test_what_saves_nothing_is_not_said_to_be_unsaved(app: Flask, world: World) -> None:
    visitor, alice = Browser(app), Browser(app).sign_in(world.ids["Alice"])
    signing_in = visitor.send("/sign-in", {"email": "nobody"}, page="/sign-in").get_data(as_text=True)
    leave = alice.send("/me/leave", {"first": "", "last": ""}, page="/me/leave").get_data(as_text=True)
    assert ('id="error-summary"' in signing_in, 'id="error-summary"' in leave) == (True, True)
    unsaved = ("Not saved yet", "Pas encore enregistré")
    assert [any(words in page for words in unsaved) for page in (signing_in, leave)] == [False, True]


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (errors.Missing("date"), "Choose a day for “Date”."),
        (errors.Missing("times"), "Give a day and a time for “Times”, at least once."),
        (errors.Missing("start"), "Give a time for “Start”, such as 18:30."),
        (errors.Missing("roles"), "Choose one of the answers to “I’m here”."),
        (errors.BadInput("roles", value=""), "Choose one of the answers to “I’m here”."),
        (errors.Missing("file"), "Choose a file for “File”."),
        (errors.Missing("email"), "Write an address for “Email address”."),
        (errors.Missing("first_name"), "Fill in “First name”."),
        (errors.Missing("need"), "“Your question” is still empty. A few words are enough."),
        (
            errors.EndBeforeStart("last", start=date(2026, 12, 12), end=date(2026, 12, 10)),
            "The end (Thursday 10 December) must come after the start (Saturday 12 December).",
        ),
    ],
)
def test_an_empty_field_is_told_what_it_is_filled_with(refusal: errors.Refusal, said: str) -> None:
    assert sentence_of(refusal, "en", "UTC") == said
