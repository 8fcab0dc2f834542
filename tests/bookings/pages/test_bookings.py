"""One session's page, and what its two people may do there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.availability import save_availability
from tests import people
from tests.browsers import Browser, Clock
from tests.scene import HOURLY, NINE, Scene, bookings, effects, stage

SignedIn = Callable[[Member], Browser]


def _booked(database: Database, signed_in: SignedIn, *, confirm: str = "instant") -> tuple[Scene, str]:
    """Bob's hour with Alice, and the address of its page."""
    scene = stage(database, policy=replace(HOURLY, confirm=confirm))  # type: ignore[arg-type]  # one of the two words
    brief = {"need": "SAS or SARL?", "good_hour": "A first step", "theme": "droit"}
    answer = signed_in(scene.bob).send(scene.page, brief, page=scene.page)
    return scene, answer.location


def test_both_see_when_who_and_what_each_on_their_own_wall(database: Database, signed_in: SignedIn) -> None:
    scene, page = _booked(database, signed_in)
    bobs, alices = signed_in(scene.bob).get(page).text, signed_in(scene.alice).get(page).text
    assert "One hour with Alice Exemple" in bobs
    assert "Wed 9 Dec, 12:00–\u206013:00 (New York)" in bobs
    assert "Wed 9 Dec, 18:00–\u206019:00 (Paris)" in bobs
    assert "Bob Exemple" in alices
    assert "mer. 9 déc., 18:00–\u206019:00 (Paris)" in alices
    for words in (bobs, alices):
        assert "SAS or SARL?" in words
        assert "A first step" in words
        assert "/join/" in words
        assert f"/api/v1{page}.ics" in words
        assert "@example.org" not in words


def test_each_has_a_join_link_of_their_own(database: Database, signed_in: SignedIn) -> None:
    scene, page = _booked(database, signed_in)
    links = {
        next(line for line in signed_in(who).get(page).text.split('"') if "/join/" in line)
        for who in (scene.alice, scene.bob)
    }
    assert len(links) == 2


@pytest.mark.parametrize("path", ["", "/move", "/cancel"])
def test_nobody_elses_session_is_there(database: Database, signed_in: SignedIn, path: str) -> None:
    scene, page = _booked(database, signed_in)
    charlie = signed_in(scene.charlie)
    theirs, unknown = charlie.get(page + path), charlie.get(f"/bookings/999999{path}")
    assert (theirs.status_code, unknown.status_code) == (404, 404)
    assert theirs.text.partition("<main")[2] == unknown.text.partition("<main")[2]


@pytest.mark.parametrize("path", ["/move", "/cancel"])
def test_nobody_changes_somebody_elses_session(database: Database, signed_in: SignedIn, path: str) -> None:
    scene, page = _booked(database, signed_in)
    assert signed_in(scene.charlie).send(page + path, {"starts_at": "20261210T1700Z"}).status_code == 404
    assert [(booking.starts_at, booking.status) for booking in bookings(database)] == [(NINE, "confirmed")]


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_either_side_moves_it_to_an_hour_that_the_page_offers(
    database: Database, signed_in: SignedIn, who: str
) -> None:
    scene, page = _booked(database, signed_in)
    browser = signed_in(getattr(scene, who))
    offered = browser.get(f"{page}/move?day=2026-12-10").text
    assert 'name="starts_at" value="20261210T1700Z"' in offered
    answer = browser.send(f"{page}/move", {"starts_at": "20261210T1700Z"}, page=f"{page}/move")
    [booking] = bookings(database)
    assert (answer.status_code, answer.location) == (303, page)
    assert (f"{booking.starts_at:%d %H}", booking.sequence) == ("10 17", 1)


def test_hours_at_night_of_whoever_moves_are_folded_away_and_shown_on_demand(
    database: Database, signed_in: SignedIn
) -> None:
    """Alice's mornings from 8:00 begin at 2:00 for Bob in New York."""
    scene, page = _booked(database, signed_in)
    bob = signed_in(scene.bob)
    of_day = f"{page}/move?day=2026-12-10"
    night, morning = 'value="20261210T0700Z"', 'value="20261210T1200Z"'
    folded, all_of_them = bob.get(of_day).text, bob.get(f"{of_day}&night=yes").text
    assert (night in folded, morning in folded) == (False, True)
    assert "5 more hours from 22:00 to 7:00 are folded away." in folded
    assert (night in all_of_them, morning in all_of_them) == (True, True)
    assert night in signed_in(scene.alice).get(of_day).text  # it is eight in the morning for her


def test_a_day_with_hours_at_night_alone_shows_them_to_whoever_moves(database: Database, signed_in: SignedIn) -> None:
    """Six to noon in Paris is midnight to six for Bob in New York."""
    scene, page = _booked(database, signed_in)
    rules = tuple(WeeklyRule(day, Span(6 * 60, 12 * 60)) for day in range(7))
    with database.writing() as db:
        alice = db.get_one(Member, scene.alice.id)
        save_availability(db, alice, tzid="Europe/Paris", rules=rules, overrides=(), policy=HOURLY, now=people.NOW)
    shown = signed_in(scene.bob).get(f"{page}/move?day=2026-12-10").text
    assert "Hours are free from 22:00 to 7:00 alone." in shown
    assert 'value="20261210T0500Z"' in shown
    assert "No hours are free on this day." not in shown


