"""What is due in a round: two people with an hour together that begins within the hour."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import REMINDERS
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.messages.models import OutboxMessage, PeriodicTaskRun
from flashmeet.requests.rules.requests import RequestState
from flashmeet.requests.service.create import Asking, ask
from flashmeet.requests.service.lifecycle import withdraw
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from tests.faults.ledger import Ledger
from tests.people import EVERY_QUARTER, member, mentor

ALL_DAY = tuple(WeeklyRule(day, Span.parse("00:00", "24:00")) for day in range(7))
QUARTER = timedelta(minutes=15)


def utcnow() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Scene:
    """The hour of one round; what it is told to do is written in the ledger once it is committed."""

    database: Database
    ledger: Ledger
    booking_id: int
    people: tuple[int, int]

    def cancel(self) -> None:
        with self.database.writing() as db:
            booking = db.get_one(Booking, self.booking_id)
            cancel_booking(db, booking.mentee, self.booking_id, reason="", now=utcnow())
        self._changed()

    def move(self, quarters: int) -> None:
        """To so many quarters of an hour after the start it has."""
        with self.database.writing() as db:
            booking = db.get_one(Booking, self.booking_id)
            later = booking.starts_at + quarters * QUARTER
            move_booking(db, booking.mentor, self.booking_id, starts_at=later, now=utcnow())
        self._changed()

    def asks_the_theme(self, *, queued: bool = False) -> int:
        """The mentee asks everybody who helps with law; with `queued` nobody could, and hours are offered to them.
        The worker's duty for it is due at once. Returns the request."""
        now = utcnow()
        with self.database.writing() as db:
            mentee = db.get_one(Booking, self.booking_id).mentee
            request = ask(db, mentee, Asking(theme="droit", need="Relire", any_time=True), now=now)
            if queued:
                request.state, request.queued_at, request.due_at = RequestState.QUEUED, now, None
            due = update(PeriodicTaskRun).where(PeriodicTaskRun.name.in_(("send_waves", "offer_hours")))
            db.execute(due.values(due_at=now - timedelta(seconds=1)))
            db.flush()
            return request.id

    def ends(self, request_id: int) -> None:
        """Nothing more comes of the request."""
        with self.database.writing() as db:
            mentee = db.get_one(Booking, self.booking_id).mentee
            withdraw(db, mentee, request_id, now=utcnow())

    def _changed(self) -> None:
        """What was being sent when the change was committed may still arrive, once, while its lease runs."""
        with self.database.reading() as db:
            mine = OutboxMessage.recipient_id.in_(self.people)
            rows = db.scalars(select(OutboxMessage).where(mine, OutboxMessage.kind.in_(REMINDERS))).all()
        begun = {row.id: row.lease_until.timestamp() for row in rows if row.state == "sending" and row.lease_until}
        self.ledger.write("changed", begun=begun, others=[row.id for row in rows if row.id not in begun])

    def begins_in(self, seconds: float) -> None:
        """Its reminders are of use no longer than that."""
        with self.database.writing() as db:
            db.execute(
                update(OutboxMessage)
                .where(OutboxMessage.recipient_id.in_(self.people), OutboxMessage.kind.in_(REMINDERS))
                .values(not_after=utcnow() + timedelta(seconds=seconds))
            )


def noon_somewhere(now: datetime) -> str:
    """A zone where it is about noon: nobody's quiet hours, and no window ends."""
    behind = now.hour - 12
    return "Etc/GMT" if behind == 0 else f"Etc/GMT{behind:+d}"


def book(database: Database, ledger: Ledger, number: int, *, links: Links) -> Scene:
    """Booked five hours ago for some time within the hour: two invites, two mails and two SMS are due at once."""
    now = utcnow()
    booked = now - timedelta(hours=5)
    starts = datetime.fromtimestamp((int(now.timestamp()) // 900 + 2) * 900, UTC)
    with database.writing() as db:
        sms: list[dict[str, Any]] = [
            {"phone": f"+336{number:07d}{which}", "phone_verified_at": booked, "sms_opt_in": True} for which in range(2)
        ]
        alice = mentor(
            db,
            f"Alice{number}",
            rules=ALL_DAY,
            policy=replace(EVERY_QUARTER, horizon_days=1),
            tzid=noon_somewhere(now),
            now=booked,
            **sms[0],
        )
        bob = member(db, f"Bob{number}", tzid=noon_somewhere(now), **sms[1])
        request = BookingRequest(mentor_id=alice.id, starts_at=starts, theme="Droit", need="Relire mes statuts")
        booking = book_slot(db, bob, request, links=links, now=booked)
        return Scene(database, ledger, booking.id, (alice.id, bob.id))
