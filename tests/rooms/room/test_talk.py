"""What two people do while they talk: mute, show the screen, write."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser as Chromium

from flashmeet.core.links import Links
from tests.rooms.room.pairs import Installation, Pair, hour_at, see_each_other, talk
from tests.rooms.room.scripts import AUDIO_ENERGY, COUNTS_CONNECTIONS, ONLY_RELAYS, SENDS_SCREEN
from tests.rooms.room.windows import Window, wait_for, window

pytestmark = pytest.mark.browser


def counted(pair: Pair) -> Pair:
    """Their connections are counted from here on."""
    for each in pair:
        each.page.evaluate(f"() => {{ {COUNTS_CONNECTIONS} }}")
    return pair


def write(who: Window, text: str) -> None:
    if not who.page.is_visible("#chat-text"):
        who.page.click("#chat-toggle")
    who.page.fill("#chat-text", text)
    who.page.keyboard.press("Enter")


def read(who: Window) -> list[str]:
    return who.page.locator("#chat-list .chat-words").all_text_contents()


def energy(who: Window) -> float:
    return float(who.page.evaluate(AUDIO_ENERGY))


def is_silent(who: Window) -> bool:
    """For a second nothing is heard."""
    before = energy(who)
    who.page.wait_for_timeout(1000)
    return energy(who) - before < 1e-6  # a beep a second gives a hundred thousand times as much


def test_a_muted_microphone_sends_no_sound(pair: Pair) -> None:
    talk(counted(pair))
    alice, bob = pair
    wait_for(lambda: energy(alice) > 0, "the fake microphone's beep", within=120)
    bob.page.click("#mute")
    wait_for(lambda: is_silent(alice), "silence", within=120)
    bob.page.keyboard.press("m")
    before = energy(alice)
    wait_for(lambda: energy(alice) > before, "sound again", within=120)


def test_a_shared_screen_takes_the_cameras_place_and_nothing_is_negotiated(pair: Pair) -> None:
    talk(counted(pair))
    alice, bob = pair
    offers = [each.page.evaluate("() => window.connections.at(-1).offers") for each in pair]
    bob.page.click("#share")
    wait_for(lambda: bool(bob.page.evaluate(SENDS_SCREEN)), "the screen", within=120)
    wait_for(lambda: alice.page.is_visible("#other-screen"), "the word that it is a screen", within=60)
    alice.sees_movement()
    assert bob.page.inner_text("#share") == "Stop sharing"
    bob.page.click("#share")
    wait_for(lambda: not alice.page.is_visible("#other-screen"), "the word that it is none any more", within=60)
    assert not bob.page.evaluate(SENDS_SCREEN)
    assert [each.page.evaluate("() => window.connections.at(-1).offers") for each in pair] == offers
    alice.sees_movement()


def test_where_no_screen_can_be_shared_nothing_offers_it(chromium: Chromium, small: Installation, links: Links) -> None:
    with window(
        chromium, small.base + hour_at(small, links).bobs_link, script="delete MediaDevices.prototype.getDisplayMedia;"
    ) as bob:
        bob.join().until("waiting")
        assert not bob.page.is_visible("#share")


def test_what_is_written_arrives_as_text_and_is_counted_until_it_is_read(pair: Pair) -> None:
    talk(pair)
    alice, bob = pair
    write(bob, "<b>Bonjour</b> & à bientôt")
    wait_for(lambda: read(alice) == ["<b>Bonjour</b> & à bientôt"], "what Bob wrote", within=60)
    assert alice.page.inner_text("#chat-unread") == "1"
    alice.page.click("#chat-toggle")
    assert not alice.page.is_visible("#chat-unread")
    wait_for(lambda: bob.page.locator("[data-arrived=yes]").count() == 1, "the word that it arrived", within=60)


def test_what_was_written_before_the_other_came_arrives_once(pair: Pair) -> None:
    alice, bob = pair
    alice.join().until("waiting")
    write(alice, "J'ouvre le dossier en attendant.")
    bob.join()
    see_each_other(pair)
    wait_for(lambda: read(bob) == ["J'ouvre le dossier en attendant."], "what Alice wrote", within=60)
    bob.page.reload()
    see_each_other(pair)
    write(alice, "Me revoilà.")
    wait_for(lambda: "Me revoilà." in read(bob), "the next one", within=60)
    assert read(bob) == ["Me revoilà."]  # what had arrived is not sent again


def test_without_a_direct_way_what_is_written_goes_through_the_server(pair: Pair) -> None:
    for each in pair:
        each.page.evaluate(f"() => {{ {ONLY_RELAYS} }}")
        each.join()
    alice, bob = pair
    bob.until("connecting")
    write(bob, "M'entendez-vous ?")
    wait_for(lambda: read(alice) == ["M'entendez-vous ?"], "what Bob wrote", within=60)


def test_both_see_the_second_way_at_once_and_it_goes_when_the_call_comes(pair: Pair) -> None:
    for each in pair:
        each.page.evaluate(f"() => {{ {ONLY_RELAYS} window.heal = () => {{ window.RTCPeerConnection = Real; }}; }}")
        each.join()
    for each in pair:
        wait_for(lambda each=each: each.page.is_visible("#second-way h2"), "the second way", within=60)  # type: ignore[misc]  # bound now
    alice, bob = (each.page.get_attribute("body", "data-second-way") for each in pair)
    assert alice == bob
    for each in pair:
        each.page.evaluate("() => window.heal()")
    for each in pair:
        each.until("connected", within=90)
        wait_for(lambda each=each: not each.page.is_visible("#second-way"), "the call alone", within=120)  # type: ignore[misc]  # bound now
    see_each_other(pair)


def test_after_a_talk_who_is_signed_in_comes_to_what_follows(pair: Pair) -> None:
    talk(pair)
    _, bob = pair
    bob.page.evaluate("() => { document.getElementById('room').dataset.signedIn = 'yes'; }")
    bob.page.click("#leave")
    bob.page.wait_for_url("**/after/**")


def test_after_a_talk_the_door_thanks_and_asks_how_it_was(pair: Pair) -> None:
    talk(pair)
    _, bob = pair
    bob.page.click("#leave")
    assert bob.page.is_visible("#thanks")
    assert "/after/" in (bob.page.get_attribute("#thanks a", "href") or "")


def test_who_waits_is_called_by_title_when_the_other_comes(pair: Pair) -> None:
    alice, bob = pair
    alice.page.evaluate("() => { document.hasFocus = () => false; }")
    alice.join().until("waiting")
    bob.join()
    see_each_other(pair)
    assert alice.page.title() == "Bob is here"
    alice.page.evaluate("() => window.dispatchEvent(new Event('focus'))")
    assert "Bob is here" not in alice.page.title()


def test_the_time_that_is_left_is_said_at_10_5_and_1_minutes_and_at_the_end(pair: Pair) -> None:
    alice, _ = pair
    said = alice.page.evaluate(
        """async () => {
          const { Hours } = await import("/static/js/room/hours.js");
          const at = (minute) => new Date(1e12 + minute * 60_000).toISOString();
          let now = 1e12;
          Date.now = () => now;
          const hours = new Hours({ now: at(0), opens: at(-15), starts: at(0), ends: at(60), closes: at(90) });
          const said = [];
          for (let second = 0; second <= 3700; second += 1) {
            now = 1e12 + second * 1000;
            const warning = hours.warning();
            if (warning) said.push([second / 60, ...warning]);
          }
          return said;
        }"""
    )
    assert said == [[50, "warning", 10], [55, "warning", 5], [59, "warning", 1], [60, "hour-over", 0]]
