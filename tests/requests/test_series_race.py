"""Series over the same hours at once, while single hours of them are taken: nobody has an hour twice.

The first hour of a series is agreed or refused as any hour is; each following one is booked, or left out and named.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.database.session import Database
from flashmeet.core.errors import Refusal
from flashmeet.core.links import Links
from flashmeet.i18n.refusals import sentence
from flashmeet.identity.models import Member
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.rules.ways_asked import SeriesWish
from flashmeet.requests.service.answer import accept
from flashmeet.requests.service.create import Asking, ask
from flashmeet.requests.service.series import missing_hours, series_starts
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.people import FREE, NOW, member, mentor
from tests.requests.invariants import broken

LINKS = Links("http://localhost", "s" * 40)
ROUNDS = 6
WEEK = timedelta(weeks=1)
FIRST = NOW + timedelta(days=8, hours=3)  # a Wednesday
WEEKLY = SeriesWish(1, date(2027, 1, 27))
OPEN = replace(FREE, start_every=60, horizon_days=60)
WEDNESDAYS = (WeeklyRule(2, Span.parse("08:00", "20:00")),)
Act = Callable[[Session], object]
pytestmark = pytest.mark.both_databases


class Race:
    """Camille's series begins a week before Ana's, on the same weekday and hour; others book hours out of both."""

    def __init__(self, database: Database, number: int) -> None:
        self.database, self.told = database, list[Refusal]()
        with database.writing() as db:
            karim = mentor(db, f"Karim{number}", mentee=False, policy=OPEN, rules=WEDNESDAYS)
            self.karim = karim.id
            self.people = [member(db, f"{name}{number}").id for name in ("Camille", "Ana", "Bob", "Carl", "Dora")]

    def asks(self, who: int, at: datetime) -> Act:
        wanted = Asking(theme="droit", need="Mes statuts", mentor_id=self.karim, times=(at,), series=WEEKLY)
        return lambda db: ask(db, db.get_one(Member, self.people[who]), wanted, now=NOW)

    def accepts(self, request_id: int) -> Act:
        def act(db: Session) -> object:
            asked = db.scalars(select(RequestAsk).where(RequestAsk.request_id == request_id)).unique().one()
            return accept(db, asked, self.starts[request_id], links=LINKS, now=NOW)

        return act

    def books(self, who: int, at: datetime) -> Act:
        wanted = BookingRequest(mentor_id=self.karim, starts_at=at, theme="droit", need="Une question")
        return lambda db: book_slot(db, db.get_one(Member, self.people[who]), wanted, links=LINKS, now=NOW)

    def at_once(self, acts: list[Act], chance: random.Random) -> Counter[str]:
        chance.shuffle(acts)
        with ThreadPoolExecutor(len(acts)) as pool:
            return Counter(pool.map(self._once, acts))

    def _once(self, act: Act) -> str:
        try:
            with self.database.writing() as db:
                act(db)
        except Refusal as refusal:
            self.told.append(refusal)
            return refusal.code
        return "done"

    @property
    def starts(self) -> dict[int, datetime]:
        """The first hour of each request for a series that is under way."""
        with self.database.reading() as db:
            query = select(MentoringRequest).where(MentoringRequest.mentor_id == self.karim)
            return {each.id: min(time.starts_at for time in each.times) for each in db.scalars(query).unique()}


def check(db: Session, race: Race) -> None:
    """Each series holds every hour that nobody else has, and names the others; no two hours of the mentor overlap."""
    booked = select(Booking).where(Booking.mentor_id == race.karim, Booking.status == BookingStatus.CONFIRMED)
    hours = list(db.scalars(booked.order_by(Booking.starts_at)).unique())
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(hours))
    by_start = {each.starts_at: each for each in hours}
    for request in db.scalars(select(MentoringRequest).where(MentoringRequest.mentor_id == race.karim)).unique():
        if request.booking is None:
            continue
        first = request.booking
        wished = series_starts(db, request, first.mentor, first.starts_at)
        theirs = {each.starts_at for each in hours if each.series_id == first.series_id}
        missing = set(missing_hours(db, request, first))
        assert theirs | missing == set(wished) and not theirs & missing
        assert all(by_start[at].series_id != first.series_id for at in missing), "an hour was left out that nobody has"


@pytest.mark.timeout(600)
def test_of_two_series_and_single_hours_at_once_each_hour_goes_to_one(database: Database) -> None:
    chance, seen, left_out = random.Random(17), Counter[str](), 0
    for number in range(ROUNDS):
        race = Race(database, number)
        race.at_once([race.asks(0, FIRST), race.asks(1, FIRST + WEEK)], chance)
        acts = [race.accepts(each) for each in race.starts]
        seen += race.at_once(
            [*acts, race.books(2, FIRST + 2 * WEEK), race.books(3, FIRST + 3 * WEEK), race.books(4, FIRST + 2 * WEEK)],
            chance,
        )
        with database.reading() as db:
            check(db, race)
            assert list(broken(db, now=NOW)) == []
            left_out += sum(
                len(missing_hours(db, request, request.booking))
                for request in db.scalars(select(MentoringRequest)).unique()
                if request.booking is not None
            )
        assert all(sentence(each, locale, "Europe/Paris") for each in race.told for locale in ("fr", "en"))
    assert set(seen) <= {"done", "slot_taken"}
    assert seen["done"] >= 2 * ROUNDS and seen["slot_taken"] and left_out


@pytest.mark.timeout(600)
def test_of_two_who_ask_for_a_series_from_the_same_hour_on_one_is_told_that_it_is_taken(database: Database) -> None:
    chance = random.Random(23)
    for number in range(ROUNDS):
        race = Race(database, number)
        seen = race.at_once([race.asks(0, FIRST), race.asks(1, FIRST)], chance)
        assert seen == {"done": 1, "slot_taken": 1}
        assert [sentence(each, "fr", "Europe/Paris") for each in race.told] != [""]
        with database.reading() as db:
            assert list(broken(db, now=NOW)) == []
