"""A mentor's availability as one document, and leave beside it."""

from __future__ import annotations

from typing import Any

from flashmeet.core.database.session import Database
from flashmeet.core.settings.service import decide
from flashmeet.identity.models import Member
from tests.api.callers import Caller, refused, told
from tests.api.conftest import Join

POLICY = {
    "durations": [30, 60],
    "start_every": 30,
    "buffer_before": 15,
    "buffer_after": 0,
    "notice_minutes": 90,
    "horizon_days": 14,
    "confirm": "ask",
    "per_day": None,
    "per_week": 3,
    "per_month": None,
}
DOCUMENT = {
    "tzid": "Pacific/Auckland",
    "rules": [
        {"weekday": 0, "start": "18:00", "end": "20:00"},
        {"weekday": 6, "start": "22:15", "end": "24:00"},
    ],
    "overrides": [
        {"date": "2026-12-09", "start": "08:00", "end": "10:00"},
        {"date": "2026-12-25", "closed": True},
    ],
    "policy": POLICY,
}
DEFAULTS = {
    "durations": [60],
    "start_every": 60,
    "buffer_before": 0,
    "buffer_after": 15,
    "notice_minutes": 720,
    "horizon_days": 28,
    "confirm": "instant",
    "per_day": 1,
    "per_week": 1,
    "per_month": 2,
}


def document(**said: Any) -> dict[str, Any]:
    return {"tzid": "Europe/Paris", "rules": [], "overrides": [], "policy": {}, **said}


def test_what_was_put_is_answered_and_read_again(alice: Caller) -> None:
    assert told(alice.put("/me/availability", DOCUMENT)) == DOCUMENT
    assert told(alice.get("/me/availability")) == DOCUMENT
    assert told(alice.put("/me/availability", DOCUMENT)) == DOCUMENT


def test_put_replaces_all_that_was_said(alice: Caller) -> None:
    told(alice.put("/me/availability", DOCUMENT))
    emptied = told(alice.put("/me/availability", document()))
    assert emptied == {"tzid": "Europe/Paris", "rules": [], "overrides": [], "policy": DEFAULTS}


def test_policy_keys_left_out_take_the_networks_defaults_and_null_is_no_limit(
    alice: Caller, database: Database
) -> None:
    with database.writing() as db:
        decide(db, "policy", {"notice_minutes": 60, "per_month": 8})
    network = DEFAULTS | {"notice_minutes": 60, "per_month": 8}
    assert told(alice.put("/me/availability", {"tzid": "Europe/Paris"}))["policy"] == network
    said = told(alice.put("/me/availability", document(policy={"per_day": None, "horizon_days": 400})))
    assert said["policy"] == network | {"per_day": None, "horizon_days": 400}


def test_before_anything_is_said_there_are_no_hours_and_the_networks_policy(join: Join, database: Database) -> None:
    mentor = join("Nour", tzid="Indian/Reunion")
    with database.writing() as db:
        db.get_one(Member, mentor.id).mentor = True
    expected = {"tzid": "Indian/Reunion", "rules": [], "overrides": [], "policy": DEFAULTS}
    assert told(mentor.get("/me/availability")) == expected


def test_hours_follow_the_document_at_once(alice: Caller, bob: Caller) -> None:
    policy = {"start_every": 30, "notice_minutes": 0, "per_day": None, "per_week": None, "per_month": None}
    rules = [{"weekday": 2, "start": "18:00", "end": "19:30"}]
    told(alice.put("/me/availability", document(rules=rules, policy=policy | {"horizon_days": 7})))
    assert bob.starts() == ["2026-12-02T17:00:00Z", "2026-12-02T17:30:00Z"]
    told(alice.put("/me/availability", document(policy=policy)))
    assert bob.starts() == []


def test_overlapping_rules_merge(alice: Caller, bob: Caller) -> None:
    rules = [{"weekday": 2, "start": "18:00", "end": "18:30"}, {"weekday": 2, "start": "18:30", "end": "19:00"}]
    policy = {"notice_minutes": 0, "horizon_days": 7, "per_day": None, "per_week": None, "per_month": None}
    told(alice.put("/me/availability", document(rules=rules, policy=policy)))
    assert bob.starts() == ["2026-12-02T17:00:00Z"]


def test_a_mentor_who_is_not_approved_yet_may_write_theirs(join: Join, bob: Caller) -> None:
    waiting = join("Wanda", mentor=True, approved=False)
    assert told(waiting.put("/me/availability", DOCUMENT)) == DOCUMENT
    assert bob.starts() == []


