"""Two real browsers in the room: they see each other move, whatever one of them does."""

from __future__ import annotations

import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it carries no types
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect
from sqlalchemy import select, update

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.rooms.providers.own import OwnRoomProvider
from flashmeet.rooms.rules.providers import Providers
from flashmeet.rooms.service.fallback import begin_fallback
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.rooms.room.conftest import installed
from tests.rooms.room.pairs import Installation, Pair, hour_at, see_each_other, talk
from tests.rooms.room.windows import DEVICES, Window, wait_for, window

pytestmark = pytest.mark.browser


def test_both_see_each_other_move(pair_on_each: Pair) -> None:
    talk(pair_on_each)


def test_both_may_come_at_the_same_moment(pair_on_each: Pair) -> None:
    for each in pair_on_each:
        each.join()
    see_each_other(pair_on_each)


@pytest.mark.parametrize("who", [0, 1])
def test_a_reload_comes_back_by_itself(pair_on_each: Pair, who: int) -> None:
    talk(pair_on_each)
    pair_on_each[who].page.reload()
    see_each_other(pair_on_each)


def test_a_second_window_takes_over_and_the_first_lets_go_of_its_camera(pair: Pair, chromium: Chromium) -> None:
    talk(pair)
    alice, bob = pair
    with window(chromium, alice.page.url) as second:
        second.join()
        see_each_other((second, bob))
        alice.until("replaced")
        assert alice.page.get_attribute("body", "data-devices") == "none"
        alice.join()
        see_each_other(pair)
        second.until("replaced")


def test_leaving_is_told_and_one_may_come_back(pair: Pair) -> None:
    talk(pair)
    alice, bob = pair
    bob.page.click("#leave")
    assert bob.state == "left"
    alice.until("waiting")
    assert "has left" in alice.status
    bob.join()
    see_each_other(pair)


def test_a_closed_tab_is_told(pair: Pair) -> None:
    talk(pair)
    alice, bob = pair
    bob.page.close(run_before_unload=False)
    alice.until("waiting", within=60)


def test_somebody_without_permission_listens_and_is_told_how_to_speak(
    pair: Pair,
) -> None:
    alice, bob = pair
    refuse_devices(bob)
    for each in pair:
        each.join()
    bob.until("connected")
    bob.sees_movement()
    assert "not allowed" in bob.page.inner_text("#device-status")
    allow_devices(bob)
    bob.page.click("#camera")
    alice.sees_movement()


def refuse_devices(bob: Window) -> None:
    bob.page.evaluate(
        """() => {
          window.real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
          navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "NotAllowedError"); };
          navigator.permissions.query = async () => ({ state: "denied" });
        }"""
    )


def allow_devices(bob: Window) -> None:
    bob.page.evaluate("() => { navigator.mediaDevices.getUserMedia = window.real; }")


def test_a_first_connection_that_never_comes_about_is_replaced(pair: Pair) -> None:
    alice, bob = pair
    strand_first_connection(bob)
    for each in pair:
        each.join()
    alice.until("connecting")
    alice.until("connected", within=60)
    see_each_other(pair)


def strand_first_connection(bob: Window) -> None:
    """Only relays are allowed, and there is none: nothing is found, and nobody is told."""
    bob.page.evaluate(
        """() => {
          const Real = window.RTCPeerConnection;
          window.RTCPeerConnection = function (settings) {
            window.RTCPeerConnection = Real;
            return new Real({ ...settings, iceTransportPolicy: "relay" });
          };
        }"""
    )


def test_a_stopped_camera_is_told_and_starts_again(pair: Pair) -> None:
    talk(pair)
    alice, bob = pair
    bob.page.click("#camera")
    wait_for(lambda: alice.page.is_visible("#other-camera-off"), "the camera's word", within=60)
    bob.page.click("#camera")
    wait_for(lambda: not alice.page.is_visible("#other-camera-off"), "the camera's word", within=60)
    alice.sees_movement()


def test_a_muted_microphone_is_silent_and_told(pair: Pair) -> None:
    talk(pair)
    alice, bob = pair
    bob.page.click("#mute")
    wait_for(lambda: alice.page.is_visible("#other-muted"), "the microphone's word", within=60)


