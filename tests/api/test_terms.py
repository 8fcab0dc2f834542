"""`/me/terms`: what is owed is named, and accepting it opens the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flashmeet.core.database.session import Database
from flashmeet.schedule.service.terms_grace import hide_after_grace
from tests.api.callers import Caller, refused, told
from tests.browsers import Clock
from tests.terms import announced

MIDNIGHT = datetime(2026, 12, 1, 23, tzinfo=UTC)
HOUR = "2026-12-09T10:00:00Z"


def test_a_booking_is_refused_with_the_version_to_accept(
    alice: Caller, bob: Caller, database: Database, clock: Clock
) -> None:
    with database.writing() as db:
        announced(db, in_force_at=MIDNIGHT)
    told(bob.book(alice.id, HOUR), 201)
    clock.at = MIDNIGHT
    answer = bob.book(alice.id, "2026-12-09T12:00:00Z")
    assert refused(answer) == (403, "terms_required")
    assert answer.get_json()["version"] == 1
    assert told(bob.post("/me/terms", {"version": 1}))["accepted_at"] == "2026-12-01T23:00:00Z"
    told(bob.book(alice.id, "2026-12-09T12:00:00Z"), 201)


def test_terms_are_named_before_anything_about_the_hour(
    alice: Caller, bob: Caller, database: Database, clock: Clock
) -> None:
    with database.writing() as db:
        announced(db, in_force_at=MIDNIGHT)
    clock.at = MIDNIGHT
    assert refused(bob.book(alice.id, "2026-12-02T00:00:00Z")) == (403, "terms_required")
    assert refused(bob.book(alice.id, "2026-12-09T10:07:00Z"))[0] == 422  # malformed comes first


def test_publishing_hours_is_refused_too(alice: Caller, database: Database, clock: Clock) -> None:
    with database.writing() as db:
        announced(db, in_force_at=MIDNIGHT)
    clock.at = MIDNIGHT
    assert refused(alice.put("/me/availability", {"tzid": "Europe/Paris", "rules": [], "overrides": []})) == (
        403,
        "terms_required",
    )


def test_what_is_in_force_announced_and_accepted_can_be_read(bob: Caller, database: Database, clock: Clock) -> None:
    assert told(bob.get("/me/terms")) == {"in_force": None, "announced": None, "accepted": None}
    with database.writing() as db:
        announced(db, in_force_at=MIDNIGHT)
    before = told(bob.get("/me/terms"))
    assert (before["in_force"], before["announced"]["version"], before["accepted"]) == (None, 1, None)
    assert before["announced"]["commitments"] == ["J’ai 18 ans ou plus.", "Je viens."]
    told(bob.post("/me/terms", {"version": 1}))
    clock.at = MIDNIGHT
    after = told(bob.get("/me/terms"))
    assert (after["in_force"]["version"], after["accepted"]) == (1, 1)


def test_an_unknown_version_is_not_found(bob: Caller) -> None:
    assert refused(bob.post("/me/terms", {"version": 7})) == (404, "not_found")
    assert refused(bob.post("/me/terms", {}))[0] == 422


FIRST = datetime(2026, 11, 30, 23, tzinfo=UTC)
"""1 December 2026, 00:00 in Paris."""
WEEK = {"tzid": "Europe/Paris", "rules": [{"weekday": 2, "start": "10:00", "end": "14:00"}], "overrides": []}


def test_version_two_binds_from_the_first_second_of_the_first_of_december(
    alice: Caller, bob: Caller, database: Database, clock: Clock
) -> None:
    with database.writing() as db:
        announced(db, in_force_at=FIRST - timedelta(days=30), now=FIRST - timedelta(days=31))
        announced(db, in_force_at=FIRST, now=FIRST - timedelta(days=14))
    clock.at = FIRST - timedelta(seconds=1)
    for caller in (alice, bob):
        told(caller.post("/me/terms", {"version": 1}))
    booked = told(bob.book(alice.id, HOUR), 201)
    told(alice.put("/me/availability", WEEK))
    told(alice.put("/me/availability", WEEK | {"policy": {"notice_minutes": 0, "per_day": None, "per_week": None}}))

    clock.at = FIRST
    for answer in (
        bob.book(alice.id, "2026-12-09T12:00:00Z"),
        bob.post(f"/bookings/{booked['id']}/move", {"starts_at": "2026-12-09T12:00:00Z"}),
        alice.put("/me/availability", WEEK),
    ):
        assert (refused(answer), answer.get_json()["version"]) == ((403, "terms_required"), 2)
    assert told(bob.get(f"/bookings/{booked['id']}"))["status"] == "confirmed"
    told(bob.post("/me/terms", {"version": 2}))

    grace_ends = FIRST + timedelta(days=14)
    clock.at = grace_ends - timedelta(seconds=1)
    assert bob.slots(mentor=alice.id)
    clock.at = grace_ends
    with database.writing() as db:
        hide_after_grace(db, now=grace_ends)
    assert bob.slots(mentor=alice.id) == []
    told(alice.post("/me/terms", {"version": 2}))
    assert bob.slots(mentor=alice.id)


def test_cancelling_needs_no_acceptance(alice: Caller, bob: Caller, database: Database, clock: Clock) -> None:
    with database.writing() as db:
        announced(db, in_force_at=FIRST, now=FIRST - timedelta(days=14))
    clock.at = FIRST - timedelta(seconds=1)
    booked = told(bob.book(alice.id, HOUR), 201)
    clock.at = FIRST
    assert told(bob.post(f"/bookings/{booked['id']}/cancel"))["status"] == "cancelled"
