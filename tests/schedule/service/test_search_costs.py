"""What a search reads, as laws without a clock: few statements, few rows, in the index's own order."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import cast

import pytest
from sqlalchemy import Table, delete, func, select
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_all
from flashmeet.core.database.engine import Database
from flashmeet.core.database.kept import forget_all
from flashmeet.core.intervals import Interval
from flashmeet.core.settings.policies import Policy
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Holder, Opening
from flashmeet.schedule.queries import claims
from flashmeet.schedule.queries.openings import rows_for
from flashmeet.schedule.rules.booked_hour import HolderKind
from flashmeet.schedule.rules.dayparts import DayPart
from flashmeet.schedule.rules.slots import Slot, Start
from flashmeet.schedule.service import past
from flashmeet.schedule.service.open_hours import OpenHours, open_hours
from flashmeet.schedule.service.own_calendars import BusyTimes
from flashmeet.schedule.service.slots import PAGE, SlotQuery, find_slots
from flashmeet.schedule.service.slots.filter import SlotFilter
from flashmeet.schedule.service.slots.scan import ROWS_A_PAGE, ROWS_AT_ONCE
from flashmeet.schedule.service.suggestions import suggestions
from flashmeet.schedule.service.week import MANY, SOME, Week, week_of
from tests import people
from tests.databases import plans_of, rows_read_from, statements_of
from tests.people import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
YEAR = 400


def forged(*, days: int) -> str:
    position = [int((NOW + timedelta(days=days)).timestamp()), 2**40, 2**40]
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")


def full(database: Database, *, mentors: int, days: int) -> list[int]:
    """Writes an index of 24 starts a day and mentor; returns the mentors' ids, and last that of Bob, who searches."""
    policy = Policy(horizon_days=YEAR)
    with database.writing() as db:
        theme, bob = people.law(db), people.member(db, "Bob")
        ids = [people.mentor(db, f"Mentor{number}").id for number in range(mentors)]
        starts = [
            Start(at, at + HOUR) for at in (NOW.replace(minute=0) + number * HOUR for number in range(1, 24 * days))
        ]
        rows = [row for each in ids for row in rows_for(each, starts, theme_ids=[theme.id], policy=policy)]
        db.execute(delete(Opening))
        insert_all(db, cast(Table, Opening.__table__), rows)
    if database.engine.dialect.name == "postgresql":
        with database.engine.begin() as connection:
            connection.exec_driver_sql("ANALYZE")
    return [*ids, bob.id]


