"""Alice mentors, Bob books, Charlie may not: the people on the stage of the page tests."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from flashmeet.core.settings.policies import Policy
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from tests import people

NINE = datetime(2026, 12, 9, 17, tzinfo=UTC)
"""Wednesday 9 December, 18:00 in Paris, noon in New York."""
HOUR = "20261209T1700Z"


@dataclass(frozen=True, slots=True)
class Scene:
    alice: Member
    bob: Member
    charlie: Member

    @property
    def page(self) -> str:
        return f"/book/{self.alice.id}/{HOUR}"


HOURLY = replace(people.FREE, start_every=60)


def stage(database: Database, *, policy: Policy = HOURLY, bob: dict[str, Any] | None = None) -> Scene:
    """Alice in Paris is free from 8 to 20 every day; Bob lives in New York and reads English."""
    with database.writing() as db:
        alice = people.mentor(db, "Alice", policy=policy, headline="Avocate", languages=["fr", "en"])
        return Scene(
            alice,
            people.member(db, "Bob", **{"tzid": "America/New_York", "locale": "en", **(bob or {})}),
            people.member(db, "Charlie", locale="en"),
        )


def bookings(database: Database) -> list[Booking]:
    with database.reading() as db:
        return list(db.scalars(select(Booking).order_by(Booking.id)))


def effects(database: Database) -> int:
    """How many messages were ever written."""
    with database.reading() as db:
        return db.scalar(select(func.count()).select_from(OutboxMessage)) or 0
