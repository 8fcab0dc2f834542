"""Two in the built-in room who do not find each other, and the other room that both are shown: in a real browser,
under the real policy, over https."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from flashmeet.app import create_app
from flashmeet.core.config import Config
from flashmeet.core.config.video import Jitsi
from flashmeet.core.database.session import Database
from flashmeet.rooms.service.providers import save_own_room
from tests.browsers import Clock
from tests.calendars.wires import certificate
from tests.rooms.providers.test_browser import PATIENCE
from tests.rooms.room.hours import Hour
from tests.rooms.room.scripts import ONLY_RELAYS
from tests.rooms.room.windows import DEVICES, Window, close, wait_for
from tests.served import in_a_thread, served

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database", ["sqlite"], indirect=True)]


class Other(BaseHTTPRequestHandler):
    """As many are: the address that people know leads on to another host."""

    def do_GET(self) -> None:
        leads_on = self.path.startswith("/alice")
        self.send_response(302 if leads_on else 200)
        if leads_on:
            _, port = self.headers["Host"].split(":")
            self.send_header("Location", f"https://eu.rooms.example:{port}/inside")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of `rooms.example` and all that it leads on to."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Other)
    tls, _ = certificate(tmp_path_factory.mktemp("tls"))
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    with in_a_thread(server):
        yield server.server_port


@contextmanager
def opened(chromium: Chromium, url: str) -> Iterator[Window]:
    """A window whose devices can meet nobody's."""
    context = chromium.new_context(permissions=DEVICES, locale="en-GB", ignore_https_errors=True)
    context.add_init_script(ONLY_RELAYS)
    try:
        yield Window(context, url)
    finally:
        close(context)


@dataclass(frozen=True, slots=True)
class House:
    """An installation on `told`, an hour that is open, and a mentor who may have a room elsewhere."""

    chromium: Chromium
    database: Database
    clock: Clock
    hour: Hour
    told: Config
    port: int

    def save_room(self) -> None:
        with self.database.writing() as db:
            save_own_room(db, self.hour.alice.id, f"https://rooms.example:{self.port}/alice")

    @contextmanager
    def doors(self, jitsi: Jitsi | None = None) -> Iterator[tuple[Window, Window]]:
        """Alice and Bob before them."""
        told = replace(self.told, video="jitsi", video_settings=jitsi) if jitsi else self.told
        app = create_app(told, database=self.database, clock=self.clock)
        with (
            served(app) as base,
            opened(self.chromium, base + self.hour.alices_link) as alice,
            opened(self.chromium, base + self.hour.bobs_link) as bob,
        ):
            yield alice, bob

    def let_fail(self, *both: Window) -> None:
        """Twenty seconds after both are there."""
        for each in both:
            each.join()
        for each in both:
            each.until("connecting")
        self.clock.move(seconds=20)


@pytest.fixture
def house(  # noqa: PLR0917  # pytest names arguments
    chromium: Chromium, config: Config, database: Database, clock: Clock, hour: Hour, rooms: int
) -> House:
    return House(chromium, database, clock, hour, replace(config, base_url="http://127.0.0.1"), rooms)


def follow(who: Window, kind: Literal["button", "link"], *, at: Page | None = None) -> Page:
    """Presses what leads to the other room; the window that opens."""
    way = (at or who.page).locator("#second-way, .second-way-page").get_by_role(kind, name="Go to the other room")
    way.wait_for(timeout=PATIENCE)
    with who.context.expect_page(timeout=PATIENCE) as opening:
        way.click()
    return opening.value


def test_both_are_led_to_the_mentors_own_room_wherever_it_leads_on_to(house: House) -> None:
    house.save_room()
    with house.doors() as both:
        house.let_fail(*both)
        for each in both:
            follow(each, "button").wait_for_url("https://eu.rooms.example:*/inside", timeout=PATIENCE)


def test_a_page_from_before_the_mentor_had_a_room_leads_there_by_a_fresh_one(house: House) -> None:
    with house.doors() as (alice, bob):
        house.save_room()
        house.let_fail(alice, bob)
        fresh = follow(bob, "link")
        follow(bob, "button", at=fresh).wait_for_url("https://eu.rooms.example:*/inside", timeout=PATIENCE)


def test_both_are_led_to_the_networks_provider(house: House) -> None:
    jitsi = Jitsi(url=f"https://jitsi.rooms.example:{house.port}", app_id="flashmeet", secret="s" * 40)
    with house.doors(jitsi) as both:
        house.let_fail(*both)
        for each in both:
            follow(each, "button").wait_for_url(f"{jitsi.url}/hour-*?jwt=*", timeout=PATIENCE)


def test_who_goes_elsewhere_lets_go_of_camera_and_microphone(house: House) -> None:
    """Many a device gives them to one page at a time."""
    house.save_room()
    with house.doors() as (alice, bob):
        house.let_fail(alice, bob)
        assert alice.page.get_attribute("body", "data-devices") == "audio video"
        follow(alice, "button")
        wait_for(lambda: alice.page.get_attribute("body", "data-devices") == "none", "free devices", within=60)
        assert "free for the other room" in alice.page.inner_text("#device-status")
