"""What is refused, with which status and code, and in which order."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from flashmeet.core.database.session import Database
from flashmeet.core.settings.service import decide
from flashmeet.schedule.rules.availability import DayOverride, Span
from flashmeet.themes.service import create_theme
from tests.api.callers import NEED, Caller, refused, told
from tests.api.conftest import Join
from tests.api.policies import with_policy
from tests.browsers import Clock

AT = "2026-12-09T17:00:00Z"
HUGE = 10**30


def test_malformed_json_is_400_and_another_kind_of_body_415(bob: Caller) -> None:
    for body in (b"{", b"\xff\xfe", b"[" * 100_000, b'{"mentor_id": ' + b"9" * 10_000 + b"}"):
        answer = bob("POST", "/bookings", data=body, content_type="application/json")
        assert refused(answer) == (400, "unreadable")
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        answer = bob("POST", "/bookings", data=b"need=x", content_type=kind)
        assert refused(answer) == (415, "unsupported_media_type")


def test_a_body_that_is_too_large_is_413(bob: Caller) -> None:
    assert refused(bob.post("/bookings", {"need": "x" * 2_000_000}))[0] == 413


def test_a_body_that_is_no_object_is_422(bob: Caller) -> None:
    bodies: tuple[object, ...] = ([], "text", 5, None, True)
    for body in bodies:
        answer = bob("POST", "/bookings", data=json.dumps(body), content_type="application/json")
        assert refused(answer) == (422, "invalid")


UNBOOKABLE: list[tuple[dict[str, Any], str]] = [
    ({"mentor_id": None}, "missing"),
    ({"mentor_id": "7"}, "invalid"),
    ({"mentor_id": True}, "invalid"),
    ({"mentor_id": 1.5}, "invalid"),
    ({"mentor_id": HUGE}, "out_of_range"),
    ({"mentor_id": 0}, "out_of_range"),
    ({"starts_at": None}, "missing"),
    ({"starts_at": 1_800_000_000}, "invalid"),
    ({"starts_at": "tomorrow"}, "bad_date"),
    ({"starts_at": "2026-12-09T17:00:00"}, "bad_date"),
    ({"starts_at": "2026-12-09"}, "bad_date"),
    ({"starts_at": "2026-13-45T17:00:00Z"}, "bad_date"),
    ({"starts_at": "20261209T170000Z"}, "bad_date"),
    ({"starts_at": "0001-01-01T00:00:00+14:00"}, "bad_date"),
    ({"starts_at": "9999-12-31T23:45:00-14:00"}, "bad_date"),
    ({"starts_at": "2026-12-09T17:00:00+99:00"}, "bad_date"),
    ({"starts_at": "２０２６-12-09T17:00:00Z"}, "bad_date"),
    ({"starts_at": "2026-12-09T17:05:00Z"}, "off_the_quarter"),
    ({"starts_at": "2026-12-09T17:00:30Z"}, "off_the_quarter"),
    ({"starts_at": "2026-12-09T17:00:00.5Z"}, "off_the_quarter"),
    ({"theme": None}, "missing"),
    ({"theme": []}, "invalid"),
    ({"theme": True}, "invalid"),
    ({"theme": "\ud800"}, "invalid"),
    ({"theme": "Astrologie"}, "unknown_theme"),
    ({"theme": HUGE}, "unknown_theme"),
    ({"theme": -1}, "unknown_theme"),
    ({"theme": ""}, "unknown_theme"),
    ({"theme": "\0"}, "unknown_theme"),
    ({"need": None}, "missing"),
    ({"need": ""}, "missing"),
    ({"need": " \n\t"}, "missing"),
    ({"need": "\0"}, "missing"),
    ({"need": 5}, "invalid"),
    ({"need": "x" * 20_000}, "too_long"),
    ({"need": "\ud800"}, "invalid"),
    ({"good_hour": "x" * 20_000}, "too_long"),
    ({"duration": 50}, "off_the_quarter"),
    ({"duration": 0}, "out_of_range"),
    ({"duration": HUGE}, "out_of_range"),
    ({"duration": "60"}, "invalid"),
    ({"duration": 45}, "not_offered"),
    ({"mode": "telepathy"}, "invalid"),
    ({"nede": "typing error"}, "unknown_field"),
    ({"\ud800": 1}, "invalid"),
]
"""One field said otherwise (None: left out), and the code that it is refused with."""


def test_what_cannot_be_booked_is_422_with_its_code(alice: Caller, bob: Caller) -> None:
    for said, code in UNBOOKABLE:
        body = {"mentor_id": alice.id, "starts_at": AT, "theme": "Droit", "need": NEED, **said}
        sent = {name: value for name, value in body.items() if value is not None}
        assert (said, refused(bob.post("/bookings", sent))) == (said, (422, code))


def test_a_whole_number_may_be_written_with_a_point(alice: Caller, bob: Caller) -> None:
    assert told(bob.book(alice.id, AT, duration=60.0), 201)["ends_at"] == "2026-12-09T18:00:00Z"


def test_every_field_that_is_wrong_is_named(bob: Caller) -> None:
    problem = told(bob.post("/bookings", {"mentor_id": "x", "starts_at": "soon", "theme": "Droit", "nede": "?"}), 422)
    assert problem["code"] == "invalid"
    assert [(each["field"], each["code"]) for each in problem["errors"]] == [
        ("mentor_id", "invalid"),
        ("starts_at", "bad_date"),
        ("need", "missing"),
        ("nede", "unknown_field"),
    ]
    assert all(each["message"] for each in problem["errors"])


def test_a_refusal_of_a_service_names_its_field_too(alice: Caller, bob: Caller) -> None:
    problem = told(bob.book(alice.id, AT, need="x" * 20_000), 422)
    assert [each["field"] for each in problem["errors"]] == ["need"]


def test_an_unknown_mentor_and_one_who_is_not_approved_read_the_same(join: Join, bob: Caller) -> None:
    waiting = join("Wanda", mentor=True, approved=False)
    assert refused(bob.book(waiting.id, AT)) == (404, "not_found") == refused(bob.book(999_999, AT))


def test_notice_and_horizon_and_the_weekly_limit_of_mentees_are_refused(
    join: Join, bob: Caller, charlie: Caller, clock: Clock, database: Database
) -> None:
    """A8, at 2027-01-04T09:00Z."""
    clock.move(days=34)
    policy = with_policy(notice_minutes=24 * 60, horizon_days=30)
    alice = join("Alice", mentor=True, policy=policy, now=clock.at)
    with database.writing() as db:
        decide(db, "mentee_per_week", 2)
    assert refused(bob.book(alice.id, "2027-01-05T08:45:00Z")) == (422, "too_late")
    told(bob.book(alice.id, "2027-01-05T09:00:00Z"), 201)
    assert refused(bob.book(alice.id, "2027-02-03T09:15:00Z")) == (422, "beyond_horizon")
    told(bob.book(alice.id, "2027-01-06T09:00:00Z"), 201)
    assert refused(bob.book(alice.id, "2027-01-07T09:00:00Z")) == (422, "quota_reached")
    told(charlie.book(alice.id, "2027-01-07T09:00:00Z"), 201)


def test_moving_obeys_the_rules_of_booking(join: Join, bob: Caller) -> None:
    alice = join("Alice", mentor=True, policy=with_policy(notice_minutes=24 * 60, horizon_days=30))
    move = f"/bookings/{told(bob.book(alice.id, AT), 201)['id']}/move"
    for at, code in (
        ("2026-12-02T08:45:00Z", "too_late"),
        ("2026-12-31T09:15:00Z", "beyond_horizon"),
        ("2026-12-10T22:00:00Z", "not_offered"),
        ("2026-12-10T10:05:00Z", "off_the_quarter"),
        ("soon", "bad_date"),
    ):
        assert refused(bob.post(move, {"starts_at": at})) == (422, code)
    assert refused(bob.post(move, {})) == (422, "missing")
    assert told(bob.get(move.removesuffix("/move")))["starts_at"] == AT


def test_refusals_answer_in_the_order_of_the_contract(
    join: Join, alice: Caller, bob: Caller, charlie: Caller, database: Database
) -> None:
    """Each line is wrong in its own way and in all the ways of the lines below."""
    with database.writing() as db:
        create_theme(db, names={"fr": "Finance", "en": "Finance"})
        decide(db, "mentee_per_week", 1)
    told(charlie.book(alice.id, AT), 201)
    busy = join("Anna", mentor=True)
    told(bob.book(busy.id, AT), 201)
    for at, more, expected in (
        ("2026-11-01T17:05:00Z", {"theme": "Astrologie"}, (422, "off_the_quarter")),
        ("2026-11-01T23:00:00Z", {"theme": "Astrologie"}, (422, "too_late")),
        ("2028-12-09T23:00:00Z", {"theme": "Astrologie"}, (422, "beyond_horizon")),
        ("2026-12-09T23:00:00Z", {"theme": "Astrologie"}, (422, "not_offered")),
        (AT, {"theme": "Finance"}, (422, "theme_not_offered")),
        (AT, {"theme": "Astrologie"}, (422, "unknown_theme")),
        (AT, {}, (409, "slot_taken")),
        ("2026-12-09T16:30:00Z", {}, (409, "slot_taken")),
    ):
        assert refused(bob.book(alice.id, at, **more)) == expected
    assert refused(alice.book(alice.id, AT)) == (422, "yourself")
    other = join("Ada", mentor=True)
    assert refused(bob.book(other.id, AT)) == (409, "you_are_busy")
    assert refused(bob.book(other.id, "2026-12-10T10:00:00Z")) == (422, "quota_reached")


def test_a_taken_hour_comes_with_three_that_are_free_for_both(
    join: Join, alice: Caller, bob: Caller, charlie: Caller
) -> None:
    told(bob.book(alice.id, AT), 201)
    other = join("Anna", mentor=True)
    told(charlie.book(other.id, "2026-12-09T15:30:00Z"), 201)
    problem = told(charlie.book(alice.id, AT), 409)
    assert problem["code"] == "slot_taken"
    slots = problem["alternatives"]
    nearest = ["2026-12-09T14:15:00Z", "2026-12-09T14:30:00Z", "2026-12-09T18:00:00Z"]
    assert [slot["starts_at"] for slot in slots] == nearest
    assert {slot["mentor_id"] for slot in slots} == {alice.id}
    assert all(slot.keys() == told(charlie.get("/slots"))["slots"][0].keys() for slot in slots)
    for slot in slots[:1]:
        told(charlie.book(slot["mentor_id"], slot["starts_at"]), 201)


def test_other_mentors_of_the_theme_step_in_where_the_mentor_has_no_hour_left(
    join: Join, bob: Caller, charlie: Caller
) -> None:
    one_hour = (DayOverride(date(2026, 12, 9), Span.parse("18:00", "19:00")),)
    alice = join("Alice", mentor=True, rules=(), overrides=one_hour)
    anna = join("Anna", mentor=True)
    told(bob.book(alice.id, AT), 201)
    slots = told(charlie.book(alice.id, AT), 409)["alternatives"]
    assert [slot["mentor_id"] for slot in slots] == [anna.id] * 3


def test_a_taken_hour_to_move_to_comes_with_hours_to_move_to(alice: Caller, bob: Caller, charlie: Caller) -> None:
    mine = told(bob.book(alice.id, AT), 201)
    told(charlie.book(alice.id, "2026-12-10T09:00:00Z"), 201)
    problem = told(bob.post(f"/bookings/{mine['id']}/move", {"starts_at": "2026-12-10T09:00:00Z"}), 409)
    assert [slot["starts_at"] for slot in problem["alternatives"]] == [
        "2026-12-10T07:45:00Z",
        "2026-12-10T08:00:00Z",
        "2026-12-10T10:00:00Z",
    ]
    told(bob.post(f"/bookings/{mine['id']}/move", {"starts_at": "2026-12-10T10:00:00Z"}))


def test_who_is_busy_is_told_with_which_session(join: Join, alice: Caller, bob: Caller) -> None:
    other = join("Anna", mentor=True)
    mine = told(bob.book(alice.id, AT), 201)
    problem = told(bob.book(other.id, "2026-12-09T17:30:00Z"), 409)
    assert problem["code"] == "you_are_busy"
    day = {"from": "2026-12-09", "to": "2026-12-10", "mentor": other.id}
    lost = {"2026-12-09T16:15:00Z", "2026-12-09T17:00:00Z", "2026-12-09T17:45:00Z"}
    assert lost < {*join("Charlie").starts(**day)}
    assert not {*bob.starts(**day)} & lost
    assert problem["booking"] == {"id": mine["id"], "starts_at": AT, "ends_at": "2026-12-09T18:00:00Z"}


def test_a_reason_that_is_too_long_cancels_nothing(alice: Caller, bob: Caller) -> None:
    path = f"/bookings/{told(bob.book(alice.id, AT), 201)['id']}"
    assert refused(bob.post(f"{path}/cancel", {"reason": "x" * 20_000})) == (422, "too_long")
    assert refused(bob.post(f"{path}/cancel", {"raison": "x"})) == (422, "unknown_field")
    assert told(bob.get(path))["status"] == "confirmed"


def test_numbers_too_large_for_the_database_name_nothing(bob: Caller) -> None:
    for path in ("/bookings", "/mentors", "/themes"):
        assert refused(bob.get(f"{path}/{HUGE}")) == (404, "not_found")
    assert refused(bob.get(f"/bookings/{HUGE}.ics")) == (404, "not_found")
    assert refused(bob.post(f"/bookings/{HUGE}/cancel")) == (404, "not_found")


def test_a_problem_speaks_the_callers_language(join: Join, nobody: Caller) -> None:
    english = join("Charlie", locale="en")
    assert told(english.get("/mentors/999999"), 404)["detail"].startswith("There is nothing here")
    assert refused(english.get("/nowhere")) == (404, "not_found")
    assert refused(english("PATCH", "/me")) == (405, "method_not_allowed")
