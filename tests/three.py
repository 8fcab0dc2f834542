"""Alice, Dora and Ines, and all that any two of them have with each other: what ends for two must end for no third."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.rules.series import LIVE_SERIES, SeriesState
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import LIVE
from flashmeet.requests.service.create import Asking, ask
from flashmeet.schedule.rules.booked_hour import LIVE_BOOKING
from tests import people
from tests.people import NOW

Pairs = set[tuple[int, int]]
"""Ids of who gives and of who takes."""


class Three:
    """Each gives each other an hour on 9 December, was asked by them for another, and has a series with them."""

    def __init__(self, db: Session, links: Links) -> None:
        self.db, self.links, self.now = db, links, NOW
        self.everybody = [people.mentor(db, name) for name in ("Alice", "Dora", "Ines")]
        for number, (giver, taker) in enumerate(permutations(self.everybody, 2)):
            self.books(taker, giver, NOW.replace(day=9, hour=8 + number))
            ask(db, taker, Asking(theme="droit", need="Statuts", mentor_id=giver.id, any_time=True), now=NOW)
            self._continue(giver, taker)
        db.flush()
        self.pairs: Pairs = {(giver.id, taker.id) for giver, taker in permutations(self.everybody, 2)}

    def books(self, taker: Member, giver: Member, at: datetime) -> None:
        wish = BookingRequest(mentor_id=giver.id, starts_at=at, theme="droit", need="Mes statuts")
        book_slot(self.db, taker, wish, links=self.links, now=NOW)

    def _continue(self, giver: Member, taker: Member) -> None:
        series = Series(mentor=giver, mentee=taker, theme=people.law(self.db), state=SeriesState.OPEN, rhythm_weeks=2)
        series.proposed_by_id, series.goals, series.nonce, series.proposed_at = taker.id, "Statuts", "n", NOW
        series.review_on, series.ends_on = (NOW.date() + timedelta(weeks=weeks) for weeks in (4, 8))
        self.db.add(series)

    def left(self) -> tuple[Pairs, Pairs, Pairs]:
        """Between whom an hour is to come, a request is open, and a series goes on."""
        hours = select(Booking.mentor_id, Booking.mentee_id).where(Booking.status.in_(LIVE_BOOKING))
        asked = select(RequestAsk.mentor_id, MentoringRequest.mentee_id).join(RequestAsk.request)
        asked = asked.where(MentoringRequest.state.in_(LIVE))
        series = select(Series.mentor_id, Series.mentee_id).where(Series.state.in_(LIVE_SERIES))
        found = [{(giver, taker) for giver, taker in self.db.execute(query)} for query in (hours, asked, series)]
        return found[0], found[1], found[2]
