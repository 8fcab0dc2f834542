"""A login ends: after 90 days for everybody, after 14 days without use for administrators."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.identity.rules import OfficeRole
from tests import people
from tests.browsers import Browser, Clock

SignedIn = Callable[[Member], Browser]


def test_the_use_of_one_browser_keeps_no_other_signed_in(
    database: Database, signed_in: SignedIn, clock: Clock, odile: Member
) -> None:
    with database.writing() as db:
        lou = people.member(db, "Lou", administrator=True)
    used, idle = signed_in(odile), signed_in(lou)
    with database.reading() as db:
        seen_on = db.get_one(Member, lou.id).seen_on
    for _ in range(2):
        clock.move(days=7)
        assert used.get("/me").status_code == 200
    assert idle.get("/me").status_code == 303
    with database.reading() as db:
        assert db.get_one(Member, lou.id).seen_on == seen_on


@pytest.mark.parametrize(("days", "stays"), [(13, True), (14, False)])
def test_an_administrators_login_ends_after_fourteen_idle_days(
    signed_in: SignedIn, clock: Clock, odile: Member, days: int, stays: bool
) -> None:
    browser = signed_in(odile)
    clock.move(days=days)
    assert (browser.get("/me").status_code == 200) == stays


def test_so_does_the_login_of_whoever_has_a_part_of_the_administration(
    database: Database, signed_in: SignedIn, clock: Clock, bob: Member
) -> None:
    with database.writing() as db:
        db.get_one(Member, bob.id).office = OfficeRole.READER
    browser = signed_in(bob)
    clock.move(days=14)
    assert browser.get("/me").status_code == 303


def test_use_keeps_an_administrator_signed_in_for_ninety_days(signed_in: SignedIn, clock: Clock, odile: Member) -> None:
    browser = signed_in(odile)
    for _ in range(8):
        clock.move(days=11)
        assert browser.get("/me").status_code == 200
    clock.move(days=2)
    assert browser.get("/me").status_code == 303


def test_a_member_who_is_away_for_long_stays_signed_in(signed_in: SignedIn, clock: Clock, bob: Member) -> None:
    browser = signed_in(bob)
    clock.move(days=89)
    assert browser.get("/me").status_code == 200
