"""What an administrator sees first, and the list of members that acts."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.programme.service.overview import Overview, overview
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.service.leave import take_leave
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from tests import people
from tests.browsers import Browser
from tests.databases import statements_of
from tests.portal.test_me import book
from tests.scene import HOURLY, stage

SignedIn = Callable[[Member | int], Browser]


@pytest.fixture
def odile(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Odile", administrator=True, mentee=False, locale="en")


def seen(database: Database) -> Overview:
    with database.reading() as db:
        return overview(db, tzid="Europe/Paris", now=people.NOW)


def open_hours(database: Database, mentor: Member) -> int:
    with database.reading() as db:
        return len(find_slots(db, SlotQuery(tzid="UTC", mentor_id=mentor.id), now=people.NOW).slots)


def test_mentors_without_open_hours_come_with_the_reason(database: Database, odile: Member) -> None:
    with database.writing() as db:
        people.mentor(db, "Alice", policy=HOURLY)
        people.mentor(db, "Zoe", rules=())
        away = people.mentor(db, "Yann", policy=HOURLY)
        take_leave(db, away, LeavePeriod(date(2026, 11, 30), date(2027, 1, 30)), now=people.NOW)
        people.member(db, "Silent", mentor=True)
        people.member(db, "Waiting", mentor=True, approved=False)
        people.member(db, "Gone", mentor=True, suspended=True)
    found = seen(database)
    assert [(each.member.first_name, each.silent, each.away_until) for each in found.idle] == [
        ("Silent", True, None),
        ("Yann", False, date(2027, 1, 30)),
        ("Zoe", False, None),
    ]
    people_now = found.people
    assert (people_now.members, people_now.mentors, people_now.mentees) == (6, 4, 5)
    assert people_now.waiting == 1


def test_the_first_page_says_what_needs_a_person(
    database: Database, odile: Member, signed_in: SignedIn, links: Links
) -> None:
    scene = stage(database)
    book(database, scene, links)
    with database.writing() as db:
        first, second = db.query(OutboxMessage).order_by(OutboxMessage.id).limit(2)
        first.state, first.reason = OutboxState.REFUSED, "550 no such mailbox"
        second.due_at = people.NOW - timedelta(minutes=10)
        people.member(db, "Waiting", mentor=True, approved=False)
    page = signed_in(odile).get("/admin").get_data(as_text=True)
    assert "550 no such mailbox" in page
    assert "due for 10 minutes" in page
    assert "1 mentor is waiting for your approval" in page


def test_the_count_of_approved_mentors_leads_to_as_many(database: Database, odile: Member, signed_in: SignedIn) -> None:
    with database.writing() as db:
        people.member(db, "Alice", mentor=True)
        people.member(db, "Waiting", mentor=True, approved=False)
    browser = signed_in(odile)
    link = re.search(r'<strong>(\d+)</strong> <a href="([^"]+)">approved mentor<', browser.get("/admin").text)
    assert link is not None
    listed = browser.get(link[2]).text
    assert (link[1], "Alice Exemple" in listed, "Waiting Exemple" in listed) == ("1", True, False)


def test_the_first_page_costs_the_same_for_many_as_for_few(database: Database, odile: Member) -> None:
    statements = statements_of(database)
    with database.writing() as db:
        people.mentor(db, "Alice", policy=HOURLY)
    statements.clear()
    seen(database)
    few = len(statements)
    with database.writing() as db:
        for number in range(5):
            people.mentor(db, f"Mentor{number}", rules=())
    statements.clear()
    seen(database)
    assert len(statements) == few


def test_approving_opens_hours_and_suspending_hides_them(
    database: Database, odile: Member, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        alice = people.mentor(db, "Alice", approved=False, policy=HOURLY)
    browser = signed_in(odile)
    counts = [open_hours(database, alice)]
    for verb in ("approve", "suspend", "reinstate"):
        answer = browser.send(f"/admin/members/{alice.id}/{verb}", {"q": "ali", "only": "mentor", "page": "1"})
        assert answer.location == "/admin/members?q=ali&only=mentor"
        counts.append(open_hours(database, alice))
    assert counts == [0, 20, 0, 20]


def test_a_suspended_member_is_out_at_once(database: Database, odile: Member, signed_in: SignedIn) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob")
    browser = signed_in(bob)
    signed_in(odile).send(f"/admin/members/{bob.id}/suspend")
    assert browser.get("/me").status_code == 303


def test_nobody_suspends_themselves(database: Database, odile: Member, signed_in: SignedIn) -> None:
    assert signed_in(odile).send(f"/admin/members/{odile.id}/suspend").status_code == 422
    assert signed_in(odile).get("/admin").status_code == 200
    assert f"/admin/members/{odile.id}/suspend" not in signed_in(odile).get("/admin/members").get_data(as_text=True)


def test_members_are_found_by_name_and_by_what_they_are(database: Database, odile: Member, signed_in: SignedIn) -> None:
    with database.writing() as db:
        people.mentor(db, "Alice")
        people.member(db, "Bob")
        people.member(db, "Gone", suspended=True)
    browser = signed_in(odile)

    def found(query: str) -> list[str]:
        page = browser.get(f"/admin/members?{query}").get_data(as_text=True)
        return [name for name in ("alice", "bob", "gone", "odile") if f"{name}@example.org" in page]

    assert found("") == ["alice", "bob", "gone", "odile"]
    assert found("q=ALI+exemple") == ["alice"]
    assert found("only=mentor") == ["alice"]
    assert found("only=suspended") == ["gone"]
    assert found("q=%25") == []
    assert found("page=2") == []
    assert found("only=nonsense&page=-1") == ["alice", "bob", "gone", "odile"]


def test_nobody_but_an_administrator_enters(database: Database, signed_in: SignedIn, odile: Member) -> None:
    with database.writing() as db:
        alice = people.mentor(db, "Alice")
    browser = signed_in(alice)
    assert [browser.get(path).status_code for path in ("/admin", "/admin/members")] == [404, 404]
    for verb in ("approve", "suspend", "reinstate"):
        assert browser.send(f"/admin/members/{odile.id}/{verb}").status_code == 404


def test_the_first_page_walks_through_members_and_openings_once(
    database: Database, odile: Member, signed_in: SignedIn
) -> None:
    """What is counted of all of them, for whatever part of the page, is counted together."""
    with database.writing() as db:
        people.mentor(db, "Alice", policy=HOURLY)
        people.mentor(db, "Zoe", rules=())
    browser = signed_in(odile)
    browser.get("/admin")
    statements = statements_of(database)
    browser.get("/admin")
    assert len([each for each in statements if "SELECT DISTINCT opening.mentor_id" in each]) == 1
    assert len([each for each in statements if re.search(r"count\(.*\s+FROM member\s*$", each)]) == 1
