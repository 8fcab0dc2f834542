"""Alice and Dora mentor, Bob and Charlie book, Odile administers; a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.outcome import NoShow, RoomVisit
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.conduct.service.no_shows import say_absent
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.people.models import CaseEvent, ConductCase
from flashmeet.periodic_tasks import TASKS
from tests import people
from tests.pages import app, client, clock, compiled, signed_in
from tests.people import NOW
from tests.written import Written

__all__ = ["app", "client", "clock", "compiled", "signed_in"]

CONDUCT_TASKS = ("keep_apart", "settle_absences", "ask_to_confirm", "release_unconfirmed")
SignedIn = Callable[..., Any]


class Scene(Written):
    """`at(9, 17)` is 9 December, 17:00 UTC."""

    def __init__(self, db: Session, links: Links) -> None:
        self.db, self.links, self.now = db, links, NOW
        self.alice, self.dora = people.mentor(db), people.mentor(db, "Dora")
        self.bob, self.charlie = people.member(db, "Bob"), people.member(db, "Charlie")
        self.odile = people.member(db, "Odile", administrator=True, mentee=False)

    def at(self, day: int, hour: int = 9, minute: int = 0, second: int = 0) -> datetime:
        return NOW.replace(day=day, hour=hour, minute=minute, second=second)

    def book(self, at: datetime, *, who: Member | None = None, whom: Member | None = None) -> Booking:
        wish = BookingRequest(mentor_id=(whom or self.alice).id, starts_at=at, theme="droit", need="Mes statuts")
        return book_slot(self.db, who or self.bob, wish, links=self.links, now=self.now)

    def missed(self, day: int, *, by: Member | None = None) -> NoShow:
        """Bob books 9:00 of that day and does not come, says Alice at minute 10."""
        start = self.at(day)
        booking = self.book(start)
        self.now = max(self.now, start + timedelta(minutes=10))
        return say_absent(self.db, booking, by or self.alice, now=self.now)

    def work(self, at: datetime | None = None) -> None:
        """What a worker does every so often."""
        self.now = at or self.now
        for task in TASKS:
            if task.name in CONDUCT_TASKS:
                task.act(self.db, self.now)
        self.db.flush()
        self.db.expire_all()

    def was_in_the_room(self, booking: Booking, who: Member, start: datetime, minutes: float) -> None:
        seat = booking.seat_of(who.id)
        end = start + timedelta(minutes=minutes)
        self.db.add(RoomVisit(booking_id=booking.id, seat_id=seat.id, joined_at=start, left_at=end))
        self.db.flush()

    def cases(self, kind: str) -> list[ConductCase]:
        return list(self.db.scalars(select(ConductCase).where(ConductCase.kind == kind).order_by(ConductCase.id)))

    def steps(self, case: ConductCase) -> list[str]:
        query = select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id)
        return list(self.db.scalars(query))

    def effects(self) -> int:
        return self.db.scalar(select(func.count()).select_from(OutboxMessage)) or 0


@pytest.fixture
def scene(db: Session, links: Links) -> Scene:
    return Scene(db, links)