def test_a_document_that_cannot_be_meant_is_refused_where_it_is_wrong(alice: Caller) -> None:
    before = told(alice.get("/me/availability"))
    for said, code, field in (
        ({"tzid": "Europe/Atlantis"}, "unknown_zone", "tzid"),
        ({"tzid": "../../etc/passwd"}, "unknown_zone", "tzid"),
        ({"tzid": 1}, "invalid", "tzid"),
        ({"rules": {}}, "invalid", "rules"),
        ({"rules": [{"weekday": 7, "start": "18:00", "end": "20:00"}]}, "out_of_range", "rules.0.weekday"),
        ({"rules": [{"weekday": "0", "start": "18:00", "end": "20:00"}]}, "invalid", "rules.0.weekday"),
        ({"rules": [{"weekday": 0, "start": "20:00", "end": "18:00"}]}, "end_before_start", "rules.0.end"),
        ({"rules": [{"weekday": 0, "start": "20:00", "end": "20:00"}]}, "end_before_start", "rules.0.end"),
        ({"rules": [{"weekday": 0, "start": "6pm", "end": "20:00"}]}, "bad_time", "rules.0.start"),
        ({"rules": [{"weekday": 0, "start": "18:00", "end": "25:00"}]}, "bad_time", "rules.0.end"),
        ({"rules": [{"weekday": 0, "start": "18:05", "end": "20:00"}]}, "off_the_quarter", "rules.0.start"),
        ({"rules": [{"weekday": 0, "start": "18:00"}]}, "missing", "rules.0.end"),
        ({"rules": [{"weekday": 0, "start": "18:00", "end": "20:00"}] * 5_000}, "out_of_range", "rules"),
        ({"overrides": [{"date": "2026-12-32", "closed": True}]}, "bad_date", "overrides.0.date"),
        ({"overrides": [{"date": "2026-12-09"}]}, "missing", None),
        ({"overrides": [{"date": "2026-12-09", "closed": "yes"}]}, "invalid", "overrides.0.closed"),
        ({"overrides": [{"date": "2026-12-09", "closed": True, "start": "18:00"}]}, "unknown_field", None),
        ({"overrides": [{"date": "2026-12-09", "start": "20:00", "end": "18:00"}]}, "end_before_start", None),
        ({"policy": {"durations": []}}, "invalid", "policy.durations"),
        ({"policy": {"durations": [50]}}, "off_the_quarter", "policy.durations"),
        ({"policy": {"durations": [10**30]}}, "out_of_range", "policy.durations"),
        ({"policy": {"start_every": 20}}, "out_of_range", "policy.start_every"),
        ({"policy": {"buffer_after": 5}}, "off_the_quarter", "policy.buffer_after"),
        ({"policy": {"notice_minutes": -1}}, "out_of_range", "policy.notice_minutes"),
        ({"policy": {"horizon_days": 401}}, "out_of_range", "policy.horizon_days"),
        ({"policy": {"horizon_days": None}}, "invalid", "policy.horizon_days"),
        ({"policy": {"per_day": 0}}, "out_of_range", "policy.per_day"),
        ({"policy": {"confirm": "maybe"}}, "invalid", "policy.confirm"),
        ({"policy": {"per_year": 3}}, "unknown_field", "policy.per_year"),
        ({"rule": []}, "unknown_field", "rule"),
    ):
        problem = told(alice.put("/me/availability", document(**said)), 422)
        assert (said, problem["code"]) == (said, code)
        if field is not None:
            assert [each["field"] for each in problem["errors"]] == [field]
    assert told(alice.get("/me/availability")) == before


def test_a_day_that_is_said_not_to_be_closed_is_open(alice: Caller) -> None:
    override = {"date": "2026-12-09", "start": "08:00", "end": "10:00"}
    answer = told(alice.put("/me/availability", document(overrides=[override | {"closed": False}])))
    assert answer["overrides"] == [override]


def test_leave_hides_hours_until_it_is_taken_back(alice: Caller, bob: Caller) -> None:
    day = {"from": "2026-12-09", "to": "2026-12-10"}
    leave = told(alice.post("/me/leave", {"first": "2026-12-08", "last": "2026-12-09"}), 201)
    assert leave == {"id": leave["id"], "first": "2026-12-08", "last": "2026-12-09"}
    assert told(alice.get("/me/leave")) == {"items": [leave], "next_cursor": None}
    assert bob.starts(**day) == []
    assert bob.starts(**{"from": "2026-12-10", "to": "2026-12-11"}) != []
    gone = alice.delete(f"/me/leave/{leave['id']}")
    assert (gone.status_code, gone.get_data()) == (204, b"")
    assert bob.starts(**day) != []
    assert refused(alice.delete(f"/me/leave/{leave['id']}")) == (404, "not_found")


