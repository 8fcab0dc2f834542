"""Mentors first: who waits until the network opens, what they read, and what everybody else goes on doing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flashmeet.bookings.service.days.asking import DayBrief, ask_for_day
from flashmeet.core.database.session import Database
from flashmeet.core.errors import NotOpenYet
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.requests.service.create import Asking, ask
from flashmeet.setup.service.launch import Waiting, let_mentors_first, open_to_mentees, waiting
from tests import people
from tests.api.callers import told
from tests.api.conftest import Join, join, token_of
from tests.browsers import Browser
from tests.people import NOW
from tests.portal.test_me import book
from tests.scene import stage

__all__ = ["join", "token_of"]
SignedIn = Callable[[Member | int], Browser]
SOON, AT = "It opens soon", "2026-12-09T17:00:00Z"


def mentors_first(database: Database) -> None:
    with database.writing() as db:
        let_mentors_first(db)


def test_a_network_filled_by_command_is_open(join: Join) -> None:
    alice, bob = join("Alice", mentor=True), join("Bob")
    told(bob.book(alice.id, AT), 201)


def test_a_mentee_can_neither_book_nor_ask_until_it_opens(join: Join, database: Database) -> None:
    alice, bob, charlie = join("Alice", mentor=True), join("Bob"), join("Charlie", mentor=True)
    mentors_first(database)
    answer = bob.book(alice.id, AT)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "not_open_yet")
    assert bob.get("/slots", theme="droit").status_code == 200
    told(charlie.book(alice.id, AT), 201)
    with database.writing() as db:
        open_to_mentees(db)
    told(bob.book(alice.id, "2026-12-10T17:00:00Z"), 201)


def test_a_request_waits_as_a_booking_does(database: Database) -> None:
    scene = stage(database)
    mentors_first(database)
    with database.writing() as db, pytest.raises(NotOpenYet):
        ask(db, db.get_one(Member, scene.bob.id), Asking(theme="droit", need="Relire", any_time=True), now=NOW)


def test_a_whole_day_waits_too(database: Database, links: Links) -> None:
    scene = stage(database)
    mentors_first(database)
    with database.writing() as db, pytest.raises(NotOpenYet):
        ask_for_day(db, db.get_one(Member, scene.bob.id), 1, DayBrief(need="Relire"), links=links, now=NOW)


def test_a_mentee_reads_that_it_opens_soon_where_hours_are_looked_for(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    mentors_first(database)
    with database.writing() as db:
        db.get_one(Member, scene.alice.id).locale = "en"
    bob, alice = signed_in(scene.bob), signed_in(scene.alice)
    for path in ("/", "/search?theme=droit", f"/mentors/{scene.alice.id}", scene.page, "/requests/new?theme=droit"):
        page = bob.get(path)
        assert (page.status_code, SOON in page.text) == (200, True), path
        assert SOON not in alice.get(path).text
    assert "The network opens soon" in bob.get("/me").text
    assert bob.get("/me/profile").status_code == 200


def test_what_was_agreed_before_stays(database: Database, signed_in: SignedIn, links: Links) -> None:
    scene = stage(database)
    booking = book(database, scene, links)
    mentors_first(database)
    page = signed_in(scene.bob).get(f"/bookings/{booking.id}")
    assert (page.status_code, SOON in page.text) == (200, False)


def test_opening_says_what_follows_before_it_is_done(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, mentee=False, locale="en")
        people.member(db, "Bob")
    browser = signed_in(odile)
    assert browser.send("/setup/mentors-first", page="/setup").status_code == 303
    page = browser.get("/setup/open").text
    assert "From then on 1 mentee can search, book and ask." in page
    assert "No mentor has open hours" in page
    assert "Mentors first:" in browser.get("/setup").text
    assert browser.send("/setup/open", page="/setup/open").status_code == 303
    assert "The network is open: every member can search and book." in browser.get("/setup").text
    assert browser.get("/setup/open").status_code == 303


def test_whoever_waits_and_what_they_will_find_are_counted(database: Database) -> None:
    scene = stage(database)
    with database.writing() as db:
        people.mentor(db, "Zoe", rules=())
    with database.reading() as db:
        assert waiting(db, scene.alice.id, now=NOW) == Waiting(mentees=2, mentors_open=1, themes_open=1)
