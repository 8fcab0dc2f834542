"""What a request and a periodic task cost, as laws: how many statements at most, and none more for more rows."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.core.database.engine import Database
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Policy
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.periodic_tasks import Turn, do_if_due
from flashmeet.periodic_tasks import TASKS, ZONES
from flashmeet.requests.service.activation import encourage
from tests import people
from tests.api.callers import Caller, told
from tests.api.conftest import Join, join, token_of
from tests.browsers import Browser
from tests.calls import calls_of
from tests.databases import empty, of_the_page, repeats_of, rows_read_from, statements_of, transactions_of
from tests.people import NOW

__all__ = ["join", "token_of"]
AT, BEFORE = "2026-12-09T17:00:00Z", "2026-12-10T08:00:00Z"


USED_UP = Policy(per_week=None, per_month=2, notice_minutes=0)
"""Its second hour closes every other of the month, so that all openings are written again."""


@pytest.mark.parametrize(
    ("policy", "most"), [(people.FREE, 20), (Policy(per_week=2, notice_minutes=0), 22), (USED_UP, 22)]
)
def test_booking_an_hour_reads_each_fact_once(join: Join, database: Database, policy: Policy, most: int) -> None:
    """But the schedule, which is read again once the mentor is locked. `Policy()` has limits to count."""
    alice, bob, charlie = join("Alice", mentor=True, policy=policy), join("Bob"), join("Charlie")
    _books(charlie, alice, BEFORE)
    bob.get("/bookings")  # notes that his token is in use, once an hour
    statements, again = statements_of(database), repeats_of(database)
    _books(bob, alice, AT)
    asked = [each for each in statements if not each.startswith(("BEGIN", "PRAGMA"))]
    assert len(asked) <= most
    assert {_table(each) for each in again} == {"mentor_policy"}


def test_a_booking_calls_few_functions(join: Join) -> None:
    """Those of C included: a flush of the ORM, or a statement built anew, shows here on any machine."""
    alice, bob = join("Alice", mentor=True, policy=Policy(per_week=2, notice_minutes=0)), join("Bob")
    _books(bob, alice, BEFORE)  # the process is warm then
    assert calls_of(partial(_books, bob, alice, AT)) <= BOOKING_CALLS


def test_an_hour_that_somebody_has_is_refused_before_anything_is_written_or_locked(
    join: Join, database: Database
) -> None:
    alice, bob, charlie = join("Alice", mentor=True, policy=people.FREE), join("Bob"), join("Charlie")
    _books(charlie, alice, AT)
    bob.get("/bookings")  # notes that his token is in use, once an hour
    statements = statements_of(database)
    told(bob.book(alice.id, AT), 409)
    asked = [each for each in statements if not each.startswith(("BEGIN", "PRAGMA"))]
    assert {each.split()[0] for each in asked} <= {"SELECT", "WITH"}
    assert [each for each in asked if "FOR UPDATE" in each] == []
    assert len(asked) <= 12


def test_one_who_is_late_for_an_hour_is_told_within_one_transaction_that_only_reads(
    join: Join, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a crowd at one hour queues for nothing: SQLite has one writer, and PostgreSQL answers each BEGIN."""
    alice, bob, charlie = join("Alice", mentor=True, policy=people.FREE), join("Bob"), join("Charlie")
    _books(charlie, alice, AT)
    bob.get("/bookings")  # notes that his token is in use, once an hour
    begun = transactions_of(database)
    told(bob.book(alice.id, AT), 409)
    assert begun == ["reads"]


def test_a_token_reads_of_its_bearer_what_admission_needs_not_their_whole_profile(
    join: Join, database: Database
) -> None:
    bob = join("Bob")
    for path in ("/themes", "/slots"):
        told(bob.get(path), 200)  # notes that the token is in use, and warms the process
    statements = statements_of(database)
    told(bob.get("/themes"), 200)
    [asked] = of_the_page(statements)
    assert "api_token" in asked
    assert [name for name in ("headline", "phone", "search_profile", "seeking") if f"member.{name}" in asked] == []
    statements.clear()
    told(bob.get("/slots"), 200)
    assert len(of_the_page(statements)) <= 4


@pytest.mark.parametrize("days", [1, 200, 399, 100_000])
def test_a_search_of_a_year_over_all_themes_with_a_forged_cursor_is_answered_within_bounds(
    join: Join, database: Database, days: int
) -> None:
    for number in range(3):
        join(f"Alice{number}", mentor=True, policy=DAILY)
    bob = join("Bob")
    position = [int((NOW + timedelta(days=days)).timestamp()), 2**62, 2**62]
    cursor = base64.urlsafe_b64encode(json.dumps(position).encode()).decode().rstrip("=")
    end = (NOW + timedelta(days=400)).isoformat()
    statements, rows = statements_of(database), rows_read_from(database)
    for more in ({}, {"after": "03:01", "before": "03:02"}):
        statements.clear()
        rows.clear()
        page = told(bob.get("/slots", limit=100, to=end, distinct="mentor", cursor=cursor, **more), 200)
        assert len(page["slots"]) <= 100
        assert len(of_the_page(statements)) <= 220
        assert sum(rows) <= 3_000


