"""Our sessions in a member’s calendar, against a real server."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from flashmeet.bookings.models.booking import Booking
from flashmeet.calendars.service.accounts import Switches, choose, disconnect, write_again
from flashmeet.calendars.service.event_writer import write_to_calendars
from flashmeet.calendars.service.health import health_of
from flashmeet.core.provider_faults import Forbidden
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.rules.booked_hour import Mode
from tests.calendars.events import HOUR, NINE
from tests.calendars.hands import starts
from tests.calendars.house import House, faulty


def test_book_move_move_cancel_is_exactly_one_event_and_then_none(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    assert starts(ready) == ["20261209T090000Z"]
    for step in (1, 2):
        ready.move(booking_id, NINE + step * HOUR)
        ready.write()
        assert starts(ready) == [f"20261209T{9 + step:02}0000Z"]
    ready.cancel(booking_id)
    ready.write()
    assert (starts(ready), starts(ready, "home")) == ([], [])
    ready.look()
    ready.write()
    assert (starts(ready), ready.questions()) == ([], [])
    assert any("dentist" in path for path in ready.server.events())


def test_all_of_it_within_a_moment_ends_the_same(ready: House) -> None:
    booking_id = ready.book()
    ready.move(booking_id, NINE + HOUR)
    ready.move(booking_id, NINE + 2 * HOUR)
    ready.write()
    assert starts(ready) == ["20261209T110000Z"]
    ready.cancel(booking_id)
    ready.write()
    assert starts(ready) == []


def test_a_server_that_was_away_is_caught_up_with(ready: House) -> None:
    ready.server.stop()
    booking_id = ready.book()
    ready.move(booking_id, NINE + HOUR)
    ready.server.start()
    ready.write()
    assert starts(ready) == ["20261209T100000Z"]


def test_choosing_another_calendar_moves_the_events_there(ready: House) -> None:
    ready.book()
    ready.write()
    _, other = ready.calendars()
    with ready.database.writing() as db:
        choose(db, ready.who(db, "Alice"), other.id, Switches(checks=True, writes=True), now=ready.at)
    ready.write()
    assert (starts(ready), starts(ready, "home")) == ([], ["20261209T090000Z"])


def test_without_attendees_the_event_names_nobody(ready: House) -> None:
    work = ready.calendars()[0].id
    with ready.database.writing() as db:
        wish = Switches(checks=True, writes=True, bare=True)
        choose(db, ready.who(db, "Alice"), work, wish, now=ready.at)
    ready.book()
    ready.write()
    [text] = [text for path, text in ready.server.events().items() if "dentist" not in path]
    assert "ATTENDEE" not in text
    assert "ORGANIZER" not in text


def test_a_session_booked_before_is_written_once_a_calendar_is_connected(home: House) -> None:
    home.book()
    home.connect()
    home.look()
    home.write()
    assert starts(home) == ["20261209T090000Z"]


def test_a_calendar_that_lets_nobody_write_is_not_tried_at_every_look_and_its_page_says_so(ready: House) -> None:
    real = ready.ways
    ready.ways = faulty(real, {"write_event": Forbidden("403")})
    ready.book()
    for _ in range(3):
        ready.write()
        with ready.database.writing() as db:  # settled by the clock of these tests
            db.execute(update(OutboxMessage).values(settled_at=ready.at))
        ready.look()
        ready.at += timedelta(minutes=5)
    with ready.database.reading() as db:
        tries = db.scalar(select(func.count()).where(OutboxMessage.channel == "calendar"))
        [account] = health_of(db, ready.who(db, "Alice"), now=ready.at)
    assert (tries, [each.unwritable for each in account.calendars]) == (1, [True, False])
    ready.ways = real
    with ready.database.writing() as db:
        write_again(db, ready.who(db, "Alice"), ready.account().id, now=ready.at)
    ready.write()
    assert starts(ready) == ["20261209T090000Z"]


def test_after_disconnecting_nothing_is_written_or_taken_away(ready: House) -> None:
    booking_id = ready.book()
    ready.write()
    with ready.database.writing() as db:
        disconnect(db, ready.who(db, "Alice"), ready.account().id, now=ready.at)
    ready.cancel(booking_id)
    ready.write()
    assert starts(ready) == ["20261209T090000Z"]


def test_the_event_says_where_they_meet_and_the_new_place_when_it_changes(ready: House) -> None:
    booking_id = ready.book()
    with ready.database.writing() as db:
        booking = db.get_one(Booking, booking_id)
        booking.mode, booking.place = Mode.ON_SITE, "Gare de Lyon, hall 1"
    for place in ("Gare de Lyon, hall 1", "Gare de l’Est; 2"):
        with ready.database.writing() as db:
            booking = db.get_one(Booking, booking_id)
            booking.place, booking.sequence = place, booking.sequence + 1
            write_to_calendars(db, booking, now=ready.at)
        ready.write()
        [text] = [text for path, text in ready.server.events().items() if "dentist" not in path]
        assert f"LOCATION:{place.replace(',', chr(92) + ',').replace(';', chr(92) + ';')}" in text
