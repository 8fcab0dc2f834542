"""Many at once: acceptance A1, A10; and nobody is ever in two places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.core.database.session import Database
from flashmeet.core.errors import Refusal
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.schedule.models import Claim, Opening, QuotaUse
from tests.people import FREE, NOW, member, mentor

LINKS = Links("http://localhost", "s" * 40)
SLOT = datetime(2026, 12, 10, 14, tzinfo=UTC)


def together(count: int, act: Callable[[int], str]) -> Counter[str]:
    with ThreadPoolExecutor(16) as pool:
        return Counter(pool.map(act, range(count)))


def booker(
    database: Database, mentor_id: int, at: Callable[[int], datetime], mentees: list[int]
) -> Callable[[int], str]:
    def act(number: int) -> str:
        request = BookingRequest(mentor_id=mentor_id, starts_at=at(number), theme="Droit", need="Relire mes statuts")
        try:
            with database.writing() as db:
                who = db.get_one(Member, mentees[number])
                book_slot(db, who, request, links=LINKS, now=NOW)
        except Refusal as refusal:
            return refusal.code
        return "booked"

    return act


def people(database: Database, count: int, **limits: int) -> tuple[int, list[int]]:
    with database.writing() as db:
        alice = mentor(db, policy=replace(FREE, start_every=60, horizon_days=30, **limits))  # type: ignore[arg-type]
        return alice.id, [member(db, f"Bob{n}").id for n in range(count)]


def test_of_fifty_who_want_one_slot_one_has_it(database: Database) -> None:
    alice, mentees = people(database, 50)
    answers = together(50, booker(database, alice, lambda _: SLOT, mentees))
    assert answers == {"booked": 1, "slot_taken": 49}
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Booking)) == 1
        invites = select(OutboxMessage.recipient_id, func.count()).where(OutboxMessage.kind == "invite")
        assert sorted(count for _, count in db.execute(invites.group_by(OutboxMessage.recipient_id))) == [1, 1]


def test_twenty_at_once_never_exceed_a_quota(database: Database) -> None:
    alice, mentees = people(database, 20, per_month=2)
    answers = together(20, booker(database, alice, lambda n: SLOT + timedelta(days=n % 10, hours=n // 10), mentees))
    assert answers == {"booked": 2, "quota_reached": 18}
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(QuotaUse)) == 2
        december = (
            select(func.count()).select_from(Opening).where(Opening.starts_at < datetime(2026, 12, 31, 23, tzinfo=UTC))
        )
        assert db.scalar(december) == 0


def test_two_who_swap_their_hours_at_once_end_with_both_or_neither_moved(database: Database) -> None:
    alice, (bob, charlie) = people(database, 2)
    at = {bob: SLOT, charlie: SLOT + timedelta(hours=1)}
    for who, when in at.items():
        assert booker(database, alice, lambda _, when=when: when, [who])(0) == "booked"  # type: ignore[misc]

    def swap(number: int) -> str:
        who, wanted = [(bob, at[charlie]), (charlie, at[bob])][number]
        try:
            with database.writing() as db:
                booking = db.scalars(select(Booking).where(Booking.mentee_id == who)).one()
                move_booking(db, db.get_one(Member, who), booking.id, starts_at=wanted, now=NOW)
        except Refusal as refusal:
            return refusal.code
        return "moved"

    assert together(2, swap) == {"slot_taken": 2}


def test_openings_tell_the_truth_after_many_bookings_and_cancellations_at_once(database: Database) -> None:
    alice, mentees = people(database, 12)

    def act(number: int) -> str:
        answer = booker(database, alice, lambda n: SLOT + timedelta(hours=n % 4), mentees)(number)
        if answer == "booked" and number % 2:
            with database.writing() as db:
                booking = db.scalars(select(Booking).where(Booking.mentee_id == mentees[number])).one()
                cancel_booking(db, booking.mentee, booking.id, reason="", now=NOW)
        return answer

    together(12, act)
    with database.reading() as db:
        held = {n * 900 for n in db.scalars(select(Claim.tick).where(Claim.member_id == alice))}
        rows = db.scalars(select(Opening.starts_at).where(Opening.theme_id == 0, Opening.mentor_id == alice))
        listed = {int(at.timestamp()) for at in rows}
    hours = {int((SLOT + timedelta(hours=n)).timestamp()) for n in range(4)}
    assert listed & hours == hours - held
