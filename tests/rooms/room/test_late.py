"""Who runs late says so in one tap; the other learns it on their page and by message."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.rooms.room.hours import Hour
from tests.rooms.room.pages import Page

Visitor = Callable[[], Browser]


def say(visitor: Visitor, link: str, minutes: object = 10) -> int:
    browser = visitor()
    return browser.send(f"{link}/late", {"minutes": minutes}, page=link).status_code


def told(database: Database) -> list[tuple[str, str, int]]:
    with database.reading() as db:
        rows = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "late").order_by(OutboxMessage.id))
        return [(row.recipient.first_name, row.channel, row.payload["late_minutes"]) for row in rows]


def test_the_other_learns_it_by_mail(hour: Hour, visitor: Visitor, database: Database) -> None:
    assert say(visitor, hour.bobs_link) == 303
    assert told(database) == [("Alice", "mail", 10)]


def test_and_by_sms_where_they_want_it(hour: Hour, visitor: Visitor, database: Database) -> None:
    with database.writing() as db:
        alice = db.get_one(Member, hour.alice.id)
        alice.phone, alice.phone_verified_at, alice.sms_opt_in = "+33612345678", NOW, True
    say(visitor, hour.bobs_link, 5)
    assert told(database) == [("Alice", "mail", 5), ("Alice", "sms", 5)]


def test_the_same_word_again_tells_nobody_anew_another_does(hour: Hour, visitor: Visitor, database: Database) -> None:
    for minutes in (10, 10, 15):
        say(visitor, hour.bobs_link, minutes)
    assert told(database) == [("Alice", "mail", 10), ("Alice", "mail", 15)]


def test_the_door_tells_it_to_both(hour: Hour, visitor: Visitor) -> None:
    say(visitor, hour.bobs_link)
    english = {"Accept-Language": "en"}
    assert "Bob is about 10 minutes late." in visitor().get(hour.alices_link, headers=english).get_data(as_text=True)
    mine = visitor().get(hour.bobs_link, headers=english).get_data(as_text=True)
    assert "Alice has been told that you are running about 10 minutes late." in mine


def test_a_page_at_the_door_learns_who_is_there_and_who_is_late(hour: Hour, visitor: Visitor, alice: Page) -> None:
    say(visitor, hour.bobs_link)
    assert visitor().get(f"{hour.alices_link}/who").json == {"other": "", "late": 10}
    assert visitor().get(f"{hour.bobs_link}/who").json == {"other": "here", "late": 0}


@pytest.mark.parametrize("minutes", ["", "0", "7", "-5", "999", "x"])
def test_other_minutes_are_refused(hour: Hour, visitor: Visitor, database: Database, minutes: str) -> None:
    assert say(visitor, hour.bobs_link, minutes) == 422
    assert told(database) == []


@pytest.mark.parametrize(("moved", "status"), [(-61, 403), (-60, 303), (14, 303), (15, 403)])
def test_it_can_be_said_from_an_hour_before_to_a_quarter_past(
    hour: Hour, visitor: Visitor, clock: Clock, moved: int, status: int
) -> None:
    clock.move(minutes=moved)
    assert say(visitor, hour.bobs_link) == status


def test_of_an_hour_that_is_not_nobody_is_late(hour: Hour, visitor: Visitor, database: Database) -> None:
    with database.writing() as db:
        db.get_one(Booking, hour.booking_id).status = BookingStatus.CANCELLED
    assert say(visitor, hour.bobs_link) == 403
    assert told(database) == []
