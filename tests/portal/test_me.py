"""My own page: the next hours first, then what waits for an answer, then what would help."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Confirm
from flashmeet.identity.models import Member
from tests import people
from tests.browsers import Browser, Clock
from tests.scene import HOURLY, NINE, Scene, stage

SignedIn = Callable[[Member | int], Browser]


def book(database: Database, scene: Scene, links: Links, *, days: int = 0) -> Booking:
    request = BookingRequest(
        mentor_id=scene.alice.id, starts_at=NINE + timedelta(days=days), theme="droit", need="Lire <b>mes</b> statuts"
    )
    with database.writing() as db:
        return book_slot(db, db.get_one(Member, scene.bob.id), request, links=links, now=people.NOW)


def test_the_next_hour_comes_first(database: Database, signed_in: SignedIn, links: Links) -> None:
    scene = stage(database)
    later, first = book(database, scene, links, days=1), book(database, scene, links)
    page = signed_in(scene.bob).get("/me").get_data(as_text=True)
    assert page.index("Wed 9 Dec, 12:00–\u206013:00 (New York)") < page.index("Thu 10 Dec, 12:00 (New York)")
    assert page.index(f"/bookings/{first.id}") < page.index(f"/bookings/{later.id}")
    assert "Your link opens Wed 9 Dec, 11:45 (New York)." in page
    assert "/join/" not in page


def test_the_join_link_stands_there_once_the_room_is_open(
    database: Database, signed_in: SignedIn, links: Links, clock: Clock
) -> None:
    scene = stage(database)
    book(database, scene, links)
    clock.at = NINE - timedelta(minutes=15)
    assert "/join/" in signed_in(scene.bob).get("/me").get_data(as_text=True)


def test_a_request_is_answered_from_here(database: Database, signed_in: SignedIn, links: Links) -> None:
    scene = stage(database, policy=replace(HOURLY, confirm=Confirm.ASK))
    asked = book(database, scene, links)
    page = signed_in(scene.alice).get("/me").get_data(as_text=True)
    assert f'action="/bookings/{asked.id}/answer"' in page
    assert "Lire &lt;b&gt;mes&lt;/b&gt; statuts" in page
    assert f'action="/bookings/{asked.id}/answer"' not in signed_in(scene.bob).get("/me").get_data(as_text=True)
    signed_in(scene.alice).send(f"/bookings/{asked.id}/answer", {"answer": "accept"})
    assert "/answer" not in signed_in(scene.alice).get("/me").get_data(as_text=True)


def test_an_empty_page_offers_the_next_step(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        mentee = people.member(db, "Bob", locale="en")
        mentor = people.mentor(db, "Alice", rules=(), mentee=False, locale="en")
    assert 'action="/search"' in signed_in(mentee).get("/me").get_data(as_text=True)
    page = signed_in(mentor).get("/me").get_data(as_text=True)
    assert ("Give an hour" in page, 'action="/search"' in page) == (True, False)


def test_missing_fields_are_named(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        nadia = people.member(db, "Nadia", mentor=True, languages=[], locale="en")
    page = signed_in(nadia).get("/me").get_data(as_text=True)
    assert ("/me/profile#field-themes" in page, "/me/profile#field-proof" in page) == (True, True)


def test_past_hours_are_listed_latest_first(
    database: Database, signed_in: SignedIn, links: Links, clock: Clock
) -> None:
    scene = stage(database)
    first, second = book(database, scene, links), book(database, scene, links, days=1)
    clock.at = NINE + timedelta(days=5)
    page = signed_in(scene.bob).get("/me").get_data(as_text=True)
    assert page.index(f"/bookings/{second.id}") < page.index(f"/bookings/{first.id}")
    assert "No hours coming up" in page


def test_an_hour_of_more_than_half_a_year_ago_says_its_year(
    database: Database, signed_in: SignedIn, links: Links, clock: Clock
) -> None:
    """Tue 23 Dec in November would be taken for the one to come."""
    scene = stage(database)
    booking = book(database, scene, links)
    day = f"{booking.starts_at:%a} {booking.starts_at.day} {booking.starts_at:%b}"
    for days, year in ((180, ""), (190, f" {booking.starts_at.year}")):
        clock.at = booking.starts_at + timedelta(days=days)
        for path in ("/me/hours", f"/bookings/{booking.id}"):
            assert f"{day}{year}, " in signed_in(scene.bob).get(path).get_data(as_text=True), path


def test_opening_pages_of_ones_own_moves_no_booking(database: Database, signed_in: SignedIn, links: Links) -> None:
    scene = stage(database)
    book(database, scene, links)
    browser = signed_in(scene.alice)
    for path in ("/me", "/me/leave", "/me/profile", "/me/security", "/me/questions/1"):
        browser.get(path)
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Booking).where(Booking.sequence == 0)) == 1


def test_only_the_mentor_answers_about_a_leave(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    assert signed_in(scene.bob).send("/me/questions/1", {"answer": "keep"}).status_code == 404
    assert signed_in(scene.alice).send("/me/questions/1", {"answer": "keep"}).status_code == 404
    assert signed_in(scene.alice).send("/me/questions/1", {"answer": "perhaps"}).status_code == 422
