"""The page of registrants, its two files, and the views that are kept of it (F4)."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.programme.rules.registrants import View
from flashmeet.programme.service.registrants import COLUMNS, Registrant, registrants
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.service.leave import take_leave
from tests import people
from tests.calls import calls_of
from tests.databases import statements_of
from tests.people import NOW
from tests.programme.reporting.conftest import SignedIn, asked, held, says

_FIGURE = re.compile(r'<data value="([^"]*)" data-column="([a-z_]+)">')
_ROW = re.compile(r'name="who" value="(\d+)"(.*?)</tr>', re.DOTALL)


def rows(database: Database, **fields: str) -> list[Registrant]:
    with database.reading() as db:
        return list(registrants(db, View.parse(fields), tzid="Europe/Paris", now=NOW).rows)


def names(database: Database, **fields: str) -> list[str]:
    return [row.member.first_name for row in rows(database, **fields)]


def on_the_page(page: str) -> list[dict[str, str]]:
    """The figures of each row, as they stand in it."""
    return [{column: value for value, column in _FIGURE.findall(row)} for _, row in _ROW.findall(page)]


@pytest.fixture
def network(database: Database, odile: Member) -> dict[str, Member]:
    """Alice can be booked and answers; Zoe cannot and lets requests expire; Yann is away; Bob asks."""
    with database.writing() as db:
        alice = people.mentor(db, "Alice", phone="+33612345678")
        zoe, yann = people.mentor(db, "Zoe", rules=()), people.mentor(db, "Anna")
        take_leave(db, yann, LeavePeriod(date(2026, 11, 20), date(2027, 2, 1)), now=NOW)
        bob = people.member(db, "Bob")
        bob.last_name = "=HYPERLINK(1)"
        for state, count in {
            "accepted": 7,
            "declined": 2,
            "countered": 1,
            "expired": 1,
            "withdrawn": 1,
            "asked": 2,
        }.items():
            for _ in range(count):
                asked(db, alice, bob, state)
        asked(db, alice, bob, "expired", at=NOW - timedelta(days=90))
        asked(db, zoe, bob, "expired")
        kept = held(db, alice, bob, NOW - timedelta(days=3))
        missed = held(db, alice, bob, NOW - timedelta(days=4), status="confirmed")
        says(db, kept, "mentee", "yes")
        says(db, missed, "mentor", "no")
        held(
            db,
            alice,
            bob,
            NOW - timedelta(days=8),
            status="cancelled",
            sequence=1,
            cancelled_at=NOW - timedelta(days=8, hours=2),
            cancelled_by_id=bob.id,
        )
        alice.signed_in_at = NOW - timedelta(days=1)
        return {"alice": alice, "zoe": zoe, "anna": yann, "bob": bob}


def test_a_row_says_what_the_acceptance_says(database: Database, network: dict[str, Member]) -> None:
    alice = next(row for row in rows(database) if row.member.first_name == "Alice")
    found = alice.responses
    assert (found.answered, found.of, found.percent, found.median) == (10, 11, 91, timedelta(hours=2))
    assert (alice.promises.kept, alice.stood, alice.promises.late) == (1, 2, 0)
    assert alice.open_hours > 28
    assert not alice.idle


def test_late_cancels_and_absences_are_their_own(database: Database, network: dict[str, Member]) -> None:
    bob = next(row for row in rows(database) if row.member.first_name == "Bob")
    assert (bob.promises.kept, bob.stood, bob.promises.late) == (1, 2, 1)
    assert bob.no_shows == 0, "the room saw nobody: a no alone does not say who was missing"


def test_approved_mentors_whom_nobody_can_book_come_first_and_those_away_after_them(
    database: Database, network: dict[str, Member]
) -> None:
    assert names(database) == ["Zoe", "Anna", "Alice", "Odile", "Bob"]


@pytest.mark.parametrize(
    ("only", "who"),
    [
        ("mentor", ["Zoe", "Anna", "Alice"]),
        ("mentee", ["Zoe", "Anna", "Alice", "Bob"]),
        ("idle", ["Zoe", "Anna"]),
        ("expired", ["Zoe", "Alice"]),
        ("never", ["Zoe", "Anna", "Odile", "Bob"]),
        ("terms", []),
        ("stale", []),
        ("nonsense", ["Zoe", "Anna", "Alice", "Odile", "Bob"]),
    ],
)
def test_each_filter_shows_whom_it_names(  # pytest names arguments
    database: Database, network: dict[str, Member], only: str, who: list[str]
) -> None:
    assert names(database, only=only) == who


def test_the_list_can_be_ordered_by_expiry_sign_in_and_name(database: Database, network: dict[str, Member]) -> None:
    assert names(database, order="expired", only="mentor") == ["Alice", "Zoe", "Anna"]
    assert names(database, order="signed_in")[-1] == "Alice"
    assert names(database, order="name") == ["Alice", "Anna", "Odile", "Zoe", "Bob"]


@pytest.mark.parametrize("query", ["", "?only=mentor", "?q=alice", "?only=idle&order=name", "?theme=LAW"])
def test_files_hold_what_the_page_shows(  # pytest names arguments
    database: Database, network: dict[str, Member], odile: Member, signed_in: SignedIn, query: str
) -> None:
    browser = signed_in(odile)
    with database.reading() as db:
        query = query.replace("LAW", str(people.law(db).id))
    page = on_the_page(browser.get(f"/admin/registrants{query}").get_data(as_text=True))
    table = browser.get(f"/admin/registrants.csv{query}").get_data(as_text=True).removeprefix("\ufeff")
    lines = list(csv.DictReader(io.StringIO(table)))
    plain = json.loads(browser.get(f"/admin/registrants.json{query}").get_data(as_text=True))
    assert page
    assert [list(line) for line in lines] == [list(COLUMNS)] * len(page)
    for shown, line, row in zip(page, lines, plain, strict=True):
        assert {column: line[column] for column in shown} == shown
        assert {column: "" if row[column] is None else str(row[column]) for column in shown} == shown


def test_a_file_is_inert_and_keeps_phones(
    database: Database, network: dict[str, Member], odile: Member, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        db.get_one(Member, network["bob"].id).first_name = "=1+1"
    table = signed_in(odile).get("/admin/registrants.csv").get_data(as_text=True)
    lines = {line["email"]: line for line in csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))}
    assert lines["alice@example.org"]["phone"] == "+33612345678"
    assert lines["bob@example.org"]["name"] == "’=1+1 =HYPERLINK(1)"


def test_a_page_costs_the_same_for_many_as_for_few(database: Database, network: dict[str, Member]) -> None:
    rows(database)  # what the process keeps is read now
    statements = statements_of(database)
    rows(database)
    few = len(statements)
    with database.writing() as db:
        for number in range(20):
            mentor = people.mentor(db, f"Mentor{number}")
            asked(db, mentor, db.get_one(Member, network["bob"].id), "accepted")
    statements.clear()
    rows(database)
    assert len(statements) == few


def test_a_view_is_kept_by_name_for_every_administrator(
    database: Database, network: dict[str, Member], odile: Member, signed_in: SignedIn
) -> None:
    browser, form = signed_in(odile), {"name": " Sans  heure ", "only": "idle", "order": "name"}
    answer = browser.send("/admin/registrants/views", form, page="/admin/registrants")
    assert (answer.status_code, answer.location) == (303, "/admin/registrants?only=idle&order=name")
    browser.send("/admin/registrants/views", {**form, "order": ""}, page="/admin/registrants")
    with database.writing() as db:
        other = people.member(db, "Paul", administrator=True)
    page = signed_in(other).get("/admin/registrants").get_data(as_text=True)
    assert page.count('href="/admin/registrants?only=idle">Sans heure<') == 1
    forget = re.search(r"/admin/registrants/views/\d+/forget", page)
    assert forget is not None
    assert browser.send(forget[0], {}, page="/admin/registrants").status_code == 303
    assert "Sans heure<" not in browser.get("/admin/registrants").get_data(as_text=True)


def test_a_view_without_a_name_is_asked_for_one(odile: Member, signed_in: SignedIn) -> None:
    answer = signed_in(odile).send("/admin/registrants/views", {"name": " "}, page="/admin/registrants")
    assert answer.status_code == 422
    assert "Nom" in answer.get_data(as_text=True).partition('id="view-name-problem"')[2][:200]


def test_signing_in_is_kept_when_the_browser_signs_out(
    database: Database, odile: Member, signed_in: Callable[[Member], object]
) -> None:
    signed_in(odile)
    with database.reading() as db:
        assert db.get_one(Member, odile.id).signed_in_at == NOW


def test_a_row_of_a_file_takes_few_calls(database: Database, odile: Member, signed_in: SignedIn) -> None:
    """A network has hundreds of thousands of rows; functions of C are counted, too."""
    browser = signed_in(odile)

    def calls() -> int:
        return calls_of(lambda: browser.get("/admin/registrants.csv").get_data())

    calls()
    few = calls()
    with database.writing() as db:
        for number in range(100):
            people.member(db, f"Élodie{number}", phone=f"+336{number:08}")
    assert (calls() - few) / 100 < 70
