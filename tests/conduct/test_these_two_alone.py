"""Keeping two people apart ends what these two have, and nothing that either of them has with somebody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.queries.people import of_pair
from flashmeet.conduct.service.blocks import block, unblock
from flashmeet.conduct.service.reports import Report, report
from flashmeet.conduct.service.separation import end_separated_bookings
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.people.models import Block, ConductCase
from flashmeet.people.rules.cases import CaseKind
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import AskState
from flashmeet.requests.service.create import Asking, ask, new_ask
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.people import member
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


@pytest.mark.parametrize("state", ["cancelled", "completed"])
def test_of_people_kept_apart_by_a_case_only_hours_that_are_still_to_come_end(three: Three, state: str) -> None:
    one, other, _ = three.everybody
    case = ConductCase(kind=CaseKind.REPORT, about_id=one.id, by_id=other.id, frozen=True, opened_at=three.now)
    three.db.add(case)
    theirs = select(Booking).where(Booking.mentor_id == one.id, Booking.mentee_id == other.id)
    hour = three.db.scalars(theirs).one()
    hour.status = BookingStatus(state)
    three.db.flush()
    begun = select(Booking.starts_at).where(Booking.mentor_id == other.id, Booking.mentee_id == one.id)
    assert end_separated_bookings(three.db, now=three.db.scalars(begun).one()) == 0
    assert end_separated_bookings(three.db, now=three.now) == 1
    assert (hour.status, hour.cancelled_at) == (state, None)


def test_hours_that_are_over_crowd_out_none_that_are_to_come(three: Three, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flashmeet.conduct.service.separation.AT_ONCE", 1)
    one, other, _ = three.everybody
    case = ConductCase(kind=CaseKind.REPORT, about_id=one.id, by_id=other.id, frozen=True, opened_at=three.now)
    three.db.add(case)
    first, second = three.db.scalars(select(Booking).where(of_pair(one.id, other.id)).order_by(Booking.id))
    first.starts_at, first.ends_at = three.now, three.now + timedelta(hours=1)
    three.db.flush()
    assert end_separated_bookings(three.db, now=three.now) == 1
    assert (first.status, second.status) == ("confirmed", "cancelled")


@pytest.mark.parametrize("state", ["accepted", "declined", "expired", "withdrawn", "closed", "solved"])
def test_an_answer_that_was_given_stands_whoever_is_kept_apart_later(three: Three, state: str) -> None:
    one, other, _ = three.everybody
    asked = select(RequestAsk).join(RequestAsk.request).where(RequestAsk.mentor_id == one.id)
    ask = three.db.scalars(asked.where(MentoringRequest.mentee_id == other.id)).one()
    ask.state = AskState(state)
    three.db.flush()
    blocks(three, one, other)
    assert (ask.state, ask.request.state) == (state, "open")


def test_a_theme_whose_only_mentor_asked_is_kept_apart_goes_on_to_others_at_once(three: Three) -> None:
    one, other = three.everybody[0], member(three.db, "Bob")
    request = ask(three.db, other, Asking(theme="droit", need="Statuts", any_time=True), now=three.now)
    request.asks = [new_ask(one, wave=1, due_at=three.now + timedelta(days=1), now=three.now)]
    request.due_at = three.now + timedelta(days=1)
    three.db.flush()
    blocks(three, one, other)
    assert (request.state, request.asks[0].state, request.due_at) == ("open", "closed", three.now)


def test_whoever_takes_a_block_back_takes_back_that_one_alone(three: Three) -> None:
    three.db.add_all(Block(by_id=one, other_id=other, at=three.now) for one, other in three.pairs)
    three.db.flush()
    one, other, _ = three.everybody
    unblock(three.db, one, other.id)
    stands = {(by, whom) for by, whom in three.db.execute(select(Block.by_id, Block.other_id))}
    assert three.pairs - stands == {(one.id, other.id)}
