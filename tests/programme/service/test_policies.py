"""A policy that mentors copy reaches newcomers; applied to everybody, it reaches them and they are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.errors import BeyondHorizon, NotFound
from flashmeet.core.settings.entries import ANSWER_DAYS, ENTRIES, HORIZON, PER_WEEK
from flashmeet.core.settings.service import change_setting
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.programme.service.policies import apply_to_all, is_copied, reach_of
from flashmeet.schedule.models import MentorPolicy
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.openings import mentors_due, refresh_openings
from tests.people import FREE, NOW, member, mentor
from tests.use_cases import Book, book

__all__ = ["book"]

HOUR = datetime(2026, 12, 5, 10, tzinfo=UTC)
FAR = datetime(2026, 12, 20, 10, tzinfo=UTC)


@pytest.fixture
def odile(db: Session) -> Member:
    return member(db, "Odile", administrator=True)


def horizon(db: Session, days: int, odile: Member) -> None:
    change_setting(db, HORIZON, days, by_id=odile.id, now=NOW)


def told(db: Session) -> list[tuple[str, object]]:
    rows = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "policy_applied").order_by(OutboxMessage.id))
    return [(row.recipient.first_name, row.payload["value"]) for row in rows]


def test_what_mentors_copy_is_what_they_start_with() -> None:
    copied = {each.key for each in ENTRIES if is_copied(each)}
    assert copied == {each.key for each in ENTRIES if each.group == "mentors"}


def test_a_change_leaves_those_who_have_spoken_as_they_are_and_says_how_many_they_are(
    db: Session, book: Book, odile: Member
) -> None:
    alice, dora = mentor(db), mentor(db, "Dora", policy=replace(FREE, horizon_days=10))
    book(member(db, "Bob"), alice, HOUR)
    horizon(db, 10, odile)
    reach = reach_of(db, HORIZON, now=NOW)
    assert (reach.mentors, reach.agreed_hours) == (1, 1)
    assert reach.open_hours > 0
    assert [db.get_one(MentorPolicy, each.id).horizon_days for each in (alice, dora)] == [24, 10]


def test_applied_to_everybody_it_holds_at_once_and_those_it_changes_are_told_once(
    db: Session, book: Book, odile: Member
) -> None:
    alice, bob = mentor(db), member(db, "Bob")
    mentor(db, "Dora", policy=replace(FREE, horizon_days=10))
    agreed = book(bob, alice, FAR)
    horizon(db, 10, odile)
    assert [apply_to_all(db, HORIZON, by=odile, now=NOW) for _ in range(2)] == [1, 0]
    assert told(db) == [("Alice", 10)]
    schedule = read_schedule(db, alice.id)
    assert schedule is not None and schedule.policy == replace(FREE, horizon_days=10)
    with pytest.raises(BeyondHorizon):
        book(member(db, "Charlie"), alice, FAR.replace(hour=14))
    assert agreed.status == BookingStatus.CONFIRMED
    assert alice.id in mentors_due(db, now=NOW)
    refresh_openings(db, alice.id, now=NOW)
    assert reach_of(db, HORIZON, now=NOW).mentors == 0


def test_no_limit_differs_from_every_limit(db: Session, odile: Member) -> None:
    mentor(db)
    mentor(db, "Dora", policy=replace(FREE, per_week=1))
    change_setting(db, PER_WEEK, 1, by_id=odile.id, now=NOW)
    assert reach_of(db, PER_WEEK, now=NOW).mentors == 1
    change_setting(db, PER_WEEK, None, by_id=odile.id, now=NOW)
    assert apply_to_all(db, PER_WEEK, by=odile, now=NOW) == 1
    assert told(db) == [("Dora", None)]


def test_what_nobody_copies_cannot_be_applied(db: Session, odile: Member) -> None:
    with pytest.raises(NotFound):
        reach_of(db, ANSWER_DAYS, now=NOW)
    with pytest.raises(NotFound):
        apply_to_all(db, ANSWER_DAYS, by=odile, now=NOW)
