"""A block hides both ways, everywhere, and tells nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from flashmeet.bookings.service.alternatives import alternatives, slots_for_move
from flashmeet.bookings.service.holds import take_over_hold
from flashmeet.bookings.service.move import move_booking
from flashmeet.conduct.service.blocks import away_from, block, unblock
from flashmeet.conduct.service.reports import Report, report
from flashmeet.conduct.service.separation import member_known_to
from flashmeet.core.database.session import Database
from flashmeet.core.errors import NotFound, NotOffered
from flashmeet.core.links import Links
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.people.models import Block as BlockRow
from flashmeet.people.queries import blocked_with, is_blocked_between
from flashmeet.people.service.mentors import find_mentors, mentor
from flashmeet.requests.service.answer import accept
from flashmeet.requests.service.create import Asking, ask
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.claims import Hour, take_hour
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from flashmeet.schedule.service.suggestions import suggestions
from flashmeet.schedule.service.waitlist import notify_waiting, notify_when_open
from tests import people
from tests.conduct.conftest import Scene
from tests.databases import statements_of
from tests.people import NOW, law


@pytest.fixture(params=["the mentee blocks", "the mentor blocks"])
def blocked(request: pytest.FixtureRequest, scene: Scene) -> Scene:
    """Bob and Alice, by either of the two."""
    one, other = (scene.bob, scene.alice) if request.param == "the mentee blocks" else (scene.alice, scene.bob)
    if one is scene.alice:
        scene.book(scene.at(20))  # she knows him from an hour
    block(scene.db, one, other.id, cancel=True, now=scene.now)
    return scene


def test_it_holds_both_ways_and_for_these_two_alone(blocked: Scene) -> None:
    db, alice, bob = blocked.db, blocked.alice, blocked.bob
    assert (blocked_with(db, bob.id), blocked_with(db, alice.id)) == ({alice.id}, {bob.id})
    assert is_blocked_between(db, alice.id, bob.id) and is_blocked_between(db, bob.id, alice.id)
    assert not is_blocked_between(db, alice.id, blocked.charlie.id)
    assert blocked_with(db, blocked.charlie.id) == set()


def test_neither_finds_the_other_and_others_find_both(blocked: Scene) -> None:
    db, alice, now = blocked.db, blocked.alice, blocked.now
    for who, seen in ((blocked.bob, {blocked.dora.id}), (blocked.charlie, {alice.id, blocked.dora.id})):
        query = SlotQuery(tzid="UTC", distinct=True, viewer_id=who.id)
        assert {slot.mentor_id for slot in find_slots(db, query, now=now).slots} == seen
        assert {each.id for each in find_mentors(db, viewer_id=who.id)} == seen
        law_theme = people.law(db)
        assert {each.mentor.id for each in suggestions(db, who, theme=law_theme, now=now)} == seen
        others = alternatives(
            db,
            mentor_id=alice.id,
            theme_id=law_theme.id,
            starts_at=blocked.at(9),
            minutes=60,
            mentee_id=who.id,
            tzid="UTC",
            now=now,
        )
        assert {slot.mentor_id for slot in others} <= seen and len(others) == 3
    assert find_slots(db, SlotQuery(tzid="UTC", mentor_id=alice.id, viewer_id=blocked.bob.id), now=now).slots == []
    with pytest.raises(NotFound):
        mentor(db, alice.id, viewer_id=blocked.bob.id)
    assert mentor(db, alice.id, viewer_id=blocked.charlie.id) is alice


def test_an_hour_of_theirs_is_booked_as_little_as_that_of_nobody(blocked: Scene) -> None:
    """A browser may hold it all the same: who signs in there is not known yet, and booking asks again."""
    with pytest.raises(NotFound):
        blocked.book(blocked.at(9))


def test_no_other_way_to_an_hour_leads_past_it(blocked: Scene) -> None:
    schedule = read_schedule(blocked.db, blocked.alice.id)
    assert schedule is not None
    hour = Hour(mentor=blocked.alice, mentee=blocked.bob, schedule=schedule, starts_at=blocked.at(9), minutes=600)
    holder = take_over_hold(blocked.db, blocked.bob, now=blocked.now)
    with pytest.raises(NotOffered):
        take_hour(blocked.db, holder, hour, you=blocked.bob, now=blocked.now, waits=True)


def test_who_waits_for_the_theme_is_not_told_of_an_hour_they_cannot_see(db: Session, links: Links) -> None:
    bob, alice = people.member(db, "Bob"), people.mentor(db)
    theme = law(db)
    block(db, bob, alice.id, cancel=True, now=NOW)
    notify_when_open(db, bob, theme, now=NOW)
    assert notify_waiting(db, now=NOW) == 0
    people.mentor(db, "Dora")
    assert notify_waiting(db, now=NOW) == 1


def test_the_coming_hour_is_cancelled_in_the_words_of_any_cancellation(scene: Scene) -> None:
    booking = scene.book(scene.at(9))
    block(scene.db, scene.bob, scene.alice.id, cancel=True, now=scene.now)
    assert (booking.status, booking.cancelled_by_id, booking.cancel_reason) == (
        BookingStatus.CANCELLED,
        scene.bob.id,
        "",
    )
    told = scene.payload(scene.alice, "invite")
    assert (told["action"], told["sequence"], told["reason"]) == ("cancelled", 1, "")
    assert scene.mails(scene.alice) == ["invite", "invite"]


def test_an_hour_that_is_kept_stands_and_cannot_be_moved(scene: Scene) -> None:
    booking = scene.book(scene.at(9))
    before = scene.effects()
    block(scene.db, scene.bob, scene.alice.id, cancel=False, now=scene.now)
    assert (booking.status, scene.effects()) == (BookingStatus.CONFIRMED, before)
    assert slots_for_move(scene.db, booking.id, now=scene.now) == []
    for who in (scene.bob, scene.alice):
        for agreed in (False, True):
            with pytest.raises(NotOffered):
                move_booking(scene.db, who, booking.id, starts_at=scene.at(9, 11), agreed=agreed, now=scene.now)


def test_what_one_asked_of_the_other_ends_and_cannot_be_accepted(scene: Scene, links: Links) -> None:
    asking = Asking(theme="droit", need="Mes statuts", mentor_id=scene.alice.id, any_time=True)
    request = ask(scene.db, scene.bob, asking, now=scene.now)
    scene.db.execute(update(OutboxMessage).values(state=OutboxState.SENT))
    block(scene.db, scene.bob, scene.alice.id, cancel=True, now=scene.now)
    assert (request.state, request.asks[0].state) == ("withdrawn", "withdrawn")
    assert scene.mails(scene.alice)[-1] == "request_withdrawn"


def test_a_mentor_who_blocks_declines_what_was_asked(scene: Scene) -> None:
    asking = Asking(theme="droit", need="Mes statuts", mentor_id=scene.alice.id, any_time=True)
    request = ask(scene.db, scene.bob, asking, now=scene.now)
    block(scene.db, scene.alice, scene.bob.id, cancel=True, now=scene.now)
    assert (request.state, request.asks[0].state) == ("declined", "declined")
    assert scene.mails(scene.bob) == ["request_ended"]


def test_an_answer_that_crosses_a_block_books_nothing(scene: Scene, links: Links) -> None:
    times = (scene.at(9, 17), scene.at(10, 17))
    request = ask(
        scene.db,
        scene.bob,
        Asking(theme="droit", need="Mes statuts", mentor_id=scene.alice.id, times=times),
        now=scene.now,
    )
    scene.db.add(BlockRow(by_id=scene.bob.id, other_id=scene.alice.id, at=scene.now))
    scene.db.flush()
    with pytest.raises(NotOffered):
        accept(scene.db, request.asks[0], times[0], links=links, now=scene.now)


def test_only_the_own_block_is_seen_and_taken_back(blocked: Scene) -> None:
    db, alice, bob = blocked.db, blocked.alice, blocked.bob
    lists = [[each.member.id for each in away_from(db, who)] for who in (alice, bob)]
    blocker, other = (alice, bob) if lists[0] else (bob, alice)
    assert sorted(map(len, lists)) == [0, 1]
    unblock(db, other, blocker.id)
    assert is_blocked_between(db, alice.id, bob.id)
    unblock(db, blocker, other.id)
    assert not is_blocked_between(db, alice.id, bob.id)


def test_blocking_twice_is_blocking_once_and_whom_nobody_knows_cannot_be_blocked(scene: Scene) -> None:
    for _ in range(2):
        block(scene.db, scene.bob, scene.alice.id, cancel=True, now=scene.now)
    assert len(away_from(scene.db, scene.bob)) == 1
    for who, whom in ((scene.bob, scene.charlie.id), (scene.bob, scene.bob.id), (scene.bob, 987_654)):
        with pytest.raises(NotFound):
            block(scene.db, who, whom, cancel=True, now=scene.now)


def test_who_is_blocked_cannot_tell_it_from_nobody_by_trying_to_block_back(scene: Scene) -> None:
    eve = people.mentor(scene.db, "Eve")
    block(scene.db, eve, scene.alice.id, cancel=True, now=scene.now)
    with pytest.raises(NotFound):
        member_known_to(scene.db, scene.alice, eve.id)
    assert member_known_to(scene.db, eve, scene.alice.id) is scene.alice


def test_a_report_of_somebody_else_or_by_somebody_else_makes_nobody_known(scene: Scene) -> None:
    eve, said = people.mentor(scene.db, "Eve"), Report(what="unwelcome", story="Des remarques")
    report(scene.db, scene.bob, eve.id, said, now=scene.now)
    report(scene.db, scene.alice, scene.dora.id, said, now=scene.now)
    block(scene.db, eve, scene.alice.id, cancel=True, now=scene.now)
    assert member_known_to(scene.db, scene.bob, eve.id) is eve
    with pytest.raises(NotFound):
        member_known_to(scene.db, scene.alice, eve.id)


def test_pages_stay_filled_and_the_work_stays_the_same(database: Database) -> None:
    """Hidden hours are passed over, with one statement more for all of them."""
    with database.writing() as db:
        mentors = [people.mentor(db, f"Mentor{number}") for number in range(6)]
        bob, charlie = people.member(db, "Bob"), people.member(db, "Charlie")
        for each in mentors[:3]:
            block(db, bob, each.id, cancel=True, now=NOW)
    statements = statements_of(database)
    spent: dict[str, int] = {}
    for who in (bob, charlie):
        with database.reading() as db:
            statements.clear()
            query = SlotQuery(tzid="UTC", viewer_id=who.id, limit=40, start=NOW + timedelta(days=1))
            page = find_slots(db, query, now=NOW)
            spent[who.first_name] = len(statements)
            assert len(page.slots) == 40
            hidden = {each.id for each in mentors[:3]} if who is bob else set()
            assert not hidden & {slot.mentor_id for slot in page.slots}
    assert abs(spent["Bob"] - spent["Charlie"]) <= 2
