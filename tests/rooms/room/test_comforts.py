"""What helps during a call: a thin line, the devices, the screen that stays on, captions, a window of its own."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium

from flashmeet.core.links import Links
from tests.rooms.room.conftest import installed
from tests.rooms.room.pairs import Installation, Pair, hour_at, talk
from tests.rooms.room.test_call import check_page
from tests.rooms.room.test_relay import SECRET, Relay, relayed
from tests.rooms.room.windows import Window, wait_for, window

pytestmark = pytest.mark.browser

LEVELS = """async (looks) => {
  const { Line } = await import("/static/js/room/line.js");
  const line = new Line();
  return looks.map(([available, lost, roundTrip, times]) => {
    for (let each = 0; each < times; each += 1) line.look({ available, lost, roundTrip });
    return line.level;
  });
}"""
GOOD, THIN, BAD = [900_000, 0, 0.1], [150_000, 0, 0.2], [90_000, 0.3, 1.4]
UNTOLD = [0, 0, 0.1]


def levels(who: Window, *looks: tuple[list[float], int]) -> list[str]:
    return list(who.page.evaluate(LEVELS, [[*line, times] for line, times in looks]))


def test_on_a_thin_line_the_picture_shrinks_then_pauses_and_comes_back(pair: Pair) -> None:
    alice, _ = pair
    assert levels(alice, (GOOD, 30)) == ["full"]
    assert levels(alice, (THIN, 2), (THIN, 1)) == ["full", "small"]
    assert levels(alice, (THIN, 60)) == ["small"]  # 150 kbit/s carry sound and a small picture
    assert levels(alice, (THIN, 3), (GOOD, 9), (GOOD, 1)) == ["small", "small", "full"]
    assert levels(alice, (THIN, 3), (BAD, 5)) == ["small", "none"]
    assert levels(alice, (UNTOLD, 60)) == ["full"]


def test_a_picture_that_came_back_too_early_comes_back_later_the_next_time(pair: Pair) -> None:
    alice, _ = pair
    down = [(THIN, 3), (BAD, 5)]
    assert levels(alice, *down, (GOOD, 19), (GOOD, 1))[-2:] == ["none", "small"]
    assert levels(alice, *down, (GOOD, 20), (BAD, 5), (GOOD, 39), (GOOD, 1))[-3:] == ["none", "none", "small"]


@pytest.fixture(scope="module")
def thin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    """A relay that carries 150 kbit/s for each of the two."""
    made = Relay(tmp_path_factory.mktemp("thin"), bits_a_second=150_000)
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="module")
def far(thin: Relay, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("far")
    shutil.copyfile(sqlite_template, folder / "flashmeet.sqlite3")
    turn = {"FLASHMEET_TURN_URL": f"turn:127.0.0.1:{thin.port}", "FLASHMEET_TURN_SECRET": SECRET}
    with installed(f"sqlite:///{folder / 'flashmeet.sqlite3'}", folder, **turn) as installation:
        yield installation


HEARD = """async () => {
  let samples = 0;
  for (const each of (await window.connections.at(-1).getStats()).values()) {
    if (each.type === "inbound-rtp" && each.kind === "audio") {
      samples = each.totalSamplesReceived - (each.concealedSamples ?? 0);
    }
  }
  return samples;
}"""


def test_at_150_kilobits_the_sound_goes_on_and_the_page_says_why_the_picture_is_small(
    chromium: Chromium, far: Installation, links: Links
) -> None:
    with relayed(chromium, far, links) as pair:
        alice, bob = pair
        alice.join().until("waiting")
        bob.join()
        for each in pair:
            each.until("connected")
        wait_for(
            lambda: any("The connection is" in each.page.inner_text("#hint") for each in pair),
            "the thin line",
            within=120,
        )
        for each in pair:
            before = each.page.evaluate(HEARD)
            wait_for(lambda: each.page.evaluate(HEARD) > before + 48_000 * 3, "three seconds of sound", within=60)  # noqa: B023  # called at once
            assert each.state == "connected"
            each.complaints.clear()


def test_devices_change_during_the_call(pair: Pair) -> None:
    talk(pair)
    alice, bob = pair
    bob.page.click("#panel-toggle")
    wait_for(lambda: bob.page.is_visible("#audio-list"), "the lists of devices", within=60)
    assert bob.page.get_attribute("#panel-toggle", "aria-expanded") == "true"
    bob.page.select_option("#audio-list", index=1)
    wait_for(
        lambda: bob.page.inner_text("#line-words") != "", "how much the line carries, or that it is not told", within=60
    )
    check_page(bob)
    bob.page.keyboard.press("Escape")
    assert not bob.page.is_visible("#panel")
    assert bob.page.evaluate("() => document.activeElement.id") == "panel-toggle"
    alice.sees_movement()


TWO_CAMERAS = """
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.asked = [];
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    if (wanted.video) window.asked.push(wanted.video.facingMode);
    return real(wanted);
  };
  const list = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
  navigator.mediaDevices.enumerateDevices = async () => {
    const all = await list();
    const camera = all.find((each) => each.kind === "videoinput");
    return [...all, { kind: "videoinput", deviceId: "back", label: "Back", groupId: camera?.groupId }];
  };
  const media = window.matchMedia.bind(window);
  window.matchMedia = (query) => (query.includes("coarse") ? { matches: true } : media(query));
