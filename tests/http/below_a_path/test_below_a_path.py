"""The service below `https://example.org/mentorat/`: every address that a person or a machine gets stays below it."""

from __future__ import annotations

import re
from collections import deque
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from tests.browsers import Browser
from tests.http.below_a_path.conftest import PATH
from tests.http.conftest import World, asking

ADDRESS = re.compile(r'\s(?:href|src|action|formaction|data-base|data-after)="([^"]*)"')
FOLLOWED = re.compile(r'<a\s[^>]*?href="([^"]*)"')
MOST_PAGES = 60
"""Of one visit: the calendars lead on without end."""


def own(page: str, text: str, pattern: re.Pattern[str]) -> set[str]:
    """The addresses of our host in a page, as a browser reads them."""
    read = (urlsplit(urljoin(f"http://localhost{page}", unescape(each))) for each in pattern.findall(text))
    return {each._replace(scheme="", netloc="", fragment="").geturl() for each in read if each.hostname == "localhost"}


def shape(address: str) -> str:
    """Pages that differ in numbers and in what is asked are one kind of page."""
    return re.sub(r"\d+", "0", urlsplit(address).path)


@pytest.mark.parametrize("who", [None, "Bob", "Alice", "Odile"])
def test_every_link_stays_below_the_path_and_leads_somewhere(app: Flask, world: World, who: str | None) -> None:
    browser = asking(app, world, who, api=False)
    roots = [f"{PATH}/", f"{PATH}/me", f"{PATH}/admin", f"{PATH}/search?need=statuts"]
    queue, seen = deque(roots), {shape(each) for each in roots}
    visited, strays, dead = 0, [], []
    while queue and visited < MOST_PAGES:
        page = queue.popleft()
        answer = browser.get(page)
        visited += 1
        if answer.status_code in (301, 302, 303, 308):
            found = own(page, f' href="{answer.location}"', ADDRESS)
            follow = found
        else:
            text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
            found, follow = own(page, text, ADDRESS), own(page, text, FOLLOWED)
        if answer.status_code >= 500 or (answer.status_code == 404 and page not in roots):
            dead.append((answer.status_code, page))
        strays += [(page, each) for each in found if not each.startswith(f"{PATH}/")]
        for each in sorted(follow):
            if shape(each) not in seen:
                seen.add(shape(each))
                queue.append(each)
    assert (strays, dead) == ([], [])
    assert visited > (8 if who is None else 15)


@pytest.mark.parametrize("who", [None, "Bob", "Alice", "Odile"])
def test_every_page_and_every_way_on_stays_below_the_path(app: Flask, world: World, who: str | None) -> None:
    """Whatever answers to GET, linked or not: pages of personal links, of forms, and redirects."""
    browser, strays = asking(app, world, who, api=False), []
    for _, path in world.paths(app, "GET"):
        answer = browser.get(f"{PATH}{path}")
        assert answer.status_code < 500, path
        text = answer.get_data(as_text=True) if answer.mimetype == "text/html" else ""
        text += f' href="{answer.location}"' if answer.location else ""
        strays += [(path, each) for each in own(f"{PATH}{path}", text, ADDRESS) if not each.startswith(f"{PATH}/")]
    assert strays == []


def test_what_lies_outside_the_path_is_not_ours_save_the_probes(client: Browser, world: World) -> None:
    probes = [client.get(f"{path}{probe}").status_code for path in ("", PATH) for probe in ("/healthz", "/readyz")]
    assert probes == [200, 200, 200, 200]
    outside = ("/", "/sign-in", "/static/img/favicon.svg", f"{PATH}x/sign-in", "/other/mentorat/sign-in")
    assert [client.get(path).status_code for path in outside] == [404] * len(outside)
    assert client.get(PATH).status_code == client.get(f"{PATH}/").status_code == 200