def test_messages_lost_while_offline_arrive_afterwards(pair: Pair) -> None:
    talk(pair)
    alice, bob = pair
    bob.context.set_offline(True)
    bob.page.click("#mute")
    bob.page.wait_for_timeout(1500)
    bob.context.set_offline(False)
    wait_for(lambda: alice.page.is_visible("#other-muted"), "what was said offline", within=60)
    see_each_other(pair)
    bob.complaints.clear()  # the browser says that it was offline


def test_the_door_opens_by_itself(chromium: Chromium, small: Installation, links: Links) -> None:
    hour = hour_at(small, links, starts_in=timedelta(minutes=15, seconds=15))
    with window(chromium, small.base + hour.bobs_link) as bob:
        assert bob.state == "early"
        assert bob.page.is_disabled("#join")
        bob.until("door", within=60)
        bob.join().until("waiting")


def test_cancelling_ends_the_call_with_words(pair: Pair, small: Installation) -> None:
    talk(pair)
    _, bob = pair
    with small.database.writing() as db:
        db.execute(update(Booking).values(status=BookingStatus.CANCELLED))
    with suppress(PlaywrightError):  # the page may have heard of it already, and be on its way
        bob.page.evaluate("document.querySelector('#mute')?.click()")
    expect(bob.page.get_by_text("was cancelled")).to_be_visible(timeout=10_000)
    bob.complaints.clear()  # the browser notes that the page is refused


def test_without_a_script_the_door_says_all(chromium: Chromium, small: Installation, links: Links) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(small.base + hour_at(small, links).bobs_link)
    assert "Your hour with Alice" in page.inner_text("main")
    assert not page.is_visible("#call")
    context.close()


def test_the_call_goes_on_when_the_server_stops(
    chromium: Chromium, links: Links, sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "flashmeet.sqlite3")
    with installed(f"sqlite:///{tmp_path / 'flashmeet.sqlite3'}", tmp_path) as own:
        hour = hour_at(own, links)
        alice = Window(chromium.new_context(permissions=DEVICES), own.base + hour.alices_link)
        bob = Window(chromium.new_context(permissions=DEVICES), own.base + hour.bobs_link)
        talk((alice, bob))
    see_each_other((alice, bob))
    for each in (alice, bob):
        each.context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_door_and_call_are_accessible_and_fit(pair: Pair, width: int) -> None:
    alice, _ = pair
    alice.page.set_viewport_size({"width": width, "height": 740})
    check_page(alice)
    alice.page.click("#check")
    wait_for(lambda: alice.page.get_attribute("body", "data-devices") == "audio video", "the devices", within=60)
    check_page(alice)
    talk(pair)
    check_page(alice)


@pytest.mark.parametrize("width", [360, 1280])
def test_what_is_written_and_the_second_way_are_accessible_and_fit(
    chromium: Chromium, small: Installation, links: Links, width: int
) -> None:
    hour = hour_at(small, links)
    with window(chromium, small.base + hour.bobs_link) as bob:
        bob.page.set_viewport_size({"width": width, "height": 740})
        bob.join().until("waiting")
        bob.page.click("#chat-toggle")
        bob.page.fill("#chat-text", "Bonjour")
        bob.page.keyboard.press("Enter")
        check_page(bob)
        bob.page.keyboard.press("Escape")
        with small.database.writing() as db:
            for member in db.scalars(select(Member)):
                member.phone, member.phone_verified_at = f"+3361234567{member.id % 10}", datetime.now(UTC)
            begin_fallback(db, hour.booking_id, providers=Providers(OwnRoomProvider()))
        with window(chromium, small.base + hour.alices_link) as alice:
            check_page(alice)  # its door tells it, too
            alice.join()
            wait_for(lambda: bob.page.is_visible("#second-way [name=shown]"), "the second way", within=40)
            check_page(bob)


def check_page(seen: Window) -> None:
    found = Axe().run(seen.page)
    assert found.violations_count == 0, found.generate_report()
    assert seen.page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    heights = "() => [...document.querySelectorAll('.stage button')].map((button) => button.offsetHeight)"
    assert all(height == 0 or height >= 44 for height in seen.page.evaluate(heights))
