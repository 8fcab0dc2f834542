"""`flashmeet seed`, and the network of the demo."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.database.engine import Database
from flashmeet.core.links import Links
from flashmeet.core.zones import local_time
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.models import Base
from flashmeet.programme.service.balance import board
from flashmeet.programme.service.recruiting import proposals, who_could_help
from flashmeet.schedule.models import MentorPolicy, Opening
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from flashmeet.seed.bookings import NOBODY_IS_MAILED
from flashmeet.seed.bulk_bookings import BulkBookings
from flashmeet.seed.demo import PLAN, Cast, seed_demo
from flashmeet.seed.network import Plan, seed_people
from flashmeet.seed.themes import seed_themes
from flashmeet.themes.models import Theme
from flashmeet.themes.rules.understanding import ByWords
from flashmeet.themes.service import recognised_theme
from tests.cli.commands import Here
from tests.databases import empty, statements_of
from tests.terms import announced

LINKS = Links("http://127.0.0.1:8000", "a-secret-that-is-long-enough-for-tests")
MONDAY = datetime(2026, 11, 23, 9, 10, tzinfo=UTC)


PRODUCTION = {
    "FLASHMEET_ENV": "production",
    "FLASHMEET_SECRET_KEY": "a-secret-that-is-long-enough-for-tests",
    "FLASHMEET_BASE_URL": "https://mentors.example.org",
    "FLASHMEET_MAIL_FROM": "hello@mentors.example.org",
}
ALICE = "alice@alumni.example,Alice,Martin,mentor,yes,Europe/Paris,fr,,,,,,,"

SMALL = Plan(mentors=3, days=28, seed=1)


def demo(database: Database, at: datetime, plan: Plan = SMALL) -> Cast:
    with database.writing() as db:
        return seed_demo(db, links=LINKS, now=at, progress=lambda _: None, plan=plan)


def openings(database: Database) -> set[tuple[object, ...]]:
    columns = (Opening.theme_id, Opening.starts_at, Opening.rotation, Opening.mentor_id)
    more = (Opening.opens_at, Opening.closes_at, Opening.free_until)
    with database.reading() as db:
        return {tuple(row) for row in db.execute(select(*columns, *more))}


def test_the_same_numbers_give_the_same_people(database: Database, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = Database(f"sqlite:///{tmp_path_factory.mktemp('other') / 'x.sqlite3'}")
    Member.metadata.create_all(other.engine)
    everybody = []
    for each in (database, other):
        seed_people(each.writing, Plan(mentors=30, days=28, seed=7), now=MONDAY, progress=lambda _: None)
        with each.reading() as db:
            query = select(Member.email, Member.headline, Member.tzid, Member.phone).order_by(Member.email)
            everybody.append([tuple(row) for row in db.execute(query)])
    other.dispose()
    assert everybody[0] == everybody[1]
    assert len(everybody[0]) == 130


def test_seeded_hours_are_those_that_the_mentors_rules_give(database: Database) -> None:
    seed_people(database.writing, Plan(mentors=40, days=28, seed=1), now=MONDAY, progress=lambda _: None)
    seeded = openings(database)
    with database.writing() as db:
        for mentor_id in db.scalars(select(MentorPolicy.member_id)):
            refresh_openings(db, mentor_id, now=MONDAY)
    assert seeded == openings(database)
    assert len(seeded) > 500


def test_seeded_people_are_written_to_by_nobody(here: Here) -> None:
    here.done("seed", "--mentors", "12", "--days", "28", "--seed", "3")
    with here.database.reading() as db:
        booked = db.scalar(select(func.count()).select_from(Booking))
        waiting = db.scalar(select(func.count()).where(OutboxMessage.state == "waiting"))
    assert (booked, waiting) == (16, 0)


def test_a_seed_is_used_once(here: Here) -> None:
    here.done("seed", "--mentors", "3", "--seed", "3")
    answer = here.run("seed", "--mentors", "3", "--seed", "3")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.endswith("flashmeet: the people of seed 3 are here already. Choose another --seed.\n")
    here.done("seed", "--mentors", "3", "--seed", "4")


def test_the_demo_is_a_network_one_can_believe_in(database: Database) -> None:
    demo(database, MONDAY, PLAN)
    with database.reading() as db:
        mentors = db.scalars(select(Member).where(Member.mentor)).all()
        statuses = dict.fromkeys(db.scalars(select(Booking.status)), True)
        assert (len(mentors), db.scalar(select(func.count()).where(Member.mentee, ~Member.mentor))) == (61, 201)
        assert len({member.tzid for member in mentors}) >= 6
        assert {member.locale for member in mentors} == {"fr", "en"}
        assert db.scalar(select(func.count()).select_from(Theme)) == 12
        assert len(set(db.scalars(select(MentorTheme.theme_id)))) == 12
        assert set(statuses) == {
            BookingStatus.PENDING,
            BookingStatus.CONFIRMED,
            BookingStatus.COMPLETED,
            BookingStatus.CANCELLED,
        }
        recent = Booking.starts_at > MONDAY - timedelta(days=42)
        assert 70 <= (db.scalar(select(func.count()).where(recent)) or 0) <= 90
        assert 400 <= (db.scalar(select(func.count()).where(~recent)) or 0) <= 700


def test_the_demos_board_has_something_to_say(database: Database) -> None:
    demo(database, MONDAY, PLAN)
    with database.reading() as db:
        rows = board(db, tzid="Europe/Paris", now=MONDAY)
        tight = [row for row in rows if row.balance.needs_people]
        assert [row.theme.names["fr"] for row in tight] == ["Fiscalité"]
        assert len(who_could_help(db, tight[0].theme, now=MONDAY)) >= 4
        assert [each.text for each in proposals(db)][:2] == ["Énergie", "Vie associative"]


@pytest.mark.parametrize("need", ["statuts de ma start-up", "STATUTS sas", "company bylaws"])
def test_the_demos_themes_know_what_people_type(database: Database, need: str) -> None:
    with database.writing() as db:
        seed_themes(db)
    with database.reading() as db:
        theme = recognised_theme(db, need, by=ByWords())
        assert theme is not None
        assert theme.names["en"] == "Law"


@pytest.mark.parametrize(
    "at",
    [
        MONDAY,
        datetime(2026, 12, 31, 22, 40, tzinfo=UTC),
        datetime(2027, 3, 28, 0, 20, tzinfo=UTC),  # within the hour, Paris goes from 2:00 to 3:00
        datetime(2027, 3, 28, 0, 50, tzinfo=UTC),
        datetime(2027, 10, 31, 0, 20, tzinfo=UTC),  # and from 3:00 back to 2:00
    ],
)
def test_the_demo_begins_with_an_hour_whose_room_is_open(database: Database, at: datetime) -> None:
    cast = demo(database, at)
    with database.reading() as db:
        query = select(Booking).where(Booking.mentor_id == cast.mentor, Booking.mentee_id == cast.mentee)
        meeting = db.scalars(query).one()
        assert at < meeting.starts_at <= at + timedelta(minutes=15)
        assert meeting.status == BookingStatus.CONFIRMED


@pytest.mark.parametrize("at", [MONDAY, datetime(2026, 12, 31, 22, 40, tzinfo=UTC)])
def test_the_demo_lists_hours_of_karim_for_camille(database: Database, at: datetime) -> None:
    cast = demo(database, at)
    with database.reading() as db:
        query = SlotQuery(tzid="America/Toronto", mentor_id=cast.mentor, viewer_id=cast.mentee)
        starts = [slot.starts_at for slot in find_slots(db, query, now=at).slots]
    paris = [local_time(each, "Europe/Paris").at for each in starts]
    walls = {(each.weekday(), each.hour) for each in paris}
    assert walls <= {(0, 12), (0, 13), (1, 18), (1, 19), (3, 18), (3, 19)}
    assert len(starts) >= 8


def test_a_second_demo_finds_the_first_and_adds_nothing(database: Database) -> None:
    first = demo(database, MONDAY)
    with database.reading() as db:
        before = db.scalar(select(func.count()).select_from(Booking))
    assert demo(database, MONDAY + timedelta(days=1)) == first
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Booking)) == before


BIG = Plan(mentors=330, days=28, seed=2)
"""Large enough for forty hours in bulk."""


def seed_in_bulk(database: Database) -> BulkBookings:
    bulk = BulkBookings(BIG, LINKS, MONDAY)
    seed_people(database.writing, BIG, now=MONDAY, progress=lambda _: None, book=bulk.book)
    return bulk


def book_again(database: Database, booked: Sequence[tuple[int, datetime, BookingRequest]]) -> None:
    """Books the same hours by the use case, and settles them as the seed does one by one."""
    for mentee_id, asked_at, request in booked:
        with database.writing() as db:
            booking = book_slot(db, db.get_one(Member, mentee_id), request, links=LINKS, now=asked_at)
            if booking.ends_at < MONDAY:
                booking.status = BookingStatus.COMPLETED
    with database.writing() as db:
        dropped = {"state": OutboxState.DROPPED, "reason": NOBODY_IS_MAILED, "settled_at": MONDAY}
        db.execute(update(OutboxMessage).values(dropped))
        for mentor_id in sorted({request.mentor_id for _, _, request in booked}):
            refresh_openings(db, mentor_id, now=MONDAY)
        db.execute(delete(Opening).where(Opening.starts_at < MONDAY.replace(minute=0)))


def everything_stored(database: Database) -> dict[str, list[list[str]]]:
    """Every row of every table, as text, less what is drawn at random and when openings are next rewritten."""
    drawn = {"uid", "room", "nonce", "message_key", "openings_due_at"}
    with database.reading() as db:
        uids = dict(db.execute(select(Booking.uid, Booking.id)).all())
        return {
            table.name: sorted(
                [
                    str({**value, "uid": uids[value["uid"]], "seat_nonce": "drawn"} if name == "payload" else value)
                    for name, value in row.items()
                    if name not in drawn
                ]
                for row in db.execute(table.select()).mappings()
            )
            for table in Base.metadata.sorted_tables
            if table.name != "revision"
        }


def test_hours_in_bulk_are_stored_as_the_booking_page_stores_them(database: Database) -> None:
    start_over(database)
    assert seed_in_bulk(database).made == BIG.hours_in_bulk == 40
    in_bulk = everything_stored(database)
    with database.reading() as db:
        booked = [
            (
                booking.mentee_id,
                booking.created_at,
                BookingRequest(
                    mentor_id=booking.mentor_id,
                    starts_at=booking.starts_at,
                    theme=booking.theme_id,
                    need=booking.need,
                    good_hour=booking.good_hour,
                    mode=booking.mode,
                ),
            )
            for booking in db.scalars(select(Booking).order_by(Booking.id))
        ]
    start_over(database)
    seed_people(database.writing, BIG, now=MONDAY, progress=lambda _: None)
    book_again(database, booked)
    one_by_one = everything_stored(database)
    assert {name for name in one_by_one if in_bulk[name] != one_by_one[name]} == set()
    assert len(in_bulk["claim"]) > 40 * 8
    assert len(in_bulk["outbox"]) > 80


def test_hours_in_bulk_are_written_table_by_table(database: Database) -> None:
    said = statements_of(database)
    made = seed_in_bulk(database).made
    for table in ("booking", "seat", "holder", "claim", "quota_use", "outbox"):
        assert len([each for each in said if table in each]) < made / 10


def start_over(database: Database) -> None:
    """Empties every table, and has the ids begin again at one."""
    empty(database)
    if database.engine.dialect.name == "postgresql":
        kept = {"audit_entry"}  # whose lines stay
        names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables if table.name not in kept)
        with database.engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")


def test_seeding_while_terms_are_in_force_books_nothing_in_bulk(database: Database) -> None:
    with database.writing() as db:
        announced(db, in_force_at=MONDAY - timedelta(days=1), now=MONDAY - timedelta(days=9))
    assert seed_in_bulk(database).made == 0


def test_the_plans_hours_are_four_per_three_mentors_and_ten_thousand_at_most() -> None:
    plans = [Plan(mentors=count, days=28, seed=1) for count in (3, 300, 3_000, 100_000)]
    assert [(plan.hours, plan.hours_one_by_one) for plan in plans] == [(4, 4), (400, 400), (4_000, 400), (10_000, 400)]


def test_production_with_members_is_seeded_only_when_told(here: Here) -> None:
    real = Here({**here.environment, **PRODUCTION}, here.database, here.folder)
    assert here.import_rows(ALICE).code == 0
    answer = real.run("seed", "--mentors", "3")
    assert answer.code == 1
    assert answer.err.startswith("flashmeet: this database holds members who are not invented")
    with here.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Member)) == 1
    assert "3 mentors" in real.done("seed", "--mentors", "3", "--among-members")
    assert "3 mentors" in here.done("seed", "--mentors", "3", "--seed", "2")


def test_production_of_invented_people_may_be_seeded_again(here: Here) -> None:
    real = Here({**here.environment, **PRODUCTION}, here.database, here.folder)
    real.done("seed", "--mentors", "3")
    real.done("seed", "--mentors", "3", "--seed", "2")