def test_the_cookie_goes_to_the_path_alone(app: Flask, secure: Config, database: Database) -> None:
    plain = Browser(app).get(f"{PATH}/sign-in").headers["Set-Cookie"]
    assert (plain.split("=")[0], "Path=/mentorat;" in plain) == ("flashmeet", True)
    tls = Browser(create_app(secure, database=database)).get(f"{PATH}/sign-in", base_url="https://meet.example.org")
    cookie = tls.headers["Set-Cookie"]
    assert cookie.startswith("__Secure-flashmeet=")  # `__Host-` is for `/` alone
    assert cookie.split("; ", 1)[1] == "Secure; HttpOnly; Path=/mentorat; SameSite=Lax"


def test_signing_in_leads_back_below_the_path(app: Flask, world: World) -> None:
    visitor = Browser(app)
    answer = visitor.get(f"{PATH}/me/leave?x=1")
    assert answer.location == f"{PATH}/sign-in?next=%2Fmentorat%2Fme%2Fleave%3Fx%3D1"
    assert Browser(app).sign_in(world.ids["Bob"]).get(answer.location).location == f"{PATH}/me/leave?x=1"


@pytest.mark.parametrize(
    "way", ["/me", "/mentoratx/", "/mentorat", "/mentorat/../other", "/mentorat/%2e%2E/other", "//mentorat/", "me"]
)
def test_a_way_back_leads_to_no_other_service_of_the_host(app: Flask, world: World, way: str) -> None:
    bob = Browser(app).sign_in(world.ids["Bob"])
    assert bob.get(f"{PATH}/sign-in", query_string={"next": way}).location == f"{PATH}/me"


def test_forms_are_taken_and_lead_on_below_the_path(app: Flask, world: World) -> None:
    visitor = Browser(app)
    answer = visitor.send(f"{PATH}/language", {"locale": "en", "next": f"{PATH}/help"}, page=f"{PATH}/sign-in")
    assert (answer.status_code, answer.location) == (303, f"{PATH}/help")
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert visitor.post(f"{PATH}/language", data={"locale": "fr"}, headers=foreign).status_code == 400


def test_the_api_says_addresses_below_the_path(app: Flask, world: World) -> None:
    bob = asking(app, world, "Bob", api=True)
    booking = bob.get(f"{PATH}/api/v1/bookings/{world.known['booking_id']}").get_json()
    assert booking["ics_url"] == f"http://localhost{PATH}/api/v1/bookings/{booking['id']}.ics"
    join = [value for key, value in flat(booking) if key == "join_url"]
    assert join and all(value.startswith(f"http://localhost{PATH}/join/") for value in join if value)
    assert bob.get(f"{PATH}/api/v1/openapi.json").get_json()["servers"] == [{"url": PATH}]


def test_the_calendar_file_and_the_feed_say_addresses_below_the_path(app: Flask, world: World) -> None:
    bob = asking(app, world, "Bob", api=True)
    files = [
        bob.get(f"{PATH}/api/v1/bookings/{world.known['booking_id']}.ics").text,
        Browser(app).get(f"{PATH}/calendar/{world.known['feed_secret']}.ics").text,
    ]
    for file in files:
        found = re.findall(r"http://localhost(/[a-z]*)", file.replace("\r\n ", ""))
        assert found and set(found) == {PATH}


def test_robots_are_told_the_whole_paths(client: Browser, world: World) -> None:
    lines = client.get(f"{PATH}/robots.txt").text.splitlines()
    assert f"Allow: {PATH}/$" in lines and f"Disallow: {PATH}/" in lines
    assert all(f" {PATH}/" in line for line in lines[1:])


def flat(value: object) -> list[tuple[str, str]]:
    if isinstance(value, dict):
        return [(key, each) for key, each in value.items() if isinstance(each, str)] + [
            pair for each in value.values() for pair in flat(each)
        ]
    return [pair for each in value for pair in flat(each)] if isinstance(value, list) else []
