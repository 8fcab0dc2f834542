"""Connecting a calendar at a provider: nothing happens without the member's own button."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import cast
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.core.vault import vault_of
from flashmeet.schedule.models import CalendarAccount, MemberCalendar
from tests.browsers import Browser, Clock, connections_held
from tests.fakes.google import GoogleServer, Refusal
from tests.fakes.graph import GraphServer
from tests.scene import Scene, stage

PAGE = "/me/calendars/google"


@pytest.fixture
def scene(database: Database) -> Scene:
    return stage(database)


@pytest.fixture
def config(config: Config, google_server: GoogleServer) -> Config:
    return replace(config, google=google_server.settings())


@pytest.fixture
def alice(app: Flask, scene: Scene) -> Browser:
    return cast(Browser, app.test_client()).sign_in(scene.alice)


def go_on(browser: Browser) -> str:
    """Where the button of the page leads."""
    [address] = re.findall(r'href="(http://127[^"]+)"', browser.get(PAGE).text)
    return html.unescape(address)


def came_back(browser: Browser, google: GoogleServer) -> tuple[str, dict[str, str]]:
    """The address the member's browser is sent back to, and what its page would send."""
    address = google.consents.consent(go_on(browser)).removeprefix("http://localhost")
    page = browser.get(address).text
    fields = dict(re.findall(r'name="(code|state)" value="([^"]+)"', page))
    return address, {name: html.unescape(value) for name, value in fields.items()}


def accounts(database: Database) -> list[CalendarAccount]:
    with database.reading() as db:
        found = db.scalars(select(CalendarAccount).order_by(CalendarAccount.id)).unique().all()
        return [account for account in found if account.calendars is not None]


