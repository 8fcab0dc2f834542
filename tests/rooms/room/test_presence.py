"""Who was in the room: both read it, and it stays as long as the booking."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import RoomVisit
from flashmeet.bookings.service.outcomes import presence_in, together
from flashmeet.core.database.session import Database
from flashmeet.rooms.service.room import purge_rooms
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.rooms.room.hours import Hour
from tests.rooms.room.pages import Page

Visitor = Callable[[], Browser]
Seen = list[tuple[str, timedelta, timedelta]]


def stays(database: Database, hour: Hour, *, now: datetime) -> Seen:
    """Who, from when to when, counted from the hour's start."""
    with database.reading() as db:
        found = presence_in(db, db.get_one(Booking, hour.booking_id), now=now)
        return [(each.name.split()[0], each.joined_at - NOW, each.left_at - NOW) for each in found]


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def test_a_stay_lasts_from_joining_to_leaving(
    alice: Page, bob: Page, clock: Clock, database: Database, hour: Hour
) -> None:
    clock.move(seconds=30)
    for page in (alice, bob):
        page.poll()
    clock.move(seconds=10)
    bob.leave()
    expected = [("Alice", seconds(0), seconds(30)), ("Bob", seconds(0), seconds(40))]
    assert stays(database, hour, now=clock()) == expected


def test_a_reload_or_a_second_window_is_the_same_stay(
    alice: Page, clock: Clock, database: Database, hour: Hour
) -> None:
    clock.move(seconds=20)
    alice.leave()
    Page(alice.browser, hour.alices_link).enter()
    clock.move(seconds=20)
    Page(alice.browser, hour.alices_link).enter()
    assert stays(database, hour, now=clock()) == [("Alice", seconds(0), seconds(40))]


def test_after_an_absence_a_new_stay_begins(alice: Page, clock: Clock, database: Database, hour: Hour) -> None:
    clock.move(minutes=5)
    Page(alice.browser, hour.alices_link).enter()
    assert stays(database, hour, now=clock()) == [
        ("Alice", seconds(0), seconds(0)),
        ("Alice", seconds(300), seconds(300)),
    ]


def test_a_browser_that_died_was_there_until_it_was_heard_last(
    alice: Page, clock: Clock, database: Database, hour: Hour
) -> None:
    clock.move(seconds=25)
    alice.poll()
    clock.move(minutes=3)
    assert stays(database, hour, now=clock()) == [("Alice", seconds(0), seconds(25))]


def test_the_time_together_is_counted_once(
    alice: Page, bob: Page, clock: Clock, database: Database, hour: Hour
) -> None:
    clock.move(seconds=35)
    alice.poll()
    bob.leave()
    clock.move(seconds=35)
    alice.leave()
    with database.reading() as db:
        found = presence_in(db, db.get_one(Booking, hour.booking_id), now=clock())
    assert together(found) == seconds(35)


def test_both_read_who_was_there(alice: Page, hour: Hour, visitor: Visitor) -> None:
    for who in (hour.alice, hour.bob):
        page = visitor().sign_in(who).get(f"/bookings/{hour.booking_id}").get_data(as_text=True)
        assert "Who was in the room" in page


def test_it_outlives_the_room_and_goes_with_the_booking(alice: Page, database: Database, hour: Hour) -> None:
    with database.writing() as db:
        purge_rooms(db, now=NOW + timedelta(hours=3))
    assert len(stays(database, hour, now=NOW)) == 1
    with database.writing() as db:
        db.delete(db.get_one(Booking, hour.booking_id))
    with database.reading() as db:
        assert db.query(RoomVisit).count() == 0