"""


def test_a_phone_turns_its_camera_round_and_shows_that_picture_unmirrored(
    chromium: Chromium, small: Installation, links: Links
) -> None:
    hour = hour_at(small, links)
    with window(chromium, small.base + hour.bobs_link, script=TWO_CAMERAS) as bob:
        bob.join().until("waiting")
        bob.page.click("#panel-toggle")
        bob.page.click("#flip")
        wait_for(lambda: bob.page.get_attribute("#self-box", "data-facing") == "environment", "the turn", within=60)
        assert bob.page.evaluate("() => window.asked.at(-1)") == "environment"
        bob.page.click("#flip")
        wait_for(lambda: bob.page.get_attribute("#self-box", "data-facing") == "user", "the way back", within=60)


STAYS_AWAKE = """
  window.locks = [];
  Object.defineProperty(navigator, "wakeLock", { value: {
    request: async (kind) => {
      const lock = { kind, released: false, release: async () => { lock.released = true; } };
      window.locks.push(lock);
      return lock;
    },
  } });
"""


def test_the_screen_stays_on_in_the_call_and_not_after_it(
    chromium: Chromium, small: Installation, links: Links
) -> None:
    hour = hour_at(small, links)
    with window(chromium, small.base + hour.bobs_link, script=STAYS_AWAKE) as bob:
        held = "() => window.locks.filter((each) => !each.released).length"
        assert bob.page.evaluate(held) == 0
        bob.join().until("waiting")
        wait_for(lambda: bob.page.evaluate(held) == 1, "the lock", within=30)
        bob.page.click("#leave")
        wait_for(lambda: bob.page.evaluate(held) == 0, "its release", within=30)


RECOGNISES = """
  window.SpeechRecognition = class {
    static async available({ processLocally }) { return processLocally ? "available" : "unavailable"; }
    start(track) {
      window.recognised = { kind: track.kind, local: this.processLocally, lang: this.lang };
      this.onresult({ results: [[{ transcript: "good evening to you" }]] });
    }
    abort() {}
  };
"""
RECOGNISES_ELSEWHERE = "window.SpeechRecognition = class { static async available() { return 'unavailable'; } };"


def test_captions_are_made_on_this_device_or_not_offered(chromium: Chromium, small: Installation, links: Links) -> None:
    hour = hour_at(small, links)
    with (
        window(chromium, small.base + hour.alices_link, script=RECOGNISES_ELSEWHERE) as alice,
        window(chromium, small.base + hour.bobs_link, script=RECOGNISES) as bob,
    ):
        talk((alice, bob))
        alice.page.click("#panel-toggle")
        assert not alice.page.is_visible("#captions")
        bob.page.click("#panel-toggle")
        bob.page.check("#captions")
        wait_for(lambda: bob.page.inner_text("#caption") == "good evening to you", "the words", within=60)
        assert bob.page.evaluate("() => window.recognised") == {"kind": "audio", "local": True, "lang": "en"}
        bob.page.uncheck("#captions")
        assert not bob.page.is_visible("#caption")


def test_the_other_can_be_seen_in_a_window_of_its_own(pair: Pair) -> None:
    talk(pair)
    _, bob = pair
    bob.page.evaluate(
        "() => { HTMLVideoElement.prototype.requestPictureInPicture = function () { window.small = this.id; }; }"
    )
    bob.page.click("#panel-toggle")
    bob.page.click("#small-window")
    assert bob.page.evaluate("() => window.small") == "other"
