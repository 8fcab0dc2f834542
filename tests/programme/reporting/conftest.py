"""The application of `tests/pages.py`, Odile who administers, and rows that stand for a past."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.bookings.models.outcome import BookingAnswer
from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.requests.models import MentoringRequest, RequestAsk
from tests import people
from tests.browsers import Browser
from tests.pages import app, client, clock, compiled, signed_in
from tests.people import NOW

__all__ = ["app", "client", "clock", "compiled", "signed_in"]

SignedIn = Callable[[Member | int], Browser]


@pytest.fixture
def odile(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Odile", administrator=True, mentee=False, approved=False)


def asked(
    db: Session,
    mentor: Member,
    mentee: Member,
    state: str,
    *,
    wave: int = 0,
    at: datetime = NOW - timedelta(days=5),
    hours: float = 2,
) -> RequestAsk:
    """One request to one mentor, and what they answered after so many hours."""
    request = MentoringRequest(
        kind="mentor", state="open", mentee=mentee, theme=people.law(db), need="Relire mes statuts", created_at=at
    )
    answered = state in ("accepted", "declined", "countered", "solved")
    ask = RequestAsk(
        request=request,
        mentor=mentor,
        wave=wave,
        state=state,
        asked_at=at,
        due_at=at + timedelta(days=3),
        answered_at=at + timedelta(hours=hours) if answered else None,
        nonce=secrets.token_urlsafe(8),
    )
    db.add_all([request, ask])
    db.flush()
    return ask


def held(  # a row in one line
    db: Session, mentor: Member, mentee: Member, at: datetime, status: str = "completed", **more: object
) -> Booking:
    """A session in the past, with its two seats."""
    key = secrets.token_hex(8)
    values = {
        "uid": f"{key}@test",
        "room": key,
        "status": status,
        "theme": people.law(db),
        "starts_at": at,
        "ends_at": at + timedelta(hours=1),
        "buffer_before": 0,
        "buffer_after": 0,
        "agreed_tzid": "Europe/Paris",
        "agreed_wall": "",
        "mode": "phone",
        "need": "Relire mes statuts",
        "created_at": at - timedelta(days=7),
        "stamped_at": at - timedelta(days=7),
        "agreed_at": at - timedelta(days=7),
        **more,
    }
    booking = Booking(mentor=mentor, mentee=mentee, **values)
    for role, who in (("mentor", mentor), ("mentee", mentee)):
        booking.seats.append(Seat(member=who, role=role, nonce="n"))
    db.add(booking)
    db.flush()
    return booking


def says(db: Session, booking: Booking, role: str, happened: str, *, clearer: int | None = None) -> None:
    """What one of the two answered."""
    who = booking.mentor_id if role == "mentor" else booking.mentee_id
    answer = BookingAnswer(booking_id=booking.id, member_id=who, happened=happened, clearer=clearer)
    answer.answered_at = booking.ends_at
    db.add(answer)
    db.flush()
