"""What became of an hour: answers first, presence as evidence, and both read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import ProviderVisit, RoomVisit
from flashmeet.bookings.service.answers import Said, answer_booking
from flashmeet.bookings.service.outcomes import outcome_of
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.rooms.room.hours import Hour

OVER = NOW + timedelta(hours=2)


def was_there(database: Database, hour: Hour, seat_id: int, *, minutes: int) -> None:
    with database.writing() as db:
        left_at = NOW + timedelta(minutes=minutes)
        db.add(RoomVisit(booking_id=hour.booking_id, seat_id=seat_id, joined_at=NOW, left_at=left_at))


def say(database: Database, hour: Hour, member: Member, happened: str) -> None:
    with database.writing() as db:
        booking = db.get_one(Booking, hour.booking_id)
        answer_booking(db, booking, db.get_one(Member, member.id), Said(happened), now=OVER)


def became(database: Database, hour: Hour) -> tuple[str, set[str]]:
    with database.reading() as db:
        found = outcome_of(db, db.get_one(Booking, hour.booking_id), now=OVER)
        assert found is not None
        return found.verdict, set(found.absent)


def test_before_it_is_over_nothing_has_become_of_it(database: Database, hour: Hour) -> None:
    with database.reading() as db:
        assert outcome_of(db, db.get_one(Booking, hour.booking_id), now=NOW) is None


def test_who_waited_alone_has_seen_nobody_and_a_no_says_who_was_missing(database: Database, hour: Hour) -> None:
    assert became(database, hour) == ("assumed", set())
    was_there(database, hour, hour.alice_seat.id, minutes=12)
    assert became(database, hour) == ("disputed", set())
    say(database, hour, hour.alice, "no")
    assert became(database, hour) == ("not_served", {"mentee"})


def test_a_no_against_a_talk_that_was_seen_is_no_verdict(database: Database, hour: Hour) -> None:
    for seat in (hour.alice_seat, hour.bob_seat):
        was_there(database, hour, seat.id, minutes=40)
    assert became(database, hour) == ("served", set())
    say(database, hour, hour.bob, "no")
    assert became(database, hour) == ("disputed", set())


def test_of_an_hour_elsewhere_our_room_is_no_evidence(database: Database, hour: Hour) -> None:
    was_there(database, hour, hour.alice_seat.id, minutes=12)
    with database.writing() as db:
        visit = ProviderVisit(booking_id=hour.booking_id, seat_id=hour.bob_seat.id, provider="jitsi", failed="")
        visit.sequence, visit.visited_at = 0, NOW
        db.add(visit)
    assert became(database, hour) == ("assumed", set())


@pytest.mark.parametrize(("happened", "words"), [("yes", "This hour counts."), ("moved", "you moved it")])
def test_both_read_it_on_the_page_of_the_hour(  # noqa: PLR0917  # pytest names arguments
    hour: Hour,
    signed_in: Callable[[Member], Browser],
    database: Database,
    clock: Clock,
    happened: str,
    words: str,
) -> None:
    say(database, hour, hour.bob, happened)
    clock.move(hours=23)
    assert words in signed_in(hour.bob).get(f"/bookings/{hour.booking_id}").get_data(as_text=True)
