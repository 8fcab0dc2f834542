"""What the caller's own calendars say is told; it prevents nothing unless they ask for that."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flashmeet.core.database.session import Database
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from tests.api.callers import Caller, refused, told
from tests.api.conftest import Join
from tests.portal.test_own_calendars import class_of

AT = datetime(2026, 12, 9, 9, tzinfo=UTC)
STAMP, FREE = "2026-12-09T09:00:00Z", "2026-12-09T13:00:00Z"
A_CLASS = Interval(AT, AT + timedelta(hours=2))


def busy_bob(database: Database, bob: Caller, *, failing_since: datetime | None = None) -> None:
    with database.reading() as db:
        who = db.get_one(Member, bob.id)
    class_of(database, who, A_CLASS, failing_since=failing_since)


def test_a_class_is_told_and_prevents_nothing(join: Join, bob: Caller, database: Database) -> None:
    alice = join("Alice", mentor=True)
    busy_bob(database, bob)
    made = told(bob.book(alice.id, STAMP, key="k"), 201)
    assert (made["own_calendar"], told(bob.book(alice.id, STAMP, key="k"), 201)["own_calendar"]) == ("busy", "busy")


def test_a_class_refuses_the_hour_where_that_was_asked_and_nothing_is_written(
    join: Join, bob: Caller, database: Database
) -> None:
    alice = join("Alice", mentor=True)
    busy_bob(database, bob)
    assert refused(bob.book(alice.id, STAMP, unless_busy=True)) == (409, "own_calendar_busy")
    assert told(bob.get("/bookings"))["items"] == []
    assert told(bob.book(alice.id, FREE, unless_busy=True), 201)["own_calendar"] == "free"


def test_other_refusals_come_first(join: Join, bob: Caller, database: Database) -> None:
    busy_bob(database, bob)
    alice, charlie = join("Alice", mentor=True), join("Charlie")
    told(charlie.book(alice.id, STAMP), 201)
    assert refused(bob.book(alice.id, STAMP, unless_busy=True)) == (409, "slot_taken")


def test_a_calendar_that_could_not_be_read_is_unknown(join: Join, bob: Caller, database: Database) -> None:
    alice = join("Alice", mentor=True)
    busy_bob(database, bob, failing_since=datetime(2026, 12, 1, 8, tzinfo=UTC))
    assert told(bob.book(alice.id, FREE), 201)["own_calendar"] == "unknown"


def test_without_a_calendar_nothing_is_said_of_one(join: Join, bob: Caller) -> None:
    alice = join("Alice", mentor=True)
    made = told(bob.book(alice.id, STAMP, unless_busy=True), 201)
    assert made == told(bob.get(f"/bookings/{made['id']}"))


def test_slots_tell_of_classes_or_leave_them_out_where_that_is_asked(
    join: Join, bob: Caller, database: Database
) -> None:
    join("Alice", mentor=True)
    busy_bob(database, bob)
    day = {"from": "2026-12-09", "to": "2026-12-10"}
    plain, marked = bob.slots(**day), bob.slots(**day, own_calendar="tell")
    assert "clashes" not in plain[0]
    clashing = [each["starts_at"] for each in marked if each["clashes"]]
    assert STAMP in clashing
    assert bob.starts(**day, own_calendar="hide") == [
        each["starts_at"] for each in plain if each["starts_at"] not in clashing
    ]
    assert refused(bob.get("/slots", own_calendar="maybe"))[0] == 422


def test_a_need_in_words_leads_to_three_themes_at_most_with_their_hours(join: Join, bob: Caller) -> None:
    join("Alice", mentor=True)
    found = told(bob.get("/nearest-themes", need="un contrat de droit à relire"))
    first = found["items"][0]
    assert (first["theme"]["slug"], first["fit"], found["sure"]) == ("droit", "about", True)
    assert first["open_hours"] > 0
    assert len(found["items"]) <= 3
    vague = told(bob.get("/nearest-themes", need="xyzzy"))
    assert (vague["sure"], {each["fit"] for each in vague["items"]} <= {"near", "other"}) == (False, True)


def test_no_need_is_no_question(bob: Caller) -> None:
    assert refused(bob.get("/nearest-themes"))[0] == 422
    assert refused(bob.get("/nearest-themes", need=""))[0] == 422