def test_nobody_ends_the_leave_of_another(alice: Caller, join: Join) -> None:
    leave = told(alice.post("/me/leave", {"first": "2026-12-08", "last": "2026-12-09"}), 201)
    other = join("Anna", mentor=True)
    assert refused(other.delete(f"/me/leave/{leave['id']}")) == (404, "not_found")
    assert told(alice.get("/me/leave"))["items"] == [leave]


def test_a_leave_that_cannot_be_meant_is_refused(alice: Caller) -> None:
    for said, code in (
        ({"first": "2026-12-09", "last": "2026-12-08"}, "end_before_start"),
        ({"first": "soon", "last": "2026-12-08"}, "bad_date"),
        ({"first": "2026-11-09", "last": "2026-11-30"}, "out_of_range"),
        ({"first": "2026-12-09", "last": "2096-12-09"}, "out_of_range"),
        ({"first": "2026-12-09"}, "missing"),
        ({"first": "2026-12-09", "last": "2026-12-09", "why": "ski"}, "unknown_field"),
    ):
        assert refused(alice.post("/me/leave", said)) == (422, code)
    assert told(alice.get("/me/leave"))["items"] == []


def test_a_version_that_is_no_longer_stored_is_not_replaced(alice: Caller) -> None:
    """F17, for programs: whoever sends If-Match overwrites only what they have read."""
    seen = alice.get("/me/availability").headers["ETag"]
    first = alice("PUT", "/me/availability", json=DOCUMENT, headers={"If-Match": seen})
    assert told(first) == DOCUMENT
    stale = alice("PUT", "/me/availability", json=document(), headers={"If-Match": seen})
    assert refused(stale) == (412, "changed_meanwhile")
    assert told(alice.get("/me/availability")) == DOCUMENT
    assert alice.get("/me/availability").headers["ETag"] == first.headers["ETag"] != seen
    told(alice("PUT", "/me/availability", json=document(), headers={"If-Match": first.headers["ETag"]}))
    told(alice("PUT", "/me/availability", json=DOCUMENT, headers={"If-Match": "*"}))


def test_leave_is_no_part_of_the_version(alice: Caller) -> None:
    seen = alice.get("/me/availability").headers["ETag"]
    told(alice.post("/me/leave", {"first": "2026-12-24", "last": "2026-12-31"}), 201)
    assert alice.get("/me/availability").headers["ETag"] == seen


def test_a_leave_may_say_what_becomes_of_the_hours_agreed_in_it(alice: Caller) -> None:
    days = {"first": "2026-12-24", "last": "2026-12-31"}
    told(alice.post("/me/leave", {**days, "hours": "cancel"}), 201)
    assert refused(alice.post("/me/leave", {**days, "hours": "perhaps"}))[0] == 422


def test_how_a_mentor_meets_is_told_once_it_is_said_and_kept_by_a_put_that_does_not_speak_of_it(alice: Caller) -> None:
    said = {"ways": ["phone", "on_site"], "place": "Café de la Gare"}
    assert told(alice.put("/me/availability", DOCUMENT | said)) == DOCUMENT | said
    assert told(alice.put("/me/availability", DOCUMENT)) == DOCUMENT | said
    assert refused(alice.put("/me/availability", DOCUMENT | {"ways": []})) == (422, "invalid")
    assert told(alice.get("/me/availability")) == DOCUMENT | said


def test_an_hour_is_booked_in_no_way_in_which_the_mentor_does_not_meet(alice: Caller, bob: Caller) -> None:
    told(
        alice.put(
            "/me/availability", document(rules=[{"weekday": 2, "start": "18:00", "end": "20:00"}], ways=["phone"])
        )
    )
    asked = {"mentor_id": alice.id, "starts_at": "2026-12-09T17:00:00Z", "theme": "droit", "need": "Statuts ?"}
    assert refused(bob.post("/bookings", asked)) == (422, "way_not_offered")
    assert told(bob.post("/bookings", asked | {"mode": "phone"}), 201)["mode"] == "phone"
