"""A session whose end has passed is completed, and its people are asked the next morning."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.outcomes import asked_at
from flashmeet.bookings.service.answers import complete_over
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.messages.outbox.drop_reasons import why_not
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.bookings.after.conftest import questions, status
from tests.people import NOW
from tests.rooms.room.hours import Hour, an_hour

END = NOW + timedelta(hours=1)


def completed(database: Database, *, now: datetime) -> int:
    with database.writing() as db:
        return complete_over(db, now=now)


def test_it_is_completed_at_its_end_and_not_before(database: Database, hour: Hour) -> None:
    assert completed(database, now=END - timedelta(seconds=1)) == 0
    assert (completed(database, now=END), status(database, hour)) == (1, "completed")


def test_doing_it_twice_does_it_once(database: Database, hour: Hour) -> None:
    assert [completed(database, now=END) for _ in range(2)] == [1, 0]
    assert [len(questions(database, who)) for who in (hour.alice, hour.bob)] == [1, 1]


def test_each_is_asked_at_nine_on_their_own_wall_the_next_day(database: Database, hour: Hour) -> None:
    completed(database, now=END)
    [paris], [toronto] = questions(database, hour.alice), questions(database, hour.bob)
    assert paris.due_at == datetime(2026, 12, 2, 8, tzinfo=UTC)
    assert toronto.due_at == datetime(2026, 12, 2, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts_at", "tzid", "due_at"),
    [
        (datetime(2026, 12, 9, 22, 30, tzinfo=UTC), "Europe/Paris", datetime(2026, 12, 10, 8, tzinfo=UTC)),
        (datetime(2026, 12, 9, 23, 30, tzinfo=UTC), "Europe/Paris", datetime(2026, 12, 11, 8, tzinfo=UTC)),
        (datetime(2027, 3, 27, 20, tzinfo=UTC), "Europe/Paris", datetime(2027, 3, 28, 7, tzinfo=UTC)),
        (datetime(2026, 12, 9, 17, tzinfo=UTC), "Asia/Tokyo", datetime(2026, 12, 11, 0, tzinfo=UTC)),
    ],
)
def test_the_next_morning_is_the_day_after_it_began(starts_at: datetime, tzid: str, due_at: datetime) -> None:
    assert asked_at(starts_at, tzid) == due_at


@pytest.mark.parametrize("state", ["pending", "cancelled"])
def test_what_did_not_stand_is_neither_completed_nor_asked_about(database: Database, links: Links, state: str) -> None:
    hour = an_hour(database, links, starts_at=NOW, status=state)
    assert completed(database, now=END) == 0
    assert (status(database, hour), list(questions(database, hour.bob))) == (state, [])


def test_of_what_is_long_over_nobody_is_asked(database: Database, hour: Hour) -> None:
    assert completed(database, now=END + timedelta(days=30)) == 1
    assert list(questions(database, hour.bob)) == []


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (BookingStatus.COMPLETED, None),
        (BookingStatus.CONFIRMED, None),
        (BookingStatus.CANCELLED, "cancelled"),
    ],
)
def test_the_question_leaves_unless_the_hour_was_cancelled_after_all(
    database: Database, hour: Hour, state: BookingStatus, reason: str | None
) -> None:
    completed(database, now=END)
    [row] = questions(database, hour.bob)
    with database.writing() as db:
        db.get_one(Booking, hour.booking_id).status = state
        db.flush()
        assert why_not(db, [row], now=row.due_at).get(row.id) == reason
