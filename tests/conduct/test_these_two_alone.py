"""Keeping two people apart ends what these two have, and nothing that either of them has with somebody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.conduct.service.blocks import block, unblock
from flashmeet.conduct.service.reports import Report, report
from flashmeet.conduct.service.separation import end_separated_bookings
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.people.models import Block, ConductCase
from flashmeet.people.rules.cases import CaseKind
from tests.three import Pairs, Three


@pytest.fixture
def three(db: Session, links: Links) -> Three:
    return Three(db, links)


def both_ways(one: Member, other: Member) -> Pairs:
    return {(one.id, other.id), (other.id, one.id)}


def blocks(three: Three, one: Member, other: Member) -> None:
    block(three.db, one, other.id, cancel=True, now=three.now)


def reports(three: Three, one: Member, other: Member) -> None:
    report(three.db, one, other.id, Report(what="unwelcome", story="Des remarques"), now=three.now)


@pytest.mark.parametrize("act", [blocks, reports])
@pytest.mark.parametrize("turned", [False, True])
def test_a_block_and_a_report_end_what_the_two_had_and_nothing_of_anybody_else(
    three: Three, act: Callable[[Three, Member, Member], None], *, turned: bool
) -> None:
    assert three.left() == (three.pairs,) * 3
    one, other, _ = reversed(three.everybody) if turned else three.everybody
    act(three, one, other)
    assert three.left() == (three.pairs - both_ways(one, other),) * 3


def test_what_was_booked_while_a_report_was_written_ends_and_no_other_hour(three: Three) -> None:
    one, other, third = three.everybody
    for about, by, frozen in ((one, other, True), (third, one, False)):
        case = ConductCase(kind=CaseKind.REPORT, about_id=about.id, by_id=by.id, frozen=frozen, opened_at=three.now)
        three.db.add(case)
    three.db.flush()
    assert end_separated_bookings(three.db, now=three.now) == 2
    assert three.left()[0] == three.pairs - both_ways(one, other)


def test_whoever_takes_a_block_back_takes_back_that_one_alone(three: Three) -> None:
    three.db.add_all(Block(by_id=one, other_id=other, at=three.now) for one, other in three.pairs)
    three.db.flush()
    one, other, _ = three.everybody
    unblock(three.db, one, other.id)
    stands = {(by, whom) for by, whom in three.db.execute(select(Block.by_id, Block.other_id))}
    assert three.pairs - stands == {(one.id, other.id)}