BOOKING_CALLS = 14_200
"""Of a booking through the API, with the test client's own."""


def _table(statement: str) -> str:
    return statement.partition("FROM ")[2].split()[0]


def _books(who: Caller, mentor: Caller, at: str) -> None:
    told(who.book(mentor.id, at), 201)


SMALL, LARGER = 3, 30
DAILY = replace(people.FREE, start_every=60, horizon_days=8)


@dataclass(frozen=True, slots=True)
class Network:
    """Bob has an hour to come with each of the mentors, of whom the first is `mentor_id`."""

    bob: int
    mentor_id: int
    odile: int
    booking_id: int


def grow(database: Database, links: Links, mentors: int) -> Network:
    with database.writing() as db:
        people.law(db)
        bob, odile = people.member(db, "Bob"), people.member(db, "Odile", administrator=True)
        offering = [people.mentor(db, f"Mentor{number}", policy=DAILY) for number in range(mentors)]
        booked = [
            book_slot(db, bob, asked(mentor.id, number), links=links, now=NOW) for number, mentor in enumerate(offering)
        ]
        return Network(bob.id, offering[0].id, odile.id, booked[0].id)


AHEAD = timedelta(days=6)
"""Of the first hours of a network; all are over so long after `NOW`."""


def asked(mentor_id: int, number: int) -> BookingRequest:
    days, hour = divmod(number, 9)
    at = datetime(2026, 12, 3 + days, 8 + hour, tzinfo=UTC)
    return BookingRequest(mentor_id=mentor_id, starts_at=at, theme="Droit", need="Relire mes statuts")


VISITOR, BOB, ALICE, ODILE = "visitor", "bob", "mentor_id", "odile"
PAGES = (
    (VISITOR, "/", 1),
    (VISITOR, "/search?theme=droit", 3),
    (BOB, "/", 6),
    (BOB, "/search?theme=droit", 15),
    (BOB, "/me", 12),
    (BOB, "/mentors/{mentor_id}", 15),
    (BOB, "/bookings/{booking_id}", 19),
    (BOB, "/me/profile", 4),
    (ALICE, "/me", 16),
    (ALICE, "/me/availability", 9),
    (ODILE, "/admin", 31),
    (ODILE, "/setup", 6),
    (ODILE, "/admin/members", 7),
    (ODILE, "/admin/members/{mentor_id}", 15),
    (ODILE, "/admin/registrants", 15),
    (ODILE, "/admin/registrants.csv", 13),
    (BOB, "/api/v1/slots?theme=droit", 4),
    (BOB, "/api/v1/mentors", 4),
    (BOB, "/api/v1/bookings", 3),
    (BOB, "/api/v1/me", 1),
)
"""Who looks, at which page, and how many statements that takes at most once the process is warm."""


CALLS = (
    (BOB, "/search?theme=droit", 51_000),
    (BOB, "/me", 34_000),
    (BOB, "/api/v1/slots?theme=droit", 6_200),
    (BOB, "/api/v1/themes", 3_200),
)
"""Who looks, at which page, and how many functions that calls at most once the process is warm, those of C included."""


@pytest.fixture
def networks(database: Database, links: Links) -> Callable[[int], Network]:
    def _grow(mentors: int) -> Network:
        empty(database)
        return grow(database, links, mentors)

    return _grow


def test_a_page_takes_no_more_statements_for_ten_times_as_many_people(
    app: Flask, database: Database, networks: Callable[[int], Network], signed_in: Callable[[Member | int], Browser]
) -> None:
    small, larger = (measured(app, database, networks(size), signed_in) for size in (SMALL, LARGER))
    most = {f"{who} {path}": statements for who, path, statements in PAGES}
    assert {page: count for page, count in larger.items() if count > most[page]} == {}
    assert {page: count for page, count in larger.items() if count > small[page]} == {}


def test_a_page_calls_few_functions(
    database: Database, networks: Callable[[int], Network], signed_in: Callable[[Member | int], Browser]
) -> None:
    """Of thirty mentors, so that a list is full; what a page computes again for each row shows here, on any machine."""
    network = networks(LARGER)
    browsers = {BOB: signed_in(network.bob)}
    counts = {}
    for who, path, most in CALLS:
        for _ in range(2):  # the second time the process is warm
            assert browsers[who].get(path).status_code == 200
        counts[path] = (calls_of(partial(browsers[who].get, path)), most)
    assert {path: (calls, most) for path, (calls, most) in counts.items() if calls > most} == {}


def measured(
    app: Flask, database: Database, network: Network, signed_in: Callable[[Member | int], Browser]
) -> dict[str, int]:
    visitor = cast(Browser, app.test_client())
    browsers = {VISITOR: visitor, **{who: signed_in(getattr(network, who)) for who in (BOB, ALICE, ODILE)}}
    statements = statements_of(database)
    counts = {}
    for who, path, _ in PAGES:
        address = path.format(mentor_id=network.mentor_id, booking_id=network.booking_id)
        for _ in range(2):  # the second time the process is warm
            statements.clear()
            answer = browsers[who].get(address)
            assert (address, answer.status_code) == (address, 200)
            assert answer.data
        counts[f"{who} {path}"] = len(of_the_page(statements))
    return counts


