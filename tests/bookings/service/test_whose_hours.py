"""An hour is its two people's, and what is known of it is said of no other: looked at where everybody has several."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations, product

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, SeatReply
from flashmeet.bookings.models.outcome import BookingAnswer, LateWord, RoomVisit
from flashmeet.bookings.queries.evidence import evidence_about, stays_in
from flashmeet.bookings.queries.over import count_given
from flashmeet.bookings.queries.people import have_booked, of_member, of_pair
from flashmeet.bookings.queries.replies import calendar_answers, late_in
from flashmeet.bookings.rules.answers import InviteAnswer
from flashmeet.bookings.rules.outcomes import Happened
from flashmeet.bookings.service.agenda import booking_at, bookings_of, coming_bookings, past_bookings
from flashmeet.core.intervals import Interval
from flashmeet.core.links import Links
from flashmeet.schedule.rules.booked_hour import BookingStatus, Mode
from tests import people
from tests.people import NOW
from tests.three import Three


@pytest.fixture
def three(db: Session, links: Links) -> Three:
    return Three(db, links)


def hours(db: Session) -> Sequence[Booking]:
    return db.scalars(select(Booking).order_by(Booking.starts_at)).all()


def test_an_hour_is_listed_to_its_two_people_alone(three: Three) -> None:
    db, alice, bob = three.db, three.everybody[0], people.member(three.db, "Bob")
    three.books(bob, alice, NOW.replace(day=9, hour=15))
    every = hours(db)
    every[0].status, every[1].status = BookingStatus.CANCELLED, BookingStatus.COMPLETED
    db.flush()
    for one in (*three.everybody, bob):
        mine = [each for each in every if one.id in (each.mentor_id, each.mentee_id)]
        assert {*db.scalars(select(Booking).where(of_member(one.id)))} == {*mine} == {*bookings_of(db, one)}
        assert coming_bookings(db, one, now=NOW) == [each for each in mine if each not in every[:2]]
        assert past_bookings(db, one, now=NOW) == [each for each in mine if each in every[:2]][::-1]
    for one, other in permutations((*three.everybody, bob), 2):
        theirs = {each for each in every if {each.mentor_id, each.mentee_id} == {one.id, other.id}}
        assert {*db.scalars(select(Booking).where(of_pair(one.id, other.id)))} == theirs
        assert have_booked(db, one.id, other.id) is bool(theirs)


def test_who_sends_the_form_again_is_led_to_that_hour_of_that_mentor(three: Three) -> None:
    db, every = three.db, hours(three.db)
    every[0].status = BookingStatus.CANCELLED
    db.flush()
    stand = {(each.mentee_id, each.mentor_id, each.starts_at): each for each in every[1:]}
    for (taker, giver), at in product(permutations(three.everybody, 2), [each.starts_at for each in every]):
        assert booking_at(db, taker, mentor_id=giver.id, starts_at=at) == stand.get((taker.id, giver.id, at))


def test_what_is_said_of_one_hour_is_said_of_no_other(three: Three) -> None:
    db, (alice, dora, _) = three.db, three.everybody
    said, silent = db.scalars(select(Booking).where(of_pair(alice.id, dora.id)).order_by(Booking.id)).all()
    begins, both = said.starts_at, {alice.id, dora.id}
    for seat in said.seats:
        db.add(SeatReply(seat_id=seat.id, sequence=0, stamped_at=NOW, answer=InviteAnswer.ACCEPTED))
        db.add(LateWord(seat_id=seat.id, minutes=5, said_at=begins))
        db.add(BookingAnswer(booking_id=said.id, member_id=seat.member_id, happened=Happened.YES, answered_at=NOW))
        stay = {"joined_at": begins, "left_at": begins + timedelta(minutes=20)}
        db.add(RoomVisit(booking_id=said.id, seat_id=seat.id, **stay))
    db.flush()
    assert ({*calendar_answers(db, said)}, {*late_in(db, said)}, len(stays_in(db, said.id))) == (both, both, 2)
    assert (calendar_answers(db, silent), late_in(db, silent), stays_in(db, silent.id)) == ({}, {}, [])
    told, untold = (evidence_about(db, [each.id]) for each in (said, silent))
    assert ({*told.answers}, told.presence[said.id].together) == ({said.id}, timedelta(minutes=20))
    assert ({*untold.answers}, {*untold.presence}) == (set(), {silent.id})
    assert untold.presence[silent.id].together == timedelta()


def test_after_a_move_nothing_that_was_said_of_the_former_hour_counts(three: Three) -> None:
    db, moved = three.db, hours(three.db)[0]
    seat = moved.seats[0]
    db.add(SeatReply(seat_id=seat.id, sequence=moved.sequence, stamped_at=NOW, answer=InviteAnswer.DECLINED))
    db.add(LateWord(seat_id=seat.id, minutes=5, said_at=moved.starts_at - timedelta(minutes=5)))
    db.flush()
    assert ({*calendar_answers(db, moved)}, late_in(db, moved)) == ({seat.member_id}, {seat.member_id: 5})
    moved.sequence += 1
    moved.starts_at += timedelta(days=1)
    moved.ends_at += timedelta(days=1)
    db.flush()
    assert (calendar_answers(db, moved), late_in(db, moved)) == ({}, {})


def test_nobody_is_looked_for_in_the_room_of_an_hour_by_phone(three: Three) -> None:
    by_phone = hours(three.db)[0]
    assert by_phone.id in evidence_about(three.db, [by_phone.id]).presence
    by_phone.mode = Mode.PHONE
    three.db.flush()
    assert evidence_about(three.db, [by_phone.id]).presence == {}


def test_hours_given_are_those_that_begin_within_the_time_and_stand(three: Three) -> None:
    db, every = three.db, hours(three.db)
    every[1].status = BookingStatus.CANCELLED
    db.flush()
    theme_id, begins = every[0].theme_id, [each.starts_at for each in every]
    for first, last in product(begins, begins):
        inside = [each for each in every if first <= each.starts_at < last and each is not every[1]]
        for mentor in three.everybody:
            wanted = sum(each.mentor_id == mentor.id for each in inside)
            for theme, many in ((None, wanted), (theme_id, wanted), (theme_id + 1, 0)):
                given: dict[int, int] = {}
                count_given(db, [mentor.id], theme, Interval(first, max(first, last)), given)
                assert given.get(mentor.id, 0) == many
