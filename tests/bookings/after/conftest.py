"""The application of `tests/pages.py`, and an hour that began at NOW."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.models.outcome import BookingAnswer
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from tests.pages import app, client, clock, compiled, signed_in
from tests.people import NOW
from tests.rooms.room.hours import Hour, an_hour

__all__ = ["app", "client", "clock", "compiled", "signed_in"]


@pytest.fixture
def hour(database: Database, links: Links) -> Hour:
    """Alice in Paris, who reads French; Bob in Toronto, who reads English."""
    return an_hour(database, links, starts_at=NOW)


def after_link(hour: Hour, seat: Seat) -> str:
    return f"/after/{hour.links.after_token(seat.id, seat.nonce)}"


def status(database: Database, hour: Hour) -> str:
    with database.reading() as db:
        return db.get_one(Booking, hour.booking_id).status


def answers(database: Database, hour: Hour) -> dict[int, BookingAnswer]:
    with database.reading() as db:
        rows = db.scalars(select(BookingAnswer).where(BookingAnswer.booking_id == hour.booking_id))
        return {row.member_id: row for row in rows}


def questions(database: Database, member: Member) -> Sequence[OutboxMessage]:
    with database.reading() as db:
        query = select(OutboxMessage).where(
            OutboxMessage.recipient_id == member.id, OutboxMessage.kind == "did_it_happen"
        )
        return db.scalars(query).all()