KNOWN = {"mentor_id", "booking_id", "person_id", "member_id", "theme"}
"""Parameters of addresses for which a network has a value."""
EXCEPT = {"/me/calendars/<any(google, microsoft):provider>", "/dev/outbox"}


def every_page(app: Flask) -> list[tuple[str, str]]:
    """Who looks at which page or list: each address that is read and can be filled in, from the map of addresses."""
    whose = {"administrator": ODILE, "mentor": ALICE, "member": BOB, "anyone": VISITOR}
    pages = []
    for rule in app.url_map.iter_rules():
        allowed = getattr(app.view_functions[rule.endpoint], "access", None)
        if allowed and rule.methods and "GET" in rule.methods and rule.arguments <= KNOWN and rule.rule not in EXCEPT:
            address = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule)
            pages += [(who, address) for role, who in whose.items() if role in allowed]
    return pages


def test_no_page_and_no_list_takes_more_statements_for_ten_times_as_many_people(
    app: Flask, database: Database, networks: Callable[[int], Network], signed_in: Callable[[Member | int], Browser]
) -> None:
    pages = every_page(app)
    assert len(pages) > 70
    small, larger = (counts_of(app, database, networks(size), signed_in, pages) for size in (SMALL, LARGER))
    assert {page: (small[page], count) for page, count in larger.items() if count > small[page]} == {}


def counts_of(
    app: Flask,
    database: Database,
    network: Network,
    signed_in: Callable[[Member | int], Browser],
    pages: list[tuple[str, str]],
) -> dict[str, int]:
    visitor = cast(Browser, app.test_client())
    browsers = {VISITOR: visitor, **{who: signed_in(getattr(network, who)) for who in (BOB, ALICE, ODILE)}}
    mentor_id = network.mentor_id
    values = {"mentor_id": mentor_id, "person_id": mentor_id, "member_id": mentor_id, "theme": "droit"}
    statements, counts = statements_of(database), {}
    for who, address in pages:
        for _ in range(2):  # the second time the process is warm
            statements.clear()
            browsers[who].get(address.format(**values, booking_id=network.booking_id))
        counts[f"{who} {address}"] = len(of_the_page(statements))
    return counts


def test_a_periodic_task_sends_and_reads_no_more_for_more_rows_of_which_none_is_due(
    database: Database, networks: Callable[[int], Network]
) -> None:
    assert tasks(database, networks(LARGER)) == tasks(database, networks(SMALL))


@pytest.mark.parametrize("ago", [timedelta(days=1), timedelta(days=7), timedelta(days=33), timedelta(days=95)], ids=str)
def test_a_periodic_task_reads_nothing_again_of_hours_about_which_all_is_done(
    database: Database, networks: Callable[[int], Network], ago: timedelta
) -> None:
    counts = []
    for size in (SMALL, LARGER):
        network = networks(size)
        with database.writing() as db:
            for booking in db.scalars(select(Booking)):
                booking.starts_at, booking.ends_at = booking.starts_at - AHEAD - ago, booking.ends_at - AHEAD - ago
        counts.append(tasks(database, network))
    assert counts[1] == counts[0]


def tasks(database: Database, _network: Network) -> dict[str, tuple[int, int]]:
    """Runs each task when it has already done what was due; returns its statements and the rows that it was given."""
    statements, rows, counts = statements_of(database), rows_read_from(database), {}
    with database.new_writer() as db:
        for again in (False, True):
            for task in TASKS:
                if again:
                    statements.clear()
                    rows.clear()
                task.act(db, NOW)
                db.flush()
                counts[task.name] = (len(statements), sum(rows))
        db.rollback()
    return counts


def test_new_zone_data_is_looked_for_once_an_hour_by_whichever_worker_comes(
    database: Database, networks: Callable[[int], Network]
) -> None:
    """The look reads the versions of all coming hours; between, a turn reads its own row."""
    networks(SMALL)
    task = next(each for each in TASKS if each.name == ZONES)
    statements, counts = statements_of(database), []
    for minutes in (0, 10, 20, 59, 60):
        statements.clear()
        with database.writing() as db:
            assert do_if_due(db, task, now=NOW.replace(minute=0) + timedelta(minutes=minutes)) == Turn.DONE
        counts.append(len([each for each in statements if "zone_data" in each]))
    assert counts[0] == counts[4] > 0
    assert counts[1:4] == [0, 0, 0]


def test_encouragement_looks_up_nobody_who_came_long_ago(
    database: Database, networks: Callable[[int], Network]
) -> None:
    networks(SMALL)
    with database.writing() as db:
        for number in range(20):
            people.member(db, f"Shy{number}", confirmed_at=NOW - timedelta(days=60))
    statements = statements_of(database)
    with database.reading() as db:
        assert encourage(db, now=NOW) == 0
    assert len([each for each in statements if each.startswith(("SELECT", "WITH"))]) == 1
