"""The door with a provider, and the page after the hour, in a real browser under the real policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it carries no types
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from sqlalchemy import update

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.rooms.models import OwnRoom
from tests.browsers import Clock
from tests.fakes.bigbluebutton import BbbServer
from tests.people import NOW
from tests.rooms.room.hours import Hour
from tests.served import served

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]
PATIENCE = 60_000


@pytest.fixture
def base(config: Config, database: Database, clock: Clock, bbb_server: BbbServer, hour: Hour) -> Iterator[str]:
    """Alice's hour with Bob is open, on a BigBlueButton; both read French."""
    with database.writing() as db:
        db.add(OwnRoom(member_id=hour.alice.id, address="https://rooms.example.org/alice"))
        db.execute(update(Member).values(locale="fr"))
    told = replace(config, base_url="http://127.0.0.1", video="bigbluebutton", video_settings=bbb_server.settings())
    with served(create_app(told, database=database, clock=clock)) as address:
        yield address


@pytest.fixture
def page(chromium: Chromium) -> Iterator[Page]:
    window = chromium.new_context(locale="fr-FR", viewport={"width": 360, "height": 740})
    yield window.new_page()
    window.close()


def violations(page: Page) -> list[str]:
    return [each["id"] for each in Axe().run(page).response["violations"]]


def look(page: Page, button: str) -> str:
    return str(page.locator(button).evaluate("(button) => getComputedStyle(button).backgroundColor"))


def is_narrow(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_the_button_leads_to_the_provider(page: Page, base: str, hour: Hour, bbb_server: BbbServer) -> None:
    page.goto(base + hour.alices_link)
    assert (violations(page), is_narrow(page)) == ([], True)
    page.get_by_role("button", name="Rejoindre la salle intégrée").wait_for(timeout=PATIENCE)
    assert look(page, "#join") == look(page, "#check") != look(page, ".elsewhere-way .btn")  # one thing is the first
    page.get_by_role("button", name="Rejoindre sur BigBlueButton").click()
    page.wait_for_url("**/bigbluebutton/api/join?**", timeout=PATIENCE)
    [held] = bbb_server.meetings.values()
    assert held.joined == ["Alice Exemple"]


def test_a_provider_that_is_away_is_said_on_the_page(page: Page, base: str, hour: Hour, bbb_server: BbbServer) -> None:
    bbb_server.status = 503
    page.goto(base + hour.alices_link)
    page.get_by_role("button", name="Rejoindre sur BigBlueButton").click()
    page.get_by_role("alert").filter(has_text="BigBlueButton est injoignable.").wait_for(timeout=PATIENCE)
    assert (violations(page), is_narrow(page)) == ([], True)


def test_the_button_appears_by_itself_when_the_room_opens(page: Page, base: str, hour: Hour, clock: Clock) -> None:
    clock.at = NOW - timedelta(minutes=15, seconds=1)
    answer = page.goto(base + hour.alices_link)
    assert answer is not None
    assert "Vous vous retrouvez sur BigBlueButton." in answer.text()
    clock.at = NOW
    page.get_by_role("button", name="Rejoindre sur BigBlueButton").click(timeout=PATIENCE)
    page.wait_for_url("**/bigbluebutton/api/join?**", timeout=PATIENCE)


def test_one_tap_the_next_morning_then_what_came_of_it(page: Page, base: str, hour: Hour, clock: Clock) -> None:
    clock.move(hours=23)
    page.goto(f"{base}/after/{hour.links.after_token(hour.bob_seat.id, hour.bob_seat.nonce)}")
    assert (violations(page), is_narrow(page)) == ([], True)
    page.get_by_role("button", name="Oui").click()
    page.get_by_text("J’y vois plus clair dans mon projet").wait_for(timeout=PATIENCE)
    page.get_by_role("radio", name="4").check()
    page.get_by_label("Un mot de remerciement").fill("Merci Alice, à bientôt.")
    assert (violations(page), is_narrow(page)) == ([], True)
    page.get_by_role("button", name="Garder", exact=True).click()
    page.wait_for_url("**?saved=1", timeout=PATIENCE)
    assert page.get_by_role("radio", name="4").is_checked()
