"""Whose page it is, in which zone and which language."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask

from flashmeet.core.database.session import Database
from flashmeet.core.settings.service import decide
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer
from flashmeet.http.display import display_locale, display_tzid
from flashmeet.identity.models import Member
from tests import people
from tests.browsers import Browser
from tests.databases import statements_of


@pytest.fixture
def bob(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Bob", tzid="America/Toronto", locale="en", mentor=True, approved=False)


@pytest.fixture(autouse=True)
def mirror(app: Flask) -> None:
    """`/mirror` says what the gate makes of who asks."""

    @access("anyone")
    def look() -> dict[str, object]:
        who = viewer()
        seen = None if who is None else [who.member_id, who.name, who.first_name, sorted(who.roles), who.approved]
        return {"who": seen, "tzid": display_tzid(), "locale": display_locale()}

    app.add_url_rule("/mirror", "mirror", look)


def seen(client: Browser, **headers: str) -> dict[str, object]:
    found: dict[str, object] = client.get("/mirror", headers=headers).get_json()
    return found


def test_a_member_has_their_own_zone_and_language(bob: Member, signed_in: Callable[[Member], Browser]) -> None:
    assert seen(signed_in(bob), **{"Accept-Language": "fr"}) == {
        "who": [bob.id, "Bob Exemple", "Bob", ["mentee", "mentor"], False],
        "tzid": "America/Toronto",
        "locale": "en",
    }


@pytest.mark.parametrize(
    ("accepts", "locale"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("fr-CA", "fr"),
        ("de,en;q=0.5", "en"),
        ("de", "fr"),
        ("", "fr"),
        ("*", "fr"),
        ("x;;", "fr"),
    ],
)
def test_a_visitor_reads_the_browsers_language_or_the_networks(client: Browser, accepts: str, locale: str) -> None:
    assert seen(client, **{"Accept-Language": accepts})["locale"] == locale


def test_the_network_decides_where_nothing_else_does(client: Browser, database: Database) -> None:
    with database.writing() as db:
        decide(db, "tzid", "Africa/Dakar")
        decide(db, "locale", "en")
    assert seen(client) == {"who": None, "tzid": "Africa/Dakar", "locale": "en"}


def test_a_visitors_choice_is_kept_in_the_browser(app: Flask, client: Browser) -> None:
    client.send("/zone", {"tzid": "Asia/Tokyo"})
    client.send("/language", {"locale": "en"})
    assert seen(client) == {"who": None, "tzid": "Asia/Tokyo", "locale": "en"}
    assert seen(Browser(app))["tzid"] == "Europe/Paris"


def test_a_members_choice_is_kept_with_the_member(
    bob: Member, database: Database, signed_in: Callable[[Member], Browser]
) -> None:
    browser = signed_in(bob)
    assert (
        browser.send("/zone", {"tzid": "Indian/Reunion", "next": "/search?need=x"}, page="/").location
        == "/search?need=x"
    )
    browser.send("/language", {"locale": "fr"}, page="/")
    with database.reading() as db:
        member = db.get_one(Member, bob.id)
        assert (member.tzid, member.locale) == ("Indian/Reunion", "fr")


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/zone", {"tzid": "Mars/Base"}),
        ("/zone", {}),
        ("/zone", {"tzid": "../etc/passwd"}),
        ("/language", {"locale": "de"}),
    ],
)
def test_a_zone_or_language_that_is_none_is_refused_in_words(client: Browser, path: str, form: dict[str, str]) -> None:
    assert client.send(path, form).status_code == 422


@pytest.mark.parametrize("way", ["//evil.example", "https://evil.example/", "/\\evil.example"])
def test_a_choice_leads_to_no_other_site(client: Browser, way: str) -> None:
    assert client.send("/zone", {"tzid": "UTC", "next": way}).location == "/"


def test_a_page_asks_the_database_once_who_it_is_and_once_what_was_decided(
    app: Flask, bob: Member, database: Database, signed_in: Callable[[Member], Browser]
) -> None:
    with database.writing() as db:
        decide(db, "name", "Uni")
    browser = signed_in(bob)
    seen(browser)
    statements = statements_of(database)
    seen(browser)
    asked = [set(re.findall(r"(?:FROM|JOIN) (\w+)", each)) for each in statements if each.startswith("SELECT")]
    assert asked == [{"member", "login_session", "revision"}]
