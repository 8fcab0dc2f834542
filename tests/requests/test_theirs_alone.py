"""Whoever goes takes along what others had with them, and nothing that these have with each other."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from flashmeet.core.links import Links
from flashmeet.identity.rules import AgreedHours
from flashmeet.people.service.membership import change_roles, suspend
from flashmeet.requests.service.departures import catch_up
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.service.leave import take_leave
from tests import people
from tests.three import Three


@pytest.fixture
def three(db: Session, links: Links) -> Three:
    return Three(db, links)


def test_a_suspension_ends_what_is_of_the_suspended(three: Three) -> None:
    alice, *_ = three.everybody
    odile = people.member(three.db, "Odile", administrator=True)
    assert three.left() == (three.pairs,) * 3
    suspend(three.db, alice.id, by=odile, now=three.now)
    assert three.left() == ({pair for pair in three.pairs if alice.id not in pair},) * 3


def test_what_the_worker_finds_of_somebody_suspended_is_of_them_alone(three: Three) -> None:
    alice, *_ = three.everybody
    alice.suspended = True
    three.db.flush()
    assert catch_up(three.db, now=three.now) == 1
    assert three.left() == ({pair for pair in three.pairs if alice.id not in pair},) * 3


def test_who_mentors_no_more_goes_on_taking_and_others_go_on(three: Three) -> None:
    alice, *_ = three.everybody
    change_roles(three.db, alice.id, ["mentee"], hours=AgreedHours.CANCEL, now=three.now)
    assert three.left() == ({pair for pair in three.pairs if pair[0] != alice.id},) * 3


def test_a_leave_ends_the_hours_that_one_gives_in_it(three: Three) -> None:
    alice, *_ = three.everybody
    day = date(2026, 12, 9)
    take_leave(three.db, alice, LeavePeriod(day, day), hours=AgreedHours.CANCEL, now=three.now)
    hours, asked, series = three.left()
    assert hours == {pair for pair in three.pairs if pair[0] != alice.id}
    assert (asked, series) == (three.pairs, three.pairs)
