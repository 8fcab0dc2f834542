"""A people's file in the browser: the columns are shown, a worker checks it, and takes its good rows."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart
from xlsxwriter.workbook import Workbook

from flashmeet.cli.rounds.member_imports import MemberImports
from flashmeet.core.database.session import Database
from flashmeet.core.spreadsheets.reader import open_table
from flashmeet.core.spreadsheets.writer import xlsx_bytes
from flashmeet.identity.models import Member
from flashmeet.people.models import ImportHeading, MemberImport
from flashmeet.people.rules.member_columns import HEADER
from flashmeet.people.rules.member_imports import KEPT_FOR
from flashmeet.privacy.service.retention import keep_periods
from flashmeet.themes.models import Theme
from tests import people
from tests.browsers import Browser
from tests.people.messy_files import HEADS, book

SignedIn = Callable[[Member | int], Browser]
GOOD = "zoe@example.org,Zoé,Petit,mentee;mentor,yes,Europe/Paris,fr,+33612345678,2015,Œuvres;Droit,fr;en,Arcade,Droit,"
BAD = "nobody,Zed,Z,king,yes,,,,,,,,,"


@pytest.fixture
def office(database: Database, signed_in: SignedIn) -> Browser:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, mentee=False, locale="en")
    return signed_in(odile)


def send_file(office: Browser, data: bytes, name: str = "members.csv") -> TestResponse:
    form: dict[str, Any] = {"file": FileStorage(io.BytesIO(data), name), "csrf_token": office.token()}
    boundary, body = encode_multipart(form)
    return office.post("/admin/members/import", data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def sent(office: Browser, *lines: str) -> str:
    """The address of the import of a file of these lines."""
    answer = send_file(office, "\n".join(lines).encode())
    assert answer.status_code == 303
    assert answer.location is not None
    return answer.location


def page(office: Browser, where: str) -> str:
    return office.get(where).get_data(as_text=True)


def checked(office: Browser, database: Database, where: str, **form: Any) -> str:
    """The page of an import after a worker has checked it, with the columns as they were found."""
    chosen = meanings(page(office, where))
    assert office.send(f"{where}/columns", {"meaning": chosen, "approved": "yes", **form}).status_code == 303
    work(database)
    return page(office, where)


def meanings(shown: str) -> list[str]:
    """What each column is taken for on the page."""
    selects = re.findall(r'<select class="form-select" name="meaning".*?</select>', shown, re.DOTALL)
    chosen = (re.search(r'<option value="([^"]*)" selected>', each) for each in selects)
    return [found[1] if found else "" for found in chosen]


def work(database: Database) -> None:
    assert MemberImports(database).once() == 0


def members(database: Database) -> list[str]:
    with database.reading() as db:
        return sorted(db.scalars(select(Member.email)))


def figures(shown: str) -> list[int]:
    return [int(each) for each in re.findall(r"<strong>(\d+)</strong> <span>", shown)]


def test_a_file_is_looked_at_checked_and_its_good_rows_are_taken_once(office: Browser, database: Database) -> None:
    with database.writing() as db:
        people.law(db)
    where = sent(office, HEADER, GOOD, BAD)
    assert "Petit" in page(office, where)
    shown = checked(office, database, where)
    assert figures(shown) == [1, 0, 0, 1]
    assert "Œuvres" in shown and "“nobody” is not an email address" in shown
    assert members(database) == ["odile@example.org"]
    assert office.send(f"{where}/take").status_code == 303
    assert "data-progress" in page(office, where)
    work(database)
    assert figures(page(office, where)) == [1, 0, 0, 1]
    office.send(f"{where}/take")
    assert MemberImports(database).once() > 0
    with database.reading() as db:
        zoe = db.scalars(select(Member).where(Member.email == "zoe@example.org")).one()
        assert (zoe.roles, zoe.phone, len(zoe.offers)) == (["mentee", "mentor"], "+33612345678", 2)
        assert len(db.scalars(select(Theme)).all()) == 2


def test_the_wrong_rows_come_back_with_the_reason_beside_each_and_can_be_sent_again(
    office: Browser, database: Database
) -> None:
    where = sent(office, HEADER, GOOD, BAD)
    checked(office, database, where)
    answer = office.get(f"{where}/left-out.xlsx")
    (_, headings), (_, row) = open_table(answer.data).rows
    assert headings[-1] == "What to correct"
    assert "roles: “king” is not a role." in row[-1]
    right = ["zed@example.org", *row[1:3], "mentee", *row[4:]]
    again = send_file(office, xlsx_bytes([headings, right], name="again"), "again.xlsx").location
    assert again is not None
    assert figures(checked(office, database, again)) == [1, 0, 0, 0]


def test_a_column_taken_for_something_by_hand_is_taken_so_in_the_next_file(office: Browser, database: Database) -> None:
    lines = ("Contact du pôle;Surnom;Prénom", "bob@example.org;B;Bob")
    where = sent(office, *lines)
    assert meanings(page(office, where)) == ["email", "", "first_name"]
    refused = office.send(f"{where}/columns", {"meaning": ["email", "headline", "first_name"]})
    assert (refused.status_code, "No column says who is a mentor" in refused.get_data(as_text=True)) == (422, True)
    office.send(f"{where}/columns", {"meaning": ["email", "headline", "first_name"], "roles": "mentee"})
    work(database)
    assert figures(page(office, where)) == [1, 0, 0, 0]
    with database.reading() as db:
        assert [(each.heading, each.meaning) for each in db.scalars(select(ImportHeading))] == [("surnom", "headline")]
    assert meanings(page(office, sent(office, *lines))) == ["email", "headline", "first_name"]
    office.send(f"{where}/take")
    work(database)
    assert members(database) == ["bob@example.org", "odile@example.org"]


def test_what_a_column_cannot_be_taken_for_leaves_it_out(office: Browser, database: Database) -> None:
    where = sent(office, HEADER, GOOD)
    chosen = ["email", "password", *meanings(page(office, where))[2:]]
    office.send(f"{where}/columns", {"meaning": chosen})
    work(database)
    assert figures(page(office, where)) == [0, 0, 0, 1]


def test_an_import_is_seen_by_who_sent_the_file(office: Browser, database: Database, signed_in: SignedIn) -> None:
    where = sent(office, HEADER, GOOD)
    with database.writing() as db:
        otto = people.member(db, "Otto", administrator=True)
    other = signed_in(otto)
    assert [other.get(where).status_code, other.get(f"{where}/left-out.xlsx").status_code] == [404, 404]
    assert [other.send(f"{where}/{act}").status_code for act in ("columns", "take")] == [404, 404]


def test_no_table_is_refused_with_what_to_do(office: Browser) -> None:
    for data, words in (
        (b"", "Choose a file for “File”"),
        (b"\xff\xfe\x00", "There is nothing in this file"),
        (b"%PDF-1.7 ...", "Copy its table into an empty sheet"),
    ):
        answer = send_file(office, data)
        assert (answer.status_code, words in answer.get_data(as_text=True)) == (422, True), words


def test_an_import_lets_in_whoever_had_begun_to_join(office: Browser, database: Database) -> None:
    with database.writing() as db:
        ghost = people.member(db, "Zoe", suspended=True, joining="proof", mentee=False)
        ghost.first_name = ""
    where = sent(office, HEADER, GOOD)
    assert figures(checked(office, database, where)) == [1, 0, 0, 0]
    office.send(f"{where}/take")
    work(database)
    with database.reading() as db:
        zoe = db.scalars(select(Member).where(Member.email == "zoe@example.org")).one()
        assert (zoe.first_name, zoe.joining, zoe.suspended, zoe.bookable) == ("Zoé", None, False, True)


def test_addresses_are_passed_on_and_the_row_whose_address_is_anothers_is_left_out(
    office: Browser, database: Database
) -> None:
    keyed, row = f"{HEADER},external_id", ",{name},X,mentee,yes,,,,,,,,,,{key}"

    def line(email: str, name: str, key: str) -> str:
        return email + row.format(name=name, key=key)

    def take(*lines: str, **form: str) -> str:
        where = sent(office, keyed, *lines)
        checked(office, database, where)
        office.send(f"{where}/take", form)
        work(database)
        return page(office, where)

    take(line("a@example.org", "Anna", "1"), line("b@example.org", "Bea", "2"), line("c@example.org", "Cleo", ""))
    take(line("b@example.org", "Anna", "1"), line("d@example.org", "Bea", "2"), update="yes")
    done = take(line("c@example.org", "Anna", "1"), line("new@example.org", "Nina", "3"), update="yes")
    assert "“c@example.org” is another member’s address" in done
    with database.reading() as db:
        kept = dict(db.execute(select(Member.external_id, Member.email).where(Member.external_id.isnot(None))).all())
    assert kept == {"1": "b@example.org", "2": "d@example.org", "3": "new@example.org"}


def test_what_would_change_is_counted_as_it_then_changes(office: Browser, database: Database) -> None:
    lines = [GOOD, GOOD.replace("zoe@", "al@").replace("Zoé", "Al"), GOOD.replace("zoe@", "bo@").replace("Zoé", "Bo")]
    first = sent(office, HEADER, *lines[:2])
    checked(office, database, first)
    office.send(f"{first}/take")
    work(database)
    again = sent(office, HEADER, lines[0].replace("Arcade", "Tribunal"), *lines[1:])
    assert figures(checked(office, database, again)) == [1, 1, 1, 0]
    office.send(f"{again}/take", {"update": "yes"})
    work(database)
    assert figures(page(office, again)) == [1, 1, 1, 0]


def test_a_worker_goes_on_where_another_one_died(office: Browser, database: Database, monkeypatch: Any) -> None:
    monkeypatch.setattr("flashmeet.cli.rounds.member_imports.TAKEN_AT_ONCE", 2)
    where = sent(office, HEADER, *(f"p{number}@example.org,P,,mentee,yes,,,,,,,,," for number in range(7)))
    checked(office, database, where)
    office.send(f"{where}/take")

    class Dies(Exception):
        """As a process that is killed: nothing is written after it."""

    worker, parts = MemberImports(database), 0

    def write(*args: Any, **more: Any) -> None:
        nonlocal parts
        parts += 1
        if parts == 3:
            raise KeyboardInterrupt
        original(worker, *args, **more)

    original = MemberImports._write
    monkeypatch.setattr(MemberImports, "_write", lambda _self, *args, **more: write(*args, **more))
    with pytest.raises(KeyboardInterrupt):
        worker.once()
    monkeypatch.setattr(MemberImports, "_write", original)
    assert MemberImports(database).once() > 0
    with database.writing() as db:
        run = db.scalars(select(MemberImport)).one()
        assert run.done == 4
        run.leased_until = None
    work(database)
    assert figures(page(office, where)) == [7, 0, 0, 0]
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Member)) == 8


def test_a_file_is_kept_for_two_days(office: Browser, database: Database) -> None:
    where = sent(office, HEADER, GOOD)
    with database.writing() as db:
        run = db.scalars(select(MemberImport)).one()
        keep_periods(db, now=run.created_at + KEPT_FOR / 2)
        assert db.scalar(select(func.count()).select_from(MemberImport)) == 1
        keep_periods(db, now=run.created_at + KEPT_FOR * 2)
    assert office.get(where).status_code == 404


@pytest.mark.parametrize("locale", ["fr", "en"])
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_empty_list_to_fill_in_is_read_as_it_is(
    office: Browser, database: Database, locale: str, ending: str
) -> None:
    data = office.get(f"/admin/members/import/template-{locale}.{ending}").data
    where = send_file(office, data).location
    assert where is not None
    assert "" not in meanings(page(office, where))
    assert figures(checked(office, database, where)) == [1, 0, 0, 0]


def test_the_sheets_that_are_not_read_are_named_before_anything_is_taken(office: Browser) -> None:
    def two_lists(made: Workbook) -> None:
        for name, address in (("Mentors", "zoe@example.org"), ("Mentorés", "leo@example.org")):
            sheet = made.add_worksheet(name)
            sheet.write_row(0, 0, HEADS)
            sheet.write_row(1, 0, ["Zoé", "Petit", address, "mentor"])

    answer = send_file(office, book(two_lists))
    assert answer.location is not None
    shown = page(office, answer.location)
    assert "sheet “Mentors”" in shown
    assert "There are addresses in others, too: Mentorés." in shown
