"""What calls have run into before."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Browser as Chromium

from flashmeet.core.links import Links
from tests.rooms.room.pairs import Installation, Pair, hour_at
from tests.rooms.room.scripts import STORM
from tests.rooms.room.windows import window

pytestmark = pytest.mark.browser


def test_restarts_come_ever_later_and_the_polite_side_later_still(pair: Pair) -> None:
    """Of a connection that fails again as soon as it was restarted."""
    mentor, mentee = pair[0].page.evaluate(STORM)
    assert 1 <= len(mentor) <= 2
    assert len(mentee) <= 1
    assert mentor[0] >= 990
    assert all(later - earlier >= 1990 for earlier, later in pairwise(mentor))
    assert all(at >= 3490 for at in mentee)


def test_two_windows_of_one_seat_never_call_each_other(chromium: Chromium, small: Installation, links: Links) -> None:
    link = small.base + hour_at(small, links).alices_link
    with window(chromium, link) as first, window(chromium, link) as second:
        first.join().until("waiting")
        second.join().until("waiting")
        first.until("replaced")
        assert second.state == "waiting"


def test_a_relay_that_says_nothing_is_given_up_after_a_while_and_blocks_nobody(pair: Pair) -> None:
    """Only relays are allowed, and the one there is does not answer."""
    _, bob = pair
    waited = bob.page.evaluate(
        """async () => {
          const { reachesRelay } = await import("/static/js/room/relay.js");
          const server = { urls: "turn:127.0.0.1:9?transport=udp", username: "x", credential: "y" };
          const began = performance.now();
          return [await reachesRelay([server], 700), performance.now() - began, await reachesRelay([])];
        }"""
    )
    assert waited[0] is False
    assert waited[1] < 5_000
    assert waited[2] is None


def test_a_weak_connection_is_told_once_it_lasts_and_untold_once_it_is_well(pair: Pair) -> None:
    said = pair[0].page.evaluate(
        """async () => {
          const { Health } = await import("/static/js/room/health.js");
          const said = [];
          const nothing = { flows() {}, line() {}, rate() {}, otherSends: () => true };
          const health = new Health({ ...nothing, weak: (isWeak) => said.push(isWeak) });
          const stats = { lost: 0, got: 0 };
          const inbound = { type: "inbound-rtp", bytesReceived: 1 };
          const figures = () => ({ ...inbound, packetsLost: stats.lost, packetsReceived: stats.got });
          const pc = { connectionState: "connected", getStats: async () => new Map([["in", figures()]]) };
          health.watch({ pc });
          const look = async (times, lost) => {
            for (let each = 0; each < times; each += 1) {
              stats.lost += lost;
              stats.got += 50;
              await health.look();
            }
          };
          await look(10, 0);
          await look(4, 20);
          said.push("four");
          await look(2, 20);
          await look(8, 0);
          clearInterval(health.timer);
          return said;
        }"""
    )
    assert said == ["four", True, False]
