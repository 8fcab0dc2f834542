"""Calls through a real relay: they work, outlive its restart, and the check before the call finds it."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from flashmeet.core.links import Links
from tests.relays import relay_answers
from tests.rooms.room.conftest import installed
from tests.rooms.room.pairs import Installation, Pair, both, see_each_other, talk
from tests.rooms.room.scripts import COUNTS_CONNECTIONS, ONLY_RELAYS
from tests.rooms.room.windows import Window, wait_for

pytestmark = pytest.mark.browser
SECRET = "north"
PATH = """async () => {
  const stats = [...(await window.connections.at(-1).getStats()).values()];
  const pair = stats.find((each) => each.type === "candidate-pair" && each.nominated && each.state === "succeeded");
  const kind = (id) => stats.find((each) => each.id === id)?.candidateType;
  return pair ? [kind(pair.localCandidateId), kind(pair.remoteCandidateId)] : [];
}"""


class Relay:
    """A TURN server on loopback; there alone it lets two peers of this machine meet. `bits_a_second` bounds each of
    them."""

    def __init__(self, folder: Path, *, bits_a_second: int = 0) -> None:
        self.folder, self.bits_a_second = folder, bits_a_second
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("turnserver")
        assert program, "coturn is not installed; `make test` installs it"
        options = {
            "listening-ip": "127.0.0.1",
            "relay-ip": "127.0.0.1",
            "listening-port": self.port,
            "static-auth-secret": SECRET,
            "realm": "meet.example.org",
            "pidfile": self.folder / "turn.pid",
            "log-file": self.folder / "turn.log",
            "max-bps": self.bits_a_second // 8,
        }
        flags = ("use-auth-secret", "fingerprint", "no-tls", "no-dtls", "no-cli", "allow-loopback-peers", "simple-log")
        words = [f"--{name}={value}" for name, value in options.items()] + [f"--{name}" for name in flags]
        self.process = subprocess.Popen([program, "-n", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(lambda: relay_answers(self.port), "the relay", within=30)

    def kill(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Relay]:
    made = Relay(tmp_path_factory.mktemp("relay"))
    made.start()
    yield made
    made.kill()


@pytest.fixture(scope="module")
def house(relay: Relay, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation that has the relay."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copyfile(sqlite_template, folder / "flashmeet.sqlite3")
    turn = {"FLASHMEET_TURN_URL": f"turn:127.0.0.1:{relay.port}", "FLASHMEET_TURN_SECRET": SECRET}
    with installed(f"sqlite:///{folder / 'flashmeet.sqlite3'}", folder, **turn) as installation:
        yield installation


@contextmanager
def relayed(chromium: Chromium, house: Installation, links: Links) -> Iterator[Pair]:
    """Alice and Bob, who can meet through the relay alone."""
    with both(chromium, house, links) as pair:
        for each in pair:
            each.page.evaluate(f"() => {{ {COUNTS_CONNECTIONS} }}")
            each.page.evaluate(f"() => {{ {ONLY_RELAYS} }}")
        yield pair


def path_of(who: Window) -> list[str]:
    return list(who.page.evaluate(PATH))


def test_they_see_each_other_through_the_relay_alone(chromium: Chromium, house: Installation, links: Links) -> None:
    with relayed(chromium, house, links) as pair:
        talk(pair)
        assert [path_of(each) for each in pair] == [["relay", "relay"]] * 2


@pytest.mark.timeout(900)
def test_a_relay_that_dies_and_comes_back_brings_the_call_back(
    chromium: Chromium, house: Installation, links: Links, relay: Relay
) -> None:
    """The picture comes after the sound: a busy machine looks like a thin line, which is given time (`line.js`)."""
    with relayed(chromium, house, links) as pair:
        talk(pair)
        relay.kill()
        for each in pair:
            each.until("reconnecting")
        relay.start()
        for each in pair:
            each.until("connected", within=200)
        see_each_other(pair, within=600)
        for each in pair:
            each.complaints.clear()  # the browser says that the relay was away


def _reached(page: Page) -> bool:
    """Whether the check found the relay; one that gave up, as on a busy machine, is begun anew."""
    told = page.get_attribute("#relay-words", "data-reached")
    if told == "false" and page.is_enabled("#check"):
        page.click("#check")
    return told == "true"


def test_the_check_finds_the_relay_and_says_when_it_cannot_be_reached(
    chromium: Chromium, house: Installation, links: Links, relay: Relay
) -> None:
    with both(chromium, house, links) as (alice, bob):
        alice.page.click("#check")
        wait_for(lambda: _reached(alice.page), "the relay", within=120)
        relay.kill()
        bob.page.click("#check")
        wait_for(lambda: bob.page.get_attribute("#relay-words", "data-reached") == "false", "its absence", within=120)
        assert bob.page.is_enabled("#join")  # it warns, and blocks nobody
        relay.start()