def test_moving_twice_to_the_same_hour_moves_once(database: Database, signed_in: SignedIn) -> None:
    scene, page = _booked(database, signed_in)
    bob = signed_in(scene.bob)
    for _ in range(2):
        assert bob.send(f"{page}/move", {"starts_at": "20261210T1700Z"}).status_code == 303
    assert [booking.sequence for booking in bookings(database)] == [1]


@pytest.mark.parametrize("stamp", ["", "soon", "20261210T1707Z", "20261210T0300Z"])
def test_a_move_that_cannot_be_is_said_on_the_page_and_the_hour_stays(
    database: Database, signed_in: SignedIn, stamp: str
) -> None:
    scene, page = _booked(database, signed_in)
    answer = signed_in(scene.bob).send(f"{page}/move", {"starts_at": stamp})
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'name="starts_at"' in answer.text
    assert [booking.starts_at for booking in bookings(database)] == [NINE]


@pytest.mark.parametrize("who", ["alice", "bob"])
def test_either_side_cancels_with_a_word(database: Database, signed_in: SignedIn, who: str) -> None:
    scene, page = _booked(database, signed_in)
    browser = signed_in(getattr(scene, who))
    answer = browser.send(f"{page}/cancel", {"reason": "I am ill."}, page=f"{page}/cancel")
    assert (answer.status_code, answer.location) == (303, page)
    assert [booking.status for booking in bookings(database)] == [BookingStatus.CANCELLED]
    assert "I am ill." in signed_in(scene.bob).get(page).text


def test_cancelling_twice_cancels_once(database: Database, signed_in: SignedIn) -> None:
    scene, page = _booked(database, signed_in)
    bob = signed_in(scene.bob)
    bob.send(f"{page}/cancel", {"reason": ""})
    told = effects(database)
    answer = bob.send(f"{page}/cancel", {"reason": ""})
    assert (answer.status_code, answer.location, effects(database)) == (303, page, told)


def test_a_reason_that_is_too_long_is_kept_on_the_page(database: Database, signed_in: SignedIn) -> None:
    scene, page = _booked(database, signed_in)
    answer = signed_in(scene.bob).send(f"{page}/cancel", {"reason": "x" * 12_001})
    assert answer.status_code == 422
    assert f"{'x' * 12_001}</textarea>" in answer.text
    assert [booking.status for booking in bookings(database)] == [BookingStatus.CONFIRMED]


@pytest.mark.parametrize("path", ["", "/move", "/cancel"])
def test_looking_changes_nothing(database: Database, signed_in: SignedIn, path: str) -> None:
    scene, page = _booked(database, signed_in)
    before = (effects(database), [(b.sequence, b.status, b.starts_at) for b in bookings(database)])
    assert signed_in(scene.bob).get(page + path).status_code == 200
    assert (effects(database), [(b.sequence, b.status, b.starts_at) for b in bookings(database)]) == before


@pytest.mark.parametrize(("answer", "status"), [("accept", "confirmed"), ("decline", "cancelled")])
def test_the_mentor_answers_a_request(database: Database, signed_in: SignedIn, answer: str, status: str) -> None:
    scene, page = _booked(database, signed_in, confirm="ask")
    alice = signed_in(scene.alice)
    assert 'value="accept"' in alice.get(page).text
    assert 'value="accept"' not in signed_in(scene.bob).get(page).text
    for _ in range(2):
        assert alice.send(f"{page}/answer", {"answer": answer}, page=page).location == page
    assert [booking.status for booking in bookings(database)] == [status]


def test_only_the_mentor_answers(database: Database, signed_in: SignedIn) -> None:
    scene, page = _booked(database, signed_in, confirm="ask")
    assert signed_in(scene.bob).send(f"{page}/answer", {"answer": "accept"}).status_code == 404
    assert [booking.status for booking in bookings(database)] == [BookingStatus.PENDING]


def test_an_answer_is_one_of_two_words(database: Database, signed_in: SignedIn) -> None:
    scene, page = _booked(database, signed_in, confirm="ask")
    assert signed_in(scene.alice).send(f"{page}/answer", {"answer": "perhaps"}).status_code == 422
    assert [booking.status for booking in bookings(database)] == [BookingStatus.PENDING]


@pytest.mark.parametrize("path", ["/move", "/cancel"])
def test_what_is_over_says_so_where_it_would_be_changed(
    database: Database, signed_in: SignedIn, clock: Clock, path: str
) -> None:
    scene, page = _booked(database, signed_in)
    clock.move(days=9)
    bob = signed_in(scene.bob)
    for answer in (bob.get(page + path), bob.send(page + path, {"starts_at": "20261215T1700Z"})):
        assert answer.status_code == 409
        assert "it can no longer be changed" in answer.text
    assert [booking.status for booking in bookings(database)] == [BookingStatus.CONFIRMED]


def test_what_was_sent_to_whom_is_told_without_addresses(database: Database, signed_in: SignedIn) -> None:
    scene, page = _booked(database, signed_in)
    words = " ".join(signed_in(scene.bob).get(page).text.split())
    for name in ("Alice", "Bob"):
        assert f'Invite</span> <span class="quiet">to {name} Exemple, by email · on its way' in words
        assert f"to {name} Exemple, by email · will be sent Wed 9 Dec, 11:00 (New York)" in words
