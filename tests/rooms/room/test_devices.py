"""Whatever is missing or refused, it is named, and there is a way on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from flashmeet.core.links import Links
from tests.rooms.room.conftest import installed
from tests.rooms.room.pairs import Installation, Pair, hour_at, see_each_other
from tests.rooms.room.scripts import CAMERA_IN_USE, NO_CAMERA, NO_DEVICES, UNPLUGGED
from tests.rooms.room.windows import wait_for, window

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("script", "words", "devices"),
    [
        (NO_CAMERA, "No camera was found", "audio"),
        (CAMERA_IN_USE, "Another program is using the camera", "audio"),
        (NO_DEVICES, "No camera or microphone was found", "none"),
        (UNPLUGGED, "", "audio video"),
    ],
)
def test_a_missing_device_is_named_and_blocks_nothing(  # noqa: PLR0917  # pytest names arguments
    chromium: Chromium, small: Installation, links: Links, script: str, words: str, devices: str
) -> None:
    hour = hour_at(small, links)
    with (
        window(chromium, small.base + hour.alices_link) as alice,
        window(chromium, small.base + hour.bobs_link, script=script) as bob,
    ):
        alice.join().until("waiting")
        bob.join().until("connected")
        alice.until("connected")
        bob.sees_movement()
        assert bob.page.get_attribute("body", "data-devices") == devices
        assert words in bob.page.inner_text("#device-status")
        assert "You are connected" in bob.status  # the two regions do not overwrite each other


def test_two_who_only_listen_are_connected_and_need_no_second_way(
    chromium: Chromium, small: Installation, links: Links
) -> None:
    hour = hour_at(small, links)
    with (
        window(chromium, small.base + hour.alices_link) as alice,
        window(chromium, small.base + hour.bobs_link) as bob,
    ):
        for each in (alice, bob):
            each.page.evaluate(
                "() => navigator.mediaDevices.getUserMedia({ audio: true })"
            )  # so that addresses are shown
            each.page.click("#join-text")
        for each in (alice, bob):
            each.until("connected")
            assert each.page.is_visible("#chat")
            assert each.page.get_attribute("body", "data-devices") == "none"
        bob.page.wait_for_timeout(1500)
        assert not bob.page.is_visible("#second-way")


def test_a_browser_that_makes_no_calls_says_so(chromium: Chromium, small: Installation, links: Links) -> None:
    link = small.base + hour_at(small, links).bobs_link
    with window(chromium, link, script="delete window.RTCPeerConnection;") as bob:
        bob.page.get_by_text("This browser cannot make calls.").first.wait_for(timeout=60_000)
        assert not bob.page.is_visible("#join")


def test_one_may_join_without_camera_and_start_it_later(pair: Pair) -> None:
    alice, bob = pair
    alice.join()
    bob.page.click("#join-sound")
    for each in pair:
        each.until("connected")
    assert bob.page.get_attribute("body", "data-devices") == "audio"
    wait_for(lambda: alice.page.is_visible("#other-camera-off"), "the camera's word", within=120)
    bob.page.click("#camera")
    see_each_other(pair)


def test_the_check_shows_oneself_hears_oneself_and_offers_a_choice(pair: Pair) -> None:
    _, bob = pair
    bob.page.click("#check")
    wait_for(lambda: bob.page.inner_text("#level-words") == "We can hear you.", "the level", within=120)
    assert bob.page.is_visible("#self")
    assert bob.page.locator("#audio-list option").count() > 1
    bob.page.select_option("#audio-list", index=1)
    kept = bob.page.evaluate("() => JSON.parse(localStorage.getItem('room-devices')).audio")
    assert kept == bob.page.evaluate("() => document.getElementById('audio-list').value")
    bob.page.click("#speaker-test")
    assert "three notes" in bob.page.inner_text("#speaker-words")
    assert bob.page.inner_text("#relay-words") == ""  # there is no relay to reach
    bob.join().until("waiting")


def test_an_address_without_https_says_why_there_is_no_camera_and_lets_one_in(
    chromium: Chromium, links: Links, sqlite_template: Path, tmp_path: Path
) -> None:
    shutil.copyfile(sqlite_template, tmp_path / "flashmeet.sqlite3")
    with installed(f"sqlite:///{tmp_path / 'flashmeet.sqlite3'}", tmp_path, name="meet.example") as own:
        hour = hour_at(own, links)
        with window(chromium, own.base + hour.bobs_link) as bob:
            assert bob.page.evaluate("() => [window.isSecureContext, navigator.mediaDevices === undefined]") == [
                False,
                True,
            ]
            bob.join().until("waiting")
            assert "does not start with https" in bob.page.inner_text("#device-status")
            assert not bob.page.is_visible("#share")
            bob.page.click("#camera")
            assert "does not start with https" in bob.page.inner_text("#device-status")
