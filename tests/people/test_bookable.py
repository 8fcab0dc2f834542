"""Whether a mentor can be booked, or asked, is said once: the same of one in hand and in a query."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import SQLCoreOperations

from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.queries import mentors_of
from tests import people
from tests.people import NOW

FLAGS = ("mentor", "mentee", "administrator", "approved", "suspended")
PAUSES = (None, NOW - timedelta(days=1), NOW, NOW + timedelta(seconds=1))


@pytest.fixture
def everybody(db: Session) -> list[Member]:
    """One for each combination."""
    found = []
    for number, (*flags, pause) in enumerate(itertools.product(*[(False, True)] * len(FLAGS), PAUSES)):
        said: dict[str, Any] = dict(zip(FLAGS, flags, strict=True))
        found.append(people.member(db, f"M{number}", **said, paused_until=pause))
    return found


def _ids(db: Session, condition: SQLCoreOperations[bool]) -> set[int]:
    return set(db.scalars(select(Member.id).where(condition)))


def test_a_bookable_mentor_is_the_same_in_hand_and_in_a_query(db: Session, everybody: list[Member]) -> None:
    assert {each.id for each in everybody if each.bookable} == _ids(db, Member.bookable)
    assert {each.id for each in everybody if not each.bookable} == _ids(db, ~Member.bookable)
    assert all(each.mentor and each.approved and not each.suspended for each in everybody if each.bookable)
    assert len(_ids(db, Member.bookable)) == len(everybody) / 8


def test_a_pause_is_the_same_in_hand_and_in_a_query(db: Session, everybody: list[Member]) -> None:
    assert {each.id for each in everybody if each.paused(NOW)} == _ids(db, Member.paused(NOW))
    assert {each.id for each in everybody if not each.paused(NOW)} == _ids(db, ~Member.paused(NOW))
    assert len(_ids(db, Member.paused(NOW))) == len(everybody) / 4


def test_who_may_be_asked_is_the_same_in_hand_and_in_a_query(db: Session, everybody: list[Member]) -> None:
    assert {each.id for each in everybody if each.available(NOW)} == _ids(db, Member.available(NOW))
    assert {each.id for each in everybody if not each.available(NOW)} == _ids(db, ~Member.available(NOW))
    assert len(_ids(db, Member.available(NOW))) == len(everybody) * 3 / 32


def test_a_themes_mentors_are_those_who_can_be_booked(db: Session, everybody: list[Member]) -> None:
    law, offering = people.law(db), everybody[::2]
    for each in offering:
        each.offers = [MentorTheme(theme_id=law.id)]
    db.flush()
    found = db.scalars(mentors_of(law.id)).all()
    assert {each.id for each in found} == {each.id for each in offering if each.bookable}
    assert db.scalar(mentors_of(law.id).with_only_columns(func.count())) == len(found)
