"""Who is hidden from whom: by a block or a case that keeps apart, of either, both ways; and who must talk first."""

from __future__ import annotations

from itertools import permutations

from sqlalchemy.orm import Session

from flashmeet.bookings.service.reliability import is_paused
from flashmeet.people.models import Block, ConductCase
from flashmeet.people.queries import blocked_with, is_blocked_between
from flashmeet.people.rules.cases import CaseKind
from tests import people
from tests.people import NOW


def test_a_block_and_a_case_that_keeps_apart_hide_both_and_nobody_else(db: Session) -> None:
    ada, ben, cleo, dan, eve = everybody = [people.member(db, name) for name in ("Ada", "Ben", "Cleo", "Dan", "Eve")]
    report, absence = CaseKind.REPORT, CaseKind.NO_SHOW
    db.add_all([Block(by_id=ada.id, other_id=ben.id, at=NOW), Block(by_id=cleo.id, other_id=ada.id, at=NOW)])
    for kind, by, about, frozen in (
        (report, ben, dan, True),
        (report, dan, ada, True),
        (report, ben, cleo, False),
        (absence, None, eve, True),
    ):
        by_id = by.id if by else None
        db.add(ConductCase(kind=kind, by_id=by_id, about_id=about.id, frozen=frozen, opened_at=NOW))
    db.flush()
    apart = [{ada, ben}, {cleo, ada}, {ben, dan}, {dan, ada}]
    for one in everybody:
        assert blocked_with(db, one.id) == {each.id for each in everybody if {one, each} in apart}
    for one, other in permutations(everybody, 2):
        assert is_blocked_between(db, one.id, other.id) is ({one, other} in apart)


def test_the_pause_of_one_whom_an_administrator_must_talk_to_is_theirs_and_ends_with_its_case(db: Session) -> None:
    ada, ben, cleo, dan = (people.member(db, name) for name in ("Ada", "Ben", "Cleo", "Dan"))
    db.add(ConductCase(kind=CaseKind.PAUSE, about_id=ada.id, opened_at=NOW))
    db.add(ConductCase(kind=CaseKind.PAUSE, about_id=ben.id, opened_at=NOW, closed_at=NOW))
    db.add(ConductCase(kind=CaseKind.REPORT, by_id=dan.id, about_id=cleo.id, opened_at=NOW))
    db.flush()
    assert [is_paused(db, each.id) for each in (ada, ben, cleo, dan)] == [True, False, False, False]
