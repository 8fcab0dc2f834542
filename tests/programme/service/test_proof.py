"""The proof of a day, read from the network's own tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.messages import INVITE, REMINDERS
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.programme.models import ProofOfDay
from flashmeet.programme.rules.proof import Rule
from flashmeet.programme.service.proof import CATCHES_UP, proof, prove_day, prove_days, prove_some
from flashmeet.requests.service.create import Asking, ask
from tests import people
from tests.browsers import Browser
from tests.databases import statements_of
from tests.portal.test_me import book
from tests.scene import NINE, Scene, stage

DAY = date(2026, 12, 9)
NEXT = datetime(2026, 12, 10, 4, tzinfo=NINE.tzinfo)


@pytest.fixture
def scene(database: Database) -> Scene:
    return stage(database)


@pytest.fixture
def booked(database: Database, scene: Scene, links: Links) -> Booking:
    return book(database, scene, links)


def everything_leaves(database: Database) -> None:
    """Sends each message when it is due."""
    with database.writing() as db:
        db.execute(update(OutboxMessage).values(state=OutboxState.SENT, settled_at=OutboxMessage.due_at))


def broken(database: Database, day: date = DAY) -> dict[Rule, tuple[int, int]]:
    with database.writing() as db:
        prove_day(db, day, now=NEXT)
    with database.reading() as db:
        rows = db.scalars(select(ProofOfDay).where(ProofOfDay.day == day))
        return {row.rule: (row.broken, row.looked_at) for row in rows if row.looked_at}


def test_an_hour_that_went_as_promised_breaks_nothing(database: Database, booked: Booking) -> None:
    everything_leaves(database)
    found = broken(database)
    assert found[Rule.DOUBLE_BOOKING] == (0, 1)
    assert found[Rule.INVITE_ORDER] == (0, 2)
    assert found[Rule.DEAD_REMINDER][0] == 0
    assert found[Rule.DEAD_REMINDER][1] >= 4
    assert found[Rule.LATE_MESSAGE] == (0, found[Rule.DEAD_REMINDER][1] + 2)


def test_a_day_in_parts_is_what_it_is_at_once_and_stays_the_next_until_all_of_it_is_done(
    database: Database, scene: Scene, links: Links, booked: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [book(database, scene, links, days=days) for days in (1, 2)]
    everything_leaves(database)
    with database.writing() as db:  # as no rule would allow it
        for each in others:
            moved = db.get_one(Booking, each.id)
            moved.starts_at, moved.ends_at = booked.starts_at, booked.ends_at
    at_once = broken(database)
    assert at_once[Rule.DOUBLE_BOOKING] == (3, 3)
    with database.writing() as db:
        db.execute(delete(ProofOfDay).where(ProofOfDay.day == DAY))
        for back in range(1, CATCHES_UP):
            prove_day(db, DAY - timedelta(days=back), now=NEXT)
    monkeypatch.setattr("flashmeet.programme.service.proof.AT_ONCE", 1)
    reached, parts = "", 0
    while parts == 0 or reached:
        with database.writing() as db:
            reached = prove_some(db, reached, now=NEXT)
        parts += 1
    assert parts == 4  # after the third hour nobody knows yet that it was the last
    with database.reading() as db:
        rows = db.scalars(select(ProofOfDay).where(ProofOfDay.day == DAY)).all()
        assert {row.rule: (row.broken, row.looked_at) for row in rows if row.looked_at} == at_once
        assert next(row.named for row in rows if row.rule == Rule.DOUBLE_BOOKING) == sorted(
            each.id for each in (booked, *others)
        )
        assert prove_days(db, now=NEXT) == 0


def test_two_hours_of_one_person_at_a_time_are_found(
    database: Database, scene: Scene, links: Links, booked: Booking
) -> None:
    other = book(database, scene, links, days=1)
    with database.writing() as db:  # as no rule would allow it
        moved = db.get_one(Booking, other.id)
        moved.starts_at, moved.ends_at = booked.starts_at, booked.ends_at
    assert broken(database)[Rule.DOUBLE_BOOKING] == (2, 2)


def test_a_reminder_that_left_after_the_end_is_found(database: Database, scene: Scene, booked: Booking) -> None:
    with database.writing() as db:
        cancel_booking(db, db.get_one(Member, scene.bob.id), booked.id, reason="", now=NINE - timedelta(days=4))
    everything_leaves(database)
    found = broken(database)
    assert found[Rule.DEAD_REMINDER][0] == 1
    assert Rule.DOUBLE_BOOKING not in found


def test_an_invite_that_left_after_a_newer_one_is_found(database: Database, scene: Scene, booked: Booking) -> None:
    with database.writing() as db:
        cancel_booking(db, db.get_one(Member, scene.bob.id), booked.id, reason="", now=NINE - timedelta(days=4))
    everything_leaves(database)
    assert broken(database)[Rule.INVITE_ORDER][0] == 0
    with database.writing() as db:
        first = (OutboxMessage.kind == INVITE) & (OutboxMessage.version == 0)
        db.execute(update(OutboxMessage).where(first).values(settled_at=NINE))
    assert broken(database)[Rule.INVITE_ORDER] == (1, 4)


def test_a_late_reminder_is_found_with_its_reason(database: Database, booked: Booking) -> None:
    everything_leaves(database)
    with database.writing() as db:
        late = OutboxMessage.kind == REMINDERS[-1]
        db.execute(update(OutboxMessage).where(late).values(settled_at=OutboxMessage.due_at, tries=2))
    broken(database)
    with database.reading() as db:
        line = next(each for each in proof(db, now=NEXT).lines if each.rule == Rule.LATE_MESSAGE)
    assert dict(line.why) == {"refused": 2}
    assert not line.holds


def test_a_request_without_answer_or_reason_for_a_week_is_found(database: Database, scene: Scene) -> None:
    with database.writing() as db:
        bob = db.get_one(Member, scene.bob.id)
        ask(db, bob, Asking(theme="droit", need="Lire mes statuts", any_time=True), now=people.NOW)
    week = people.NOW.date() + timedelta(days=7)
    assert broken(database, week)[Rule.WEEK] == (1, 1)


def test_a_day_is_looked_at_once_and_missed_days_are_caught_up(database: Database, booked: Booking) -> None:
    done = 0
    for _ in range(CATCHES_UP + 3):
        with database.writing() as db:
            done += prove_days(db, now=NEXT)
    assert done == CATCHES_UP
    with database.reading() as db:
        assert db.scalar(select(ProofOfDay.looked_at).where(ProofOfDay.day == DAY)) is not None
        assert proof(db, now=NEXT).days == CATCHES_UP


def test_a_night_takes_no_more_statements_for_more_hours(
    database: Database, scene: Scene, links: Links, booked: Booking
) -> None:
    def cost(day: date) -> int:
        statements = statements_of(database)
        with database.writing() as db:
            prove_day(db, day, now=NEXT)
        return len(statements)

    one = cost(DAY)
    later = [book(database, scene, links, days=days) for days in (1, 2)]
    with database.writing() as db:
        for number, each in enumerate(later, start=1):
            moved = db.get_one(Booking, each.id)
            moved.starts_at, moved.ends_at = (at + timedelta(hours=number) for at in (booked.starts_at, booked.ends_at))
    with database.writing() as db:
        db.query(ProofOfDay).delete()
    assert cost(DAY) == one


def test_the_page_says_what_was_found(
    database: Database, booked: Booking, signed_in: Callable[[Member | int], Browser]
) -> None:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, locale="en")
    browser = signed_in(odile)
    assert "Nothing has been looked at yet." in browser.get("/admin/proof").get_data(as_text=True)
    everything_leaves(database)
    broken(database)
    page = browser.get("/admin/proof").get_data(as_text=True)
    assert "Nobody is in two meetings at the same time." in page
    assert "None has been made yet." in page
