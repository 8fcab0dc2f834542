"""An agreed hour, written straight into the tables: how it came about is no matter of the room's."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import SeatRole
from tests.people import law, member


@dataclass(frozen=True, slots=True)
class Hour:
    """A session of Alice's (mentor) with Bob, and who else there is."""

    booking_id: int
    alice: Member
    bob: Member
    charlie: Member
    alice_seat: Seat
    bob_seat: Seat
    links: Links

    @property
    def alices_link(self) -> str:
        return self._path(self.alice_seat)

    @property
    def bobs_link(self) -> str:
        return self._path(self.bob_seat)

    def _path(self, seat: Seat) -> str:
        return f"/join/{self.links.join_token(seat.id, seat.nonce)}"


def an_hour(
    database: Database, links: Links, *, starts_at: datetime, status: str = "confirmed", mode: str = "video"
) -> Hour:
    """Another one each time, of the same people."""
    with database.writing() as db:
        alice = _known(db, "Alice") or member(db, "Alice", mentor=True, locale="en")
        bob = _known(db, "Bob") or member(db, "Bob", tzid="America/Toronto", locale="en")
        charlie = _known(db, "Charlie") or member(db, "Charlie")
        booking = _booking(db, alice, bob, starts_at=starts_at, status=status, mode=mode)
        seats = {seat.member_id: seat for seat in booking.seats}
    return Hour(booking.id, alice, bob, charlie, seats[alice.id], seats[bob.id], links)


def _known(db: Session, first_name: str) -> Member | None:
    return db.scalar(select(Member).where(Member.first_name == first_name))


def _booking(db: Session, alice: Member, bob: Member, *, starts_at: datetime, status: str, mode: str) -> Booking:
    booking = Booking(
        uid=f"{secrets.token_hex(8)}@example.org",
        mentor_id=alice.id,
        mentee_id=bob.id,
        theme_id=law(db).id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        buffer_before=0,
        buffer_after=0,
        agreed_tzid="Europe/Paris",
        agreed_wall="",
        need="Statuts",
        room=secrets.token_hex(8),
        created_at=starts_at - timedelta(days=7),
        agreed_at=starts_at - timedelta(days=7),
        stamped_at=starts_at - timedelta(days=7),
        status=status,
        mode=mode,
        seats=[
            Seat(member_id=alice.id, role=SeatRole.MENTOR, nonce=secrets.token_hex(8)),
            Seat(member_id=bob.id, role=SeatRole.MENTEE, nonce=secrets.token_hex(8)),
        ],
    )
    db.add(booking)
    db.flush()
    return booking
