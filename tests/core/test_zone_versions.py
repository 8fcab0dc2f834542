"""Rows of older zone data: found by an index however many rows there are, taken some at a time, left while held."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any, cast

import pytest
from sqlalchemy import Table, insert, select, update
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.service.zone_changes import follow_offered_days, follow_zone_data
from flashmeet.core.database.base import Base
from flashmeet.core.database.engine import Database
from flashmeet.core.database.zone_versions import Behind, outdated_versions
from flashmeet.core.zones import data_version
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.periodic_tasks import Turn, do_if_due, reached_by
from flashmeet.periodic_tasks import TASKS, ZONES
from flashmeet.requests.service.times.zone_changes import follow_proposed_times
from flashmeet.schedule.models import CalendarAccount, Holder, MemberCalendar, MentorPolicy
from flashmeet.schedule.queries.calendars import read_again_by_new_rules
from flashmeet.schedule.rules.booked_hour import HolderKind, Mode
from flashmeet.schedule.rules.calendars import CalendarKind
from flashmeet.schedule.service.openings import mentors_of_other_rules
from tests import people
from tests.databases import plans_of, statements_of
from tests.people import NOW
from tests.use_cases import Book

OLD = "2025.1 0123456789abcdef"
MANY = 2_000
LOOKS: Mapping[str, Callable[..., object]] = {
    "booking": follow_zone_data,
    "day_offer": follow_offered_days,
    "holder": follow_proposed_times,
    "calendar": read_again_by_new_rules,
    "mentor_policy": lambda db, now: mentors_of_other_rules(db),
}
"""By the table that each reads."""


@pytest.fixture
def busy(db: Session, book: Book) -> Session:
    """A network of many rows, all made by our zone data but a booking that is over and a mentor's openings."""
    alice, bob = people.mentor(db), people.member(db, "Bob")
    booking = book(bob, alice, NOW + timedelta(days=2))
    day = DayOffer(
        mentor_id=alice.id,
        theme_id=booking.theme_id,
        date=NOW.date(),
        tzid="Europe/Paris",
        start_minute=480,
        end_minute=960,
        breaks=[],
        mode=Mode.VIDEO,
        programme="",
        starts_at=NOW + timedelta(days=3),
        ends_at=NOW + timedelta(days=3, hours=8),
        created_at=NOW,
        zone_data=data_version(),
    )
    account = CalendarAccount(member_id=alice.id, kind=CalendarKind.ICS, secret="", created_at=NOW)
    db.add_all([day, account])
    db.flush()
    calendar = MemberCalendar(
        account_id=account.id, member_id=alice.id, remote_id="1", next_try_at=NOW, zone_data=data_version()
    )
    holder = Holder(kind=HolderKind.PROPOSAL, member_id=bob.id, starts_at=NOW, tzid="Europe/Paris", wall="x")
    holder.zone_data = data_version()
    db.add_all([calendar, holder])
    db.flush()
    names = iter(range(10 * MANY))
    copies(db, bob, email=lambda: f"{next(names)}@example.org")
    members = iter(db.scalars(select(Member.id).where(Member.id > bob.id)).all())
    copies(db, db.get_one(MentorPolicy, alice.id), member_id=lambda: next(members))
    copies(db, booking, uid=lambda: f"uid {next(names)}", room=lambda: f"room {next(names)}")
    copies(db, day)
    copies(db, calendar, remote_id=lambda: f"calendar {next(names)}")
    copies(db, holder)
    db.execute(update(Booking).where(Booking.id == booking.id).values(zone_data=OLD, starts_at=NOW - timedelta(days=9)))
    db.execute(update(MentorPolicy).where(MentorPolicy.member_id == alice.id).values(zone_data=OLD))
    db.commit()
    return db


def copies(db: Session, row: Base, **different: Callable[[], object]) -> None:
    """Writes the row many times over; an id of its own is given to each."""
    db.refresh(row)
    table = cast(Table, row.__table__)
    named: dict[str, Any] = {column.name: getattr(row, column.key) for column in table.columns if column.name != "id"}
    db.execute(insert(table), [{**named, **{key: each() for key, each in different.items()}} for _ in range(MANY)])


def analyse(database: Database) -> None:
    if database.engine.dialect.name == "postgresql":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def test_the_look_goes_by_an_index_of_each_table_and_scans_none(database: Database, busy: Session) -> None:
    analyse(database)
    for table, look in LOOKS.items():

        def act(look: Callable[..., object] = look) -> None:
            look(busy, now=NOW)
            busy.rollback()

        plans = plans_of(database, act)
        of_versions = [plan for plan in plans if f"ix_{table}_zone_data" in plan]
        assert len(of_versions) >= 2
        ways = [line.strip() for plan in plans for line in plan.splitlines()]
        assert not [way for way in ways if f"Seq Scan on {table}" in way or way in (f"SCAN {table}", f"SCAN {table}_1")]


def test_each_version_is_one_look_at_one_row_however_many_have_it(database: Database, busy: Session) -> None:
    statements = statements_of(database)
    assert outdated_versions(busy, Booking.zone_data) == [OLD]
    looks = [each for each in statements if "zone_data" in each]
    assert (len(looks), all("LIMIT" in each for each in looks)) == (3, True)  # the older one, ours, and none after it
    assert outdated_versions(busy, Booking.zone_data, Booking.zone_data > OLD) == []


def test_calendars_are_made_due_some_at_a_time(busy: Session) -> None:
    later = NOW + timedelta(hours=1)
    busy.execute(update(MemberCalendar).values(zone_data=OLD, next_try_at=later))
    steps = 0
    while read_again_by_new_rules(busy, now=NOW) is Behind.SOME:
        steps += 1
        due = busy.scalars(select(MemberCalendar.id).where(MemberCalendar.next_try_at == NOW)).all()
        assert len(due) == min(500 * steps, MANY + 1)
    assert steps == MANY // 500 + 1


@pytest.fixture
def held(database: Database, busy: Session) -> Iterator[Session]:
    """Alice's policy is locked by somebody else, where rows can be."""
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite locks no rows")
    with database.new_writer() as other:
        other.scalars(select(MentorPolicy).where(MentorPolicy.zone_data == OLD).with_for_update()).one()
        yield other
        other.rollback()


def test_what_somebody_else_holds_waits_for_the_next_turn_and_is_not_forgotten(
    database: Database, held: Session
) -> None:
    task = next(each for each in TASKS if each.name == ZONES)
    turns = []
    for turn in range(4):
        if turn == 2:
            held.rollback()
        at = NOW + turn * task.every
        with database.writing() as db:
            outcome = do_if_due(db, task, now=at)
            run = reached_by(db, ZONES)
            turns.append((outcome, run is not None and run.reached != "", run is not None and run.due_at > at))
    assert turns == [
        (Turn.DONE, False, True),
        (Turn.DONE, False, True),
        (Turn.GOES_ON, False, False),
        (Turn.DONE, True, True),
    ]