def test_google_is_asked_for_little_and_with_a_proof_of_who_asks(alice: Browser) -> None:
    asked = parse_qs(urlsplit(go_on(alice)).query)
    assert asked["scope"] == [
        "https://www.googleapis.com/auth/calendar.calendarlist.readonly https://www.googleapis.com/auth/calendar.events"
    ]
    assert (asked["access_type"], asked["prompt"]) == (["offline"], ["consent"])
    assert asked["redirect_uri"] == ["http://localhost/me/calendars/google/callback"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["state"] != parse_qs(urlsplit(go_on(alice)).query)["state"]


def test_one_button_connects_and_the_key_is_shut(
    alice: Browser, scene: Scene, google_server: GoogleServer, database: Database, config: Config
) -> None:
    google_server.calendar("team@example.org", role="reader")
    _, fields = came_back(alice, google_server)
    assert accounts(database) == []  # the way back alone connects nothing
    assert google_server.consents.refresh_tokens == set()
    answer = alice.send(PAGE, fields, page=PAGE + "/callback?error=x")
    assert (answer.status_code, answer.location) == (303, "/me/calendars")
    [account] = accounts(database)
    assert (account.member_id, account.kind, account.label) == (scene.alice.id, "google", "alice@example.org")
    [refresh] = google_server.consents.refresh_tokens
    assert refresh not in account.secret
    assert vault_of(config).open(account.secret)["refresh_token"] == refresh
    assert [(each.remote_id, each.checks, each.writes, each.writable) for each in account.calendars] == [
        ("alice@example.org", True, True, True),
        ("team@example.org", False, False, False),
    ]


def test_no_connection_is_held_while_the_provider_is_asked(
    app: Flask, alice: Browser, google_server: GoogleServer
) -> None:
    held = connections_held(app)
    assert alice.send(PAGE, came_back(alice, google_server)[1]).status_code == 303
    assert held == [0]


def test_connecting_again_opens_the_same_account_and_keeps_what_was_chosen(
    alice: Browser, google_server: GoogleServer, database: Database
) -> None:
    for _ in range(2):
        alice.send(PAGE, came_back(alice, google_server)[1])
        with database.writing() as db:
            account = db.scalars(select(CalendarAccount)).unique().one()
            account.fault = "reconnect"
            db.scalars(select(MemberCalendar)).unique().one().checks = False
    alice.send(PAGE, came_back(alice, google_server)[1])
    [account] = accounts(database)
    assert (account.fault, account.told_at) == ("", None)
    assert [(each.checks, each.writes) for each in account.calendars] == [(False, True)]


def test_a_code_that_was_redeemed_is_of_no_more_use(
    alice: Browser, google_server: GoogleServer, database: Database
) -> None:
    _, fields = came_back(alice, google_server)
    assert alice.send(PAGE, fields).status_code == 303
    assert alice.send(PAGE, fields).status_code == 503
    assert len(accounts(database)) == 1


def test_a_permission_that_somebody_else_began_opens_nothing(
    app: Flask, alice: Browser, scene: Scene, google_server: GoogleServer, database: Database
) -> None:
    """Charlie sends Alice the link by which Google would come back to him, so that his calendar becomes hers."""
    charlie = cast(Browser, app.test_client()).sign_in(scene.charlie)
    address, fields = came_back(charlie, google_server)
    assert alice.get(address).status_code == 422
    assert alice.send(PAGE, fields).status_code == 422
    other = cast(Browser, app.test_client()).sign_in(scene.charlie)
    assert other.send(PAGE, fields).status_code == 422  # not even in another browser of his
    for state in ("", "x", fields["state"][:-1], "a.b.c", fields["state"].replace(".", ".9", 1), "é"):
        assert charlie.send(PAGE, {**fields, "state": state}).status_code == 422
    assert accounts(database) == []


def test_a_permission_is_good_for_a_quarter_of_an_hour(
    alice: Browser, google_server: GoogleServer, clock: Clock, database: Database
) -> None:
    _, fields = came_back(alice, google_server)
    clock.move(minutes=15, seconds=1)
    assert alice.send(PAGE, fields).status_code == 422
    assert accounts(database) == []


@pytest.mark.parametrize("error", ["access_denied", "consent_required", "<script>"])
def test_a_refusal_says_what_else_can_be_done(alice: Browser, error: str) -> None:
    page = alice.get(f"{PAGE}/callback?{urlencode({'error': error, 'state': 'x'})}").text
    assert "/me/availability" in page and "ICS" in page
    assert "<script>" not in page


def test_half_a_permission_is_none(
    alice: Browser, google_server: GoogleServer, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, fields = came_back(alice, google_server)
    google_server.consents.grants = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"
    assert alice.send(PAGE, fields).status_code == 422
    assert accounts(database) == []


def test_a_provider_in_trouble_is_said_and_nothing_is_kept(
    alice: Browser, google_server: GoogleServer, database: Database
) -> None:
    _, fields = came_back(alice, google_server)
    google_server.fails["calendarList.list"] = [Refusal(500)]
    answer = alice.send(PAGE, fields)
    assert (answer.status_code, accounts(database)) == (503, [])
    assert PAGE in answer.text


def test_a_provider_that_is_not_set_up_is_not_there(app: Flask, alice: Browser) -> None:
    assert alice.get("/me/calendars/microsoft").status_code == 404
    assert alice.get("/me/calendars/yahoo").status_code == 404


def test_microsoft_365_is_connected_the_same_way(
    config: Config, database: Database, scene: Scene, graph_server: GraphServer
) -> None:
    app = create_app(replace(config, microsoft=graph_server.settings()), database=database)
    app.test_client_class = Browser
    browser, page = cast(Browser, app.test_client()).sign_in(scene.alice), "/me/calendars/microsoft"
    start = browser.get(page).text
    assert (
        "Approbation de l’administrateur requise" in start
    )  # where a tenant blocks consent, the page says what is left
    [address] = re.findall(r'href="(http://127[^"]+)"', start)
    asked = html.unescape(address)
    assert parse_qs(urlsplit(asked).query)["scope"] == [
        "offline_access https://graph.microsoft.com/Calendars.ReadWrite"
    ]
    back = browser.get(graph_server.consents.consent(asked).removeprefix("http://localhost")).text
    fields = {name: html.unescape(value) for name, value in re.findall(r'name="(code|state)" value="([^"]+)"', back)}
    assert browser.send(page, fields).location == "/me/calendars"
    [account] = accounts(database)
    assert (account.kind, account.label) == ("microsoft", "Calendar · alice@example.org")


def test_without_settings_there_is_no_google(config: Config, database: Database, scene: Scene) -> None:
    app = create_app(replace(config, google=None), database=database)
    app.test_client_class = Browser
    assert cast(Browser, app.test_client()).sign_in(scene.alice).get(PAGE).status_code == 404
