"""Accept, cancel, move, propose and withdraw at once: one of them wins, nobody is in two places."""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.end import cancel_booking, end_expired
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.database.session import Database
from flashmeet.core.errors import Refusal
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.service.answer import accept, propose
from flashmeet.requests.service.counter_offer import choose
from flashmeet.requests.service.create import Asking, ask
from flashmeet.requests.service.lifecycle import end_unanswered, withdraw
from tests.people import NOW, member, mentor
from tests.requests.conftest import NO_RULES
from tests.requests.invariants import broken

LINKS = Links("http://localhost", "s" * 40)
RACES = int(os.environ.get("RACES", "60"))
"""Each on both databases; `RACES=10000` is the long form."""
Act = Callable[[Session], object]


class Race:
    """One request with two times, and all who want something else of it at the same moment."""

    def __init__(self, database: Database, number: int) -> None:
        self.database = database
        with database.writing() as db:
            camille, karim, other = (
                member(db, f"Camille{number}"),
                mentor(db, f"Karim{number}", rules=NO_RULES, mentee=False),
                member(db, f"Bob{number}"),
            )
            self.camille, self.karim, self.other = camille.id, karim.id, other.id
            self.at = (NOW + timedelta(days=8), NOW + timedelta(days=9))
            wanted = Asking(theme="droit", need="Mes statuts", mentor_id=karim.id, times=self.at)
            made = ask(db, camille, wanted, now=NOW)
            self.request, self.due_at = made.id, made.due_at or NOW

    def accepts(self, number: int) -> Act:
        return lambda db: accept(db, self._request(db).asks[0], self.at[number], links=LINKS, now=NOW)

    def withdraws(self, db: Session) -> object:
        return withdraw(db, db.get_one(Member, self.camille), self.request, now=NOW)

    def proposes(self, db: Session) -> None:
        propose(db, self._request(db).asks[0], [NOW + timedelta(days=5)], now=NOW)

    def chooses(self, db: Session) -> object:
        return choose(db, self._request(db), NOW + timedelta(days=5), links=LINKS, now=NOW)

    def expires(self, db: Session) -> object:
        end_expired(db, now=self.due_at)
        return end_unanswered(db, now=self.due_at)

    def cancels(self, db: Session) -> object:
        return self._changes(db, lambda who, booking: cancel_booking(db, who, booking, reason="", now=NOW))

    def moves(self, db: Session) -> object:
        at = NOW + timedelta(days=8)
        return self._changes(db, lambda who, booking: move_booking(db, who, booking, starts_at=at, now=NOW))

    def somebody_else_asks(self, db: Session) -> object:
        wanted = Asking(theme="droit", need="Mes statuts", mentor_id=self.karim, times=self.at[:1])
        return ask(db, db.get_one(Member, self.other), wanted, now=NOW)

    def _request(self, db: Session) -> MentoringRequest:
        return db.get_one(MentoringRequest, self.request)

    def _changes(self, db: Session, act: Callable[[Member, int], object]) -> object:
        booking = db.scalars(select(Booking).where(Booking.mentor_id == self.karim)).first()
        return booking and act(booking.mentee, booking.id)

    def run(self, pool: ThreadPoolExecutor, chance: random.Random) -> Counter[str]:
        acts: list[Act] = [
            self.accepts(0),
            self.accepts(1),
            self.withdraws,
            self.proposes,
            self.chooses,
            self.expires,
            self.cancels,
            self.moves,
            self.somebody_else_asks,
        ]
        chance.shuffle(acts)
        return Counter(pool.map(self._once, acts))

    def _once(self, act: Act) -> str:
        try:
            with self.database.writing() as db:
                act(db)
        except Refusal as refusal:
            return refusal.code
        return "done"


@pytest.mark.timeout(7200)
def test_races_of_cancel_accept_and_move_leave_nothing_torn(database: Database) -> None:
    chance, seen = random.Random(5), Counter[str]()
    with ThreadPoolExecutor(9) as pool:
        for number in range(RACES):
            race = Race(database, number)
            seen += race.run(pool, chance)
            if number % 10 == 9 or number == RACES - 1:
                with database.reading() as db:
                    assert list(broken(db, now=NOW)) == [], number
    assert seen["done"] and seen["request_over"]
