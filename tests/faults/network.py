"""A small network on a database that faults happen to: its pages and its API, and whether its bookings are whole."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.models import Claim, Holder
from tests.browsers import Browser

MENTEES = 12
WEB_RECOVERS = 10.0


@dataclass(frozen=True, slots=True)
class Network:
    """Pages and API on that database; `tokens` of mentees, each with an hour of their own to book."""

    app: Flask
    mentor_id: int
    hours: list[datetime]
    tokens: list[str]

    def me(self) -> TestResponse:
        return Browser(self.app).get("/api/v1/me", headers=self._bearer(0))

    def book(self, number: int) -> TestResponse:
        wanted = {
            "mentor_id": self.mentor_id,
            "starts_at": f"{self.hours[number]:%Y-%m-%dT%H:%M:%SZ}",
            "theme": "Droit",
            "need": "Relire mes statuts",
        }
        return Browser(self.app).post("/api/v1/bookings", json=wanted, headers=self._bearer(number))

    def _bearer(self, number: int) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[number]}"}


def says_so(answer: TestResponse) -> bool:
    return (answer.status_code, answer.headers.get("Retry-After"), answer.get_json()["code"]) == (
        503,
        "5",
        "unavailable",
    )


def whole_bookings(database: Database) -> int:
    """How many there are; each has its hour for both, and an invite for each, and nothing else has."""
    with database.reading() as db:
        ids = db.scalars(select(Booking.id)).all()
        claims = db.scalar(select(func.count()).select_from(Claim))
        holders = db.scalars(select(Holder.booking_id)).all()
        invites = db.scalar(select(func.count()).where(OutboxMessage.kind == "invite"))
    assert (claims, sorted(each or 0 for each in holders), invites) == (8 * len(ids), sorted(ids), 2 * len(ids))
    return len(ids)


def comes_back(network: Network) -> None:
    begun = time.monotonic()
    while network.me().status_code != 200:
        assert time.monotonic() - begun < WEB_RECOVERS
        time.sleep(0.1)
