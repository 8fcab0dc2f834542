"""Karim offers days; Camille and Dora ask for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.service.days.asking import DayBrief, ask_for_day, open_days
from flashmeet.bookings.service.days.offering import OfferedDay, offer_day
from flashmeet.bookings.service.days.standing import standing_of
from flashmeet.bookings.service.end import end_expired
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Policy
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.availability import Span
from tests.people import FREE, NOW, member, mentor
from tests.written import Written

FIRST = date(2026, 12, 10)


def said(**more: Any) -> OfferedDay:
    """Thursday 10 December 2026, nine to five in Lyon."""
    given = {
        "theme": "droit",
        "first": FIRST,
        "span": Span.parse("09:00", "17:00"),
        "breaks": (Span.parse("12:30", "13:30"),),
        "mode": "on_site",
        "place": "Palais de justice, Lyon",
        "programme": "Matin : audience. Après-midi : vos statuts.",
    }
    return OfferedDay(**{**given, **more})


class Scene(Written):
    def __init__(self, db: Session, links: Links, policy: Policy = FREE) -> None:
        self.db, self.links, self.now = db, links, NOW
        self.karim = mentor(db, "Karim", policy=policy, mentee=False)
        self.camille, self.dora = member(db, "Camille"), member(db, "Dora")

    def offer(self, **more: Any) -> DayOffer:
        return offer_day(self.db, self.karim, said(**more), now=self.now)

    def ask(self, day: DayOffer, who: Member | None = None, **more: Any) -> Booking:
        brief = DayBrief(**{"need": "Voir une audience", **more})
        return ask_for_day(self.db, who or self.camille, day.id, brief, links=self.links, now=self.now)

    def standing(self, day: DayOffer) -> str:
        return standing_of(self.db, day, now=self.now)

    def listed(self, viewer: Member | None = None) -> list[int]:
        found = open_days(self.db, viewer or self.dora, theme_id=self.karim.offers[0].theme_id, now=self.now)
        return [each.id for each in found]

    def later(self, at: datetime) -> None:
        """Time passes, and the worker ends what has run out."""
        self.now = at
        end_expired(self.db, now=at)
        self.db.flush()


@pytest.fixture
def scene(db: Session, links: Links) -> Iterator[Scene]:
    yield Scene(db, links)
