"""Bookings made in one line."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from tests.people import NOW

Book = Callable[..., Booking]


@pytest.fixture
def book(db: Session, links: Links) -> Book:
    """`book(bob, alice, at)`, with `theme`, `now`, `minutes` where they matter."""

    def _book(
        who: Member, whom: Member, at: datetime, *, now: datetime = NOW, theme: str = "Droit", minutes: int = 60
    ) -> Booking:
        request = BookingRequest(
            mentor_id=whom.id, starts_at=at, theme=theme, need="Relire mes statuts avant le dépôt", minutes=minutes
        )
        with db.begin_nested():  # what is refused is taken back, as at the end of a request
            return book_slot(db, who, request, links=links, now=now)

    return _book