QUERIES = {
    "all themes": SlotQuery(tzid="Europe/Paris"),
    "each mentor once": SlotQuery(tzid="Europe/Paris", distinct=True),
    "a second page": SlotQuery(tzid="Europe/Paris", distinct=True, limit=100, cursor=forged(days=YEAR)),
    "a page further on": SlotQuery(tzid="Europe/Paris", distinct=True, limit=100, cursor=forged(days=1)),
    "a cursor within, forged": SlotQuery(tzid="Europe/Paris", distinct=True, limit=100, cursor=forged(days=90)),
    "that, of nobody": SlotQuery(
        tzid="Europe/Paris", distinct=True, after=181, before=182, limit=100, cursor=forged(days=90)
    ),
    "an hour that nobody offers": SlotQuery(tzid="Europe/Paris", minutes=240, limit=100),
    "evenings": SlotQuery(tzid="Europe/Paris", after=18 * 60, before=21 * 60, distinct=True),
    "a year": SlotQuery(tzid="Europe/Paris", start=NOW, end=NOW + timedelta(days=YEAR), minutes=240),
    "a minute of each night": SlotQuery(tzid="Europe/Paris", after=181, before=182, end=NOW + timedelta(days=YEAR)),
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_search_reads_a_bounded_number_of_rows_and_sends_a_bounded_number_of_statements(
    database: Database, query: SlotQuery
) -> None:
    full(database, mentors=8, days=YEAR // 4)
    statements, rows = statements_of(database), rows_read_from(database)
    with database.reading() as db:
        page = find_slots(db, query, now=NOW)
    assert len(page.slots) <= query.limit
    assert sum(rows) <= 2 * ROWS_A_PAGE + ROWS_AT_ONCE
    assert len(statements) <= 210  # a hundred looks at most, of a position and its rows


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_it_reads_no_more_of_the_index_for_a_member_with_hundreds_of_hours_to_come(
    database: Database, query: SlotQuery
) -> None:
    *_, bob_id = full(database, mentors=8, days=YEAR // 4)
    with database.writing() as db:
        keep_each(
            db, bob_id, [Interval(NOW + number * 7 * HOUR, NOW + number * 7 * HOUR + HOUR) for number in range(300)]
        )
    statements, rows = statements_of(database), rows_read_from(database)
    with database.reading() as db:
        page = find_slots(db, replace(query, viewer_id=bob_id), now=NOW)
    assert len(page.slots) <= query.limit
    assert sum(rows) <= 2 * ROWS_A_PAGE + ROWS_AT_ONCE + 300 * 5
    assert len([each for each in statements if "FROM claim" in each]) == 1
    assert len(statements) <= 213


def keep_each(db: Session, member_id: int, spans: Sequence[Interval]) -> None:
    for span in spans:
        holder = Holder(kind=HolderKind.BOOKING, member_id=member_id)
        db.add(holder)
        db.flush()
        assert claims.take(db, holder.id, {member_id: span})


def test_hours_that_one_cannot_take_are_passed_over_however_many_mentors_give_them(database: Database) -> None:
    *_, bob_id = full(database, mentors=60, days=2)
    first = NOW.replace(minute=0) + DAY
    with database.writing() as db:
        keep_each(db, bob_id, [Interval(first + HOUR, first + 7 * HOUR), Interval(first + 8 * HOUR, first + 9 * HOUR)])
    query = SlotQuery(tzid="Europe/Paris", viewer_id=bob_id, start=first + HOUR)
    rows, found, cursor = rows_read_from(database), list[Slot](), None
    with database.reading() as db:
        for _ in range(6):
            rows.clear()
            page = find_slots(db, replace(query, cursor=cursor), now=NOW)
            assert len(page.slots) == PAGE
            assert sum(rows) <= ROWS_AT_ONCE
            found += page.slots
            cursor = page.next_cursor
    assert [slot.starts_at for slot in found] == [first + 7 * HOUR] * 60 + [first + 9 * HOUR] * 60


def test_evenings_of_a_small_network_are_read_many_by_one_statement(database: Database) -> None:
    """Each mentor once, of whom there are fewer than fill a page: every evening to come is looked at."""
    full(database, mentors=3, days=60)
    statements, query = statements_of(database), QUERIES["evenings"]
    with database.reading() as db:
        page = find_slots(db, query, now=NOW)
    assert (len(page.slots), page.next_cursor) == (3, None)
    assert len([each for each in statements if "FROM opening" in each]) <= 9


@pytest.mark.parametrize("mentors", [1, 3, 8])
@pytest.mark.parametrize("limit", [2, 7, 100])
def test_evenings_are_the_same_however_many_one_statement_reads(
    database: Database, monkeypatch: pytest.MonkeyPatch, mentors: int, limit: int
) -> None:
    ids = full(database, mentors=mentors, days=24)
    days = [(NOW + timedelta(days=each)).date() for each in (2, 3, 5, 8, 13)]
    evenings = replace(QUERIES["evenings"], distinct=False, limit=limit)
    for query in (evenings, replace(evenings, mentor_id=ids[0], days=days), replace(evenings, days=days)):
        found = []
        for most in (16, 1):
            monkeypatch.setattr("flashmeet.schedule.service.slots.scan.MOST_WINDOWS", most)
            found.append(every_slot(database, query))
        assert found[0] == found[1] != []


def every_slot(database: Database, query: SlotQuery) -> list[Slot]:
    found: list[Slot] = []
    with database.reading() as db:
        page = find_slots(db, query, now=NOW)
        found += page.slots
        while page.next_cursor is not None:
            page = find_slots(db, replace(query, cursor=page.next_cursor), now=NOW)
            found += page.slots
    return found


def test_one_mentors_hours_at_a_time_of_day_take_no_statement_a_day(database: Database) -> None:
    mentor_id = full(database, mentors=1, days=60)[0]
    statements = statements_of(database)
    query = SlotQuery(tzid="Europe/Paris", mentor_id=mentor_id, after=18 * 60, before=19 * 60, limit=100)
    with database.reading() as db:
        assert len(find_slots(db, query, now=NOW).slots) == 59  # today's evening is too close
    assert len(statements) <= 25


def test_a_time_of_day_that_nobody_offers_is_known_at_once_not_after_more_pages(database: Database) -> None:
    full(database, mentors=1, days=28)
    query = SlotQuery(tzid="Europe/Paris", after=181, before=182)
    with database.reading() as db:
        page = find_slots(db, query, now=NOW)
    assert (page.slots, page.next_cursor) == ([], None)


def test_pages_of_a_rare_time_of_day_go_on_where_the_last_ended(database: Database) -> None:
    full(database, mentors=1, days=130)
    query, pages = SlotQuery(tzid="Europe/Paris", after=181, before=182), 0
    with database.reading() as db:
        page = find_slots(db, query, now=NOW)
        while page.next_cursor is not None:
            pages += 1
            assert not page.slots
            page = find_slots(db, SlotQuery(tzid=query.tzid, after=181, before=182, cursor=page.next_cursor), now=NOW)
    assert pages == 1


def test_a_mentors_further_hours_are_looked_at_until_there_are_enough(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    full(database, mentors=8, days=20)
    looked_at: list[datetime] = []
    begins = SlotFilter._begins

    def count(shown: SlotFilter, at: datetime) -> bool:
        looked_at.append(at)
        return begins(shown, at)

    monkeypatch.setattr(SlotFilter, "_begins", count)
    query = SlotQuery(tzid="Europe/Paris", distinct=True, waking=True, further=3)
    with database.reading() as db:
        page = find_slots(db, query, now=NOW)
    assert [len(each) for each in page.further.values()] == [3] * 8
    first = len(page.slots) + 9 * 8  # a night of nine hours passes before the first, and perhaps one before the next
    assert len(looked_at) <= first + (3 + 9) * 8


def test_a_start_is_looked_at_once_however_many_mentors_have_an_hour_then(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the list, by the counts beside it, and by the suggestions above it."""
    *_, bob_id = full(database, mentors=30, days=9)
    looked_at: list[datetime] = []
    begins, holds = SlotQuery.begins, DayPart.holds

    def count(query: SlotQuery, at: datetime) -> bool:
        looked_at.append(at)
        return begins(query, at)

    def count_held(part: DayPart, at: datetime) -> bool:
        looked_at.append(at)
        return holds(part, at)

    monkeypatch.setattr(SlotQuery, "begins", count)
    monkeypatch.setattr(DayPart, "holds", count_held)
    query = SlotQuery(tzid="Europe/Paris", viewer_id=bob_id, waking=True, distinct=True, further=3)
    with database.reading() as db:
        bob = db.get_one(Member, bob_id)
        for look in (
            lambda: find_slots(db, query, now=NOW),
            lambda: week_of(db, query, now=NOW),
            lambda: suggestions(db, bob, theme=None, part=query.shown_part, now=NOW),
        ):
            looked_at.clear()
            look()
            assert len(looked_at) == len(set(looked_at))


def test_what_is_counted_beside_a_search_is_looked_at_by_an_index_and_is_no_more_in_a_larger_network(
    database: Database,
) -> None:
    *_, bob_id = full(database, mentors=30, days=9)
    query = SlotQuery(tzid="Europe/Paris", viewer_id=bob_id, waking=True)
    weeks, parts = list[Week](), ((6 * 60, 12 * 60), (18 * 60, 24 * 60))

    def count() -> None:
        with database.reading() as db:
            weeks.append(week_of(db, query, now=NOW, parts=parts))

    plans = [plan for plan in plans_of(database, count) if "opening" in plan]
    assert len(plans) == 2
    for plan in plans:
        assert "SCAN opening" not in plan  # PostgreSQL may read all of so small a table
    [counted] = weeks
    assert (counted.more, counted.sampled) == (True, True)
    assert {hours for _, hours in counted.days[1:]} == {SOME}


def test_what_the_first_page_counts_is_read_by_an_index_and_is_no_more_in_a_larger_network(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    most = 50
    monkeypatch.setattr("flashmeet.schedule.service.open_hours.MANY", most)
    monkeypatch.setattr("flashmeet.schedule.service.open_hours.SOME", most)
    full(database, mentors=30, days=9)
    rows = rows_read_from(database)

    def count() -> OpenHours:
        with database.reading() as db:
            return open_hours(db, tzid="Europe/Paris", now=NOW)

    told = count()
    assert told.more
    assert told.total == 6 * most  # today’s are too close
    assert sum(rows) <= 2 * 6 * most + 10  # of the one theme and of all
    forget_all(database.engine.pool)
    for plan in [plan for plan in plans_of(database, count) if "opening" in plan]:
        assert "SCAN opening" not in plan  # PostgreSQL may read all of so small a table


def test_of_many_hours_the_first_page_counts_none_again_in_the_same_minute_whoever_wrote_some(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flashmeet.schedule.service.open_hours.MANY", 50)
    full(database, mentors=3, days=9)
    with database.reading() as db:
        before = open_hours(db, tzid="Europe/Paris", now=NOW)
    with database.writing() as db:
        db.execute(delete(Opening).where(Opening.starts_at < NOW + DAY))
    with database.reading() as db:
        assert open_hours(db, tzid="Europe/Paris", now=NOW + HOUR / 61) == before
    with database.reading() as db:
        assert open_hours(db, tzid="Europe/Paris", now=NOW + HOUR / 59).total < before.total


@pytest.mark.parametrize("most", [MANY, 5], ids=["few hours", "many hours"])
def test_what_one_viewer_had_counted_is_read_again_for_nobody_in_the_same_minute(
    database: Database, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("flashmeet.schedule.service.week.MANY", most)
    monkeypatch.setattr("flashmeet.schedule.service.week.FEW", 5)
    full(database, mentors=3, days=9)
    with database.writing() as db:
        carol_id, dan_id = (people.member(db, name).id for name in ("Carol", "Dan"))
        keep_each(db, dan_id, [Interval(NOW + DAY, NOW + DAY + HOUR)])
    query = SlotQuery(tzid="Europe/Paris", waking=True)
    with database.reading() as db:
        first = week_of(db, query, now=NOW + HOUR / 61 / 60)
    statements = statements_of(database)
    with database.reading() as db:
        told = [week_of(db, replace(query, viewer_id=each), now=NOW + HOUR / 61) for each in (None, carol_id)]
        busy = week_of(db, replace(query, viewer_id=dan_id), now=NOW + HOUR / 61)
    assert told == [first, first]
    assert busy.own == (3 if most == MANY else 0)  # of many, hours are looked at that they can take
    read = [each for each in statements if "FROM opening" in each]
    assert len(read) == (0 if most == MANY else 1)


def test_few_hours_are_counted_each_time_so_that_one_that_came_elsewhere_shows(database: Database) -> None:
    """Another process may have published it: nothing of this one tells."""
    *_, bob_id = full(database, mentors=1, days=3)
    query = SlotQuery(tzid="Europe/Paris", viewer_id=bob_id)
    with database.reading() as db:
        before = week_of(db, query, now=NOW).hours
    with database.engine.begin() as elsewhere:
        elsewhere.execute(delete(Opening).where(Opening.starts_at < NOW + DAY))
    with database.reading() as db:
        assert 0 < week_of(db, query, now=NOW).hours < before


@pytest.mark.parametrize("length", [15, 60, 240])
def test_few_busy_times_are_looked_for_among_many_starts(length: int) -> None:
    lasts, first = timedelta(minutes=length), NOW.replace(minute=0)
    at = [first + number * 15 * timedelta(minutes=1) for number in range(96)]
    busy = BusyTimes([Interval(at[0] - DAY, at[1]), Interval(at[40], at[41]), Interval(at[42], at[60])])
    for starts in (at, at[38:39], at[50:], []):
        free = [each for each in starts if not busy.clash(Interval(each, each + lasts))]
        assert busy.free_among(starts, lasts) == free
        assert BusyTimes().free_among(starts, lasts) == starts


def test_what_is_over_is_found_by_an_index_and_deleted_in_batches(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    mentor_id = full(database, mentors=20, days=90)[0]
    monkeypatch.setattr(past, "AT_ONCE", 500)

    def left(at: datetime) -> int:
        with database.reading() as db:
            return db.scalar(select(func.count()).select_from(Opening).where(Opening.closes_at < at)) or 0

    at = NOW + timedelta(days=2)
    before = left(at)
    plans = plans_of(database, lambda: _purge(database, at))
    assert 500 <= before - left(at) < 500 + 2 * 20
    for plan in plans:
        assert "SCAN opening" not in plan or "INDEX ix_opening_closes" in plan
        assert "Seq Scan on opening" not in plan
    while left(at):
        _purge(database, at)
    with database.reading() as db:
        first = db.scalar(select(func.min(Opening.starts_at)).where(Opening.mentor_id == mentor_id))
        assert first is not None and first >= at


def _purge(database: Database, at: datetime) -> None:
    with database.writing() as db:
        past.purge_past(db, now=at)


def test_a_search_reads_the_index_in_its_order_without_a_scan_or_a_sort(database: Database) -> None:
    mentor_id, *_, bob_id = full(database, mentors=20, days=90)
    searches = (*QUERIES.values(), SlotQuery(tzid="Europe/Paris", mentor_id=mentor_id, limit=PAGE))
    with database.writing() as db:
        keep_each(db, bob_id, [Interval(NOW + number * DAY, NOW + number * DAY + HOUR) for number in range(1, 80)])
    searches += tuple(replace(each, viewer_id=bob_id) for each in searches)

    def look() -> None:
        with database.reading() as db:
            for query in searches:
                find_slots(db, query, now=NOW)
            suggestions(db, db.get_one(Member, bob_id), theme=people.law(db), now=NOW)

    plans = [plan for plan in plans_of(database, look) if "opening" in plan]
    assert plans
    for plan in plans:
        assert "SCAN opening" not in plan
        assert "Seq Scan on opening" not in plan
        assert "TEMP B-TREE" not in plan
        assert sorted_in_vain(plan) == []


def sorted_in_vain(plan: str) -> list[str]:
    """Returns what sorts rows that it does not return. Rows of one instant may be put in order, and those of an evening
    that are all wanted."""
    lines = [line.strip() for line in plan.splitlines()]
    sorts = [number for number, line in enumerate(lines) if re.match(r"(-> +)?Sort +\(", line)]
    return [lines[number] for number in sorts if _rows(lines[number]) > _rows(lines[number - 1])]


def _rows(line: str) -> int:
    """Returns how many rows a line of a plan of PostgreSQL expects, if it limits them."""
    told = re.search(r"Limit .*rows=(\d+)|Sort .*rows=(\d+)", line)
    return int(told[1] or told[2]) if told else 0
