"""The demo's year: everything that the service does has happened in it."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, Seat, ThreadMessage
from flashmeet.bookings.models.outcome import BookingAnswer, NoShow
from flashmeet.bookings.models.series import LaterAnswer, Series
from flashmeet.bookings.rules.outcomes import AbsenceState
from flashmeet.bookings.rules.series import SeriesState
from flashmeet.core.database.engine import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.people.queries import terms_owed
from flashmeet.requests.models import RequestAsk
from flashmeet.requests.rules.requests import AskState
from flashmeet.schedule.rules.booked_hour import STANDING_BOOKING, Mode
from flashmeet.schedule.rules.booking_facts import Format, Relation
from flashmeet.seed.demo import Cast, seed_demo
from flashmeet.seed.network import Plan
from tests.databases import empty

LINKS = Links("http://127.0.0.1:8000", "a-secret-that-is-long-enough-for-tests")
MONDAY = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)
YEAR = Plan(mentors=24, days=28, seed=1)


@pytest.fixture
def cast(database: Database) -> Cast:
    with database.writing() as db:
        return seed_demo(db, links=LINKS, now=MONDAY, progress=lambda _: None, plan=YEAR)


def counted(db: Session, column: object) -> dict[object, int]:
    query = select(column, func.count()).where(Booking.status.in_(STANDING_BOOKING)).group_by(column)  # type: ignore[call-overload]
    return dict(db.execute(query).all())


def test_hours_were_held_in_every_format_relation_and_way_to_meet(database: Database, cast: Cast) -> None:
    with database.reading() as db:
        formats, relations = counted(db, Booking.format), counted(db, Booking.relation)
        modes = counted(db, Booking.mode)
    assert {Format.FLASH, Format.SERIES, Format.DAY} <= set(formats)
    assert set(Relation) <= set(relations)
    assert set(Mode) <= set(modes)
    assert all(count >= 1 for count in (*formats.values(), *relations.values(), *modes.values()))


def test_most_mentees_who_answered_see_clearer(database: Database, cast: Cast) -> None:
    with database.reading() as db:
        scores = db.scalars(select(BookingAnswer.clearer).where(BookingAnswer.clearer.is_not(None))).all()
        later = db.scalar(select(func.count()).select_from(LaterAnswer))
        words = db.scalar(select(func.count()).select_from(ThreadMessage))
    good = sum(1 for score in scores if score is not None and score >= 4)
    assert len(scores) >= 50
    assert 0.7 <= good / len(scores) <= 0.9
    assert later
    assert words


def test_nobody_was_in_two_hours_at_a_time(database: Database, cast: Cast) -> None:
    with database.reading() as db:
        query = (
            select(Seat.member_id, Booking.starts_at, Booking.ends_at)
            .join(Booking, Booking.id == Seat.booking_id)
            .where(Booking.status.in_(STANDING_BOOKING))
            .order_by(Seat.member_id, Booking.starts_at)
        )
        rows = db.execute(query).all()
    clashes = [(one, other) for one, other in pairwise(rows) if one[0] == other[0] and other[1] < one[2]]
    assert clashes == []


def test_a_series_is_open_and_an_absence_was_resolved(database: Database, cast: Cast) -> None:
    with database.reading() as db:
        assert {SeriesState.OPEN, SeriesState.ENDED} <= set(db.scalars(select(Series.state)))
        assert db.scalars(select(NoShow.state)).all() == [AbsenceState.DROPPED]


def test_requests_were_answered_in_every_way(database: Database, cast: Cast) -> None:
    ways = {AskState.ACCEPTED, AskState.DECLINED, AskState.COUNTERED, AskState.EXPIRED, AskState.WITHDRAWN}
    with database.reading() as db:
        assert ways <= set(db.scalars(select(RequestAsk.state)))


def test_it_is_the_same_year_whatever_numbers_its_rows_have(database: Database, cast: Cast) -> None:
    def told() -> tuple[Counter[str], Counter[int | None]]:
        with database.reading() as db:
            return Counter(db.scalars(select(RequestAsk.state))), Counter(db.scalars(select(BookingAnswer.clearer)))

    first = told()
    empty(database)  # PostgreSQL goes on counting
    with database.writing() as db:
        seed_demo(db, links=LINKS, now=MONDAY, progress=lambda _: None, plan=YEAR)
    assert told() == first


def test_terms_are_in_force_and_everybody_has_accepted_them(database: Database, cast: Cast) -> None:
    with database.reading() as db:
        who = db.scalars(select(Member.id).where(Member.mentor | Member.mentee | Member.administrator)).all()
        assert len(who) > YEAR.mentors
        assert [each for each in who if terms_owed(db, each, now=MONDAY + timedelta(days=30))] == []


def test_the_three_and_many_others_show_a_face(database: Database, cast: Cast) -> None:
    with database.reading() as db:
        with_photo = set(db.scalars(select(Member.id).where(Member.photo_at.is_not(None))))
    assert {cast.mentee, cast.mentor, cast.administrator} <= with_photo
    assert len(with_photo) >= YEAR.mentors
