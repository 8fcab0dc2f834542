"""What two do to one hour at the same moment: the question to confirm never frees an hour that was just moved."""

from __future__ import annotations

import pytest

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.conduct.service.confirmations import release_unconfirmed
from flashmeet.core.database.engine import Database
from flashmeet.core.links import Links
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.conduct.conftest import Scene
from tests.databases import gives_up_waiting


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_an_hour_that_is_being_moved_is_left_alone_and_kept_once_it_was(database: Database, links: Links) -> None:
    with database.writing() as db:
        scene = Scene(db, links)
        booking_id = scene.book(scene.at(20)).id
        for day in (5, 6):
            scene.missed(day)
        scene.work(scene.at(12))
        scene.work(scene.at(19))
    late = scene.at(19, 21)
    with database.new_writer() as moving, database.new_writer() as releasing:
        gives_up_waiting(releasing)
        mentor = moving.get_one(Booking, booking_id).mentor
        move_booking(moving, mentor, booking_id, starts_at=scene.at(21), now=late)
        assert release_unconfirmed(releasing, now=late) == 0
        releasing.commit()
        moving.commit()
    with database.writing() as db:
        assert release_unconfirmed(db, now=late) == 0
        assert db.get_one(Booking, booking_id).status == BookingStatus.CONFIRMED
