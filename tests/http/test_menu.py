"""The menu: the same places in the same order on every page, how much waits there, and two taps to everything."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from flask import Flask

from flashmeet.core.database.session import Database
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.requests import RequestState
from tests.browsers import Browser
from tests.http.conftest import World

MENU = ["/search", "/me", "/me/requests", "/me/settings"]
MENTORS = {
    "/me/availability",
    "/me/calendars",
    "/me/days",
    "/me/feed",
    "/me/give",
    "/me/leave",
    "/me/link",
    "/me/room",
}
MEMBERS = {
    "/",
    "/help",
    "/me/blocked",
    "/me/calendars",
    "/me/feed",
    "/me/hours",
    "/me/notifications",
    "/me/phone",
    "/me/privacy",
    "/me/profile",
    "/me/security",
    "/requests/new",
    "/terms",
    "/zone",
    *MENU,
}
"""What a person goes to on their own account; what else there is belongs to an hour, a request or a step."""


class Links(HTMLParser):
    """The links of a page, and those of its menu with what says which is current."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.all: set[str] = set()
        self.menu: list[tuple[str, str]] = []
        self.within = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "nav":
            self.within = int("main-menu" in has.get("class", ""))
        if tag == "a" and has.get("href", "").startswith("/"):
            path = urlsplit(has["href"]).path
            self.all.add(path)
            if self.within:
                self.menu.append((path, has.get("aria-current", "")))

    def handle_endtag(self, tag: str) -> None:
        self.within = 0 if tag == "nav" else self.within


def links(browser: Browser, path: str) -> Links:
    answer = browser.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return Links(answer.get_data(as_text=True))


def reached(start: str, leads: dict[str, set[str]]) -> set[str]:
    """Everything within two taps of `start`; `leads` are the links of each page."""
    first = leads[start]
    return first.union(*(leads[page] for page in first & leads.keys()))


@pytest.mark.parametrize(("who", "wanted"), [("Bob", MEMBERS), ("Alice", MEMBERS | MENTORS)])
def test_everything_is_two_taps_from_everywhere(app: Flask, world: World, who: str, wanted: set[str]) -> None:
    browser = Browser(app).sign_in(world.ids[who])
    starts = {*wanted, f"/bookings/{world.known['booking_id']}", f"/mentors/{world.ids['Alice']}"}
    leads = {path: links(browser, path).all for path in starts}
    assert {path: missing for path in starts if (missing := wanted - reached(path, leads))} == {}


def test_the_menu_is_the_same_on_every_page_and_says_where_one_is(app: Flask, world: World) -> None:
    browser = Browser(app).sign_in(world.ids["Alice"])
    for path in MEMBERS | MENTORS:
        menu = links(browser, path).menu
        assert [place for place, _ in menu] == MENU, path
        assert len([current for _, current in menu if current]) <= 1
    assert dict(links(browser, "/me/requests").menu)["/me/requests"] == "page"
    assert dict(links(browser, "/me/profile").menu)["/me/settings"] == "true"
    assert dict(links(browser, f"/bookings/{world.known['booking_id']}").menu)["/me"] == "true"


def test_administrators_have_the_network_too(app: Flask, world: World) -> None:
    menu = links(Browser(app).sign_in(world.ids["Odile"]), "/admin").menu
    assert menu == [*((place, "") for place in MENU), ("/admin", "page")]


def test_every_page_that_runs_the_network_stands_in_the_network(app: Flask, world: World) -> None:
    odile, standing = Browser(app).sign_in(world.ids["Odile"]), {}
    for _, path in world.paths(app, "GET"):
        answer = odile.get(path)
        if answer.status_code == 200 and b"</html>" in answer.data:
            standing[path] = [place for place, current in Links(answer.get_data(as_text=True)).menu if current]
    network = {path for path in standing if path.startswith(("/admin", "/setup"))}
    assert len(network) > 30
    assert {path: places for path, places in standing.items() if ("/admin" in places) != (path in network)} == {}
    assert {path: standing[path] for path in network if standing[path] != ["/admin"]} == {}


def test_visitors_have_no_menu(app: Flask, world: World) -> None:
    assert links(Browser(app), "/").menu == []


def counts(browser: Browser) -> list[str]:
    return re.findall(r'menu-count" aria-hidden="true">(\d+)<', browser.get("/help").get_data(as_text=True))


def test_the_menu_counts_what_waits_for_the_member(app: Flask, database: Database, world: World) -> None:
    alice, bob = Browser(app).sign_in(world.ids["Alice"]), Browser(app).sign_in(world.ids["Bob"])
    assert (counts(alice), counts(bob)) == (["1"], [])  # Bob's request waits for Alice
    with database.writing() as db:
        db.get_one(MentoringRequest, int(world.known["request_id"])).state = RequestState.PROPOSED
    assert (counts(alice), counts(bob)) == ([], ["1"])
