"""Booking, moving, cancelling, answering, looking at it."""

from __future__ import annotations

from collections.abc import Callable

from icalendar import Calendar
from sqlalchemy import func, select

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from tests.api.callers import NEED, Caller, refused, told
from tests.api.conftest import Join
from tests.api.policies import with_policy
from tests.browsers import Clock

AT, LATER = "2026-12-09T17:00:00Z", "2026-12-10T08:00:00Z"


def test_booking_answers_the_session_as_the_contract_says(alice: Caller, bob: Caller) -> None:
    made = told(bob.book(alice.id, AT), 201)
    assert made.pop("uid").endswith("@localhost")
    assert made.pop("join_url").startswith("http://localhost/join/")
    assert made.pop("theme").keys() == {"id", "slug", "name"}
    assert made == {
        "id": made["id"],
        "sequence": 0,
        "status": "confirmed",
        "starts_at": AT,
        "ends_at": "2026-12-09T18:00:00Z",
        "mentor_id": alice.id,
        "mentee_id": bob.id,
        "mentor_name": "Alice Exemple",
        "mentee_name": "Bob Exemple",
        "mode": "video",
        "format": "flash",
        "relation": None,
        "place": "",
        "need": NEED,
        "good_hour": "",
        "cancel_reason": "",
        "answer_due_at": None,
        "ics_url": f"http://localhost/api/v1/bookings/{made['id']}.ics",
    }


def test_a_start_may_be_said_with_its_offset(alice: Caller, bob: Caller) -> None:
    assert told(bob.book(alice.id, "2026-12-09T18:00:00+01:00"), 201)["starts_at"] == AT


def test_a_theme_is_found_by_id_slug_name_and_synonym(alice: Caller, bob: Caller) -> None:
    theme_id = told(bob.get("/themes"))["items"][0]["id"]
    for hour, theme in enumerate((theme_id, str(theme_id), "droit", "LAW", "Statuts"), start=8):
        made = told(bob.book(alice.id, f"2026-12-09T{hour:02}:00:00Z", theme=theme), 201)
        assert made["theme"] == {"id": theme_id, "slug": "droit", "name": "Droit"}


def test_each_of_the_two_has_their_own_join_link_and_nobody_else_sees_the_session(
    alice: Caller, bob: Caller, charlie: Caller
) -> None:
    made = told(bob.book(alice.id, AT), 201)
    path = f"/bookings/{made['id']}"
    assert told(bob.get(path)) == made
    theirs = told(alice.get(path))
    assert theirs.pop("join_url") != made.pop("join_url")
    assert theirs == made
    assert refused(charlie.get(path)) == (404, "not_found") == refused(bob.get("/bookings/999999999"))
    assert refused(charlie.post(f"{path}/move", {"starts_at": LATER})) == (404, "not_found")
    assert refused(charlie.post(f"{path}/cancel")) == (404, "not_found")


def test_moving_keeps_the_uid_and_raises_the_sequence_by_either_side(alice: Caller, bob: Caller) -> None:
    made = told(bob.book(alice.id, AT), 201)
    for number, (who, at) in enumerate(((bob, LATER), (alice, AT)), start=1):
        moved = told(who.post(f"/bookings/{made['id']}/move", {"starts_at": at}))
        assert (moved["uid"], moved["sequence"], moved["starts_at"]) == (made["uid"], number, at)


def test_a_cancelled_hour_is_free_again_and_says_why(alice: Caller, bob: Caller, charlie: Caller) -> None:
    made = told(bob.book(alice.id, AT), 201)
    gone = told(bob.post(f"/bookings/{made['id']}/cancel", {"reason": "Mon train est supprimé"}))
    assert (gone["status"], gone["sequence"], gone["cancel_reason"]) == ("cancelled", 1, "Mon train est supprimé")
    told(charlie.book(alice.id, AT), 201)
    assert refused(bob.post(f"/bookings/{made['id']}/cancel")) == (409, "already_over")
    assert refused(bob.post(f"/bookings/{made['id']}/move", {"starts_at": LATER})) == (409, "already_over")


def test_cancelling_needs_no_reason_and_no_body(alice: Caller, bob: Caller) -> None:
    first, second = (told(bob.book(alice.id, at), 201)["id"] for at in (AT, LATER))
    assert told(bob("POST", f"/bookings/{first}/cancel"))["status"] == "cancelled"
    assert told(bob.post(f"/bookings/{second}/cancel", {"reason": None}))["status"] == "cancelled"


def test_a_mentor_who_wants_to_be_asked_accepts_or_declines(join: Join, bob: Caller) -> None:
    alice = join("Alice", mentor=True, policy=with_policy(confirm="ask"))
    first, second = (told(bob.book(alice.id, at), 201) for at in (AT, LATER))
    assert first["status"] == "pending"
    assert first["answer_due_at"] is not None
    assert refused(bob.post(f"/bookings/{first['id']}/answer", {"accept": True})) == (404, "not_found")
    assert told(alice.post(f"/bookings/{first['id']}/answer", {"accept": True}))["status"] == "confirmed"
    assert told(alice.post(f"/bookings/{second['id']}/answer", {"accept": False}))["status"] == "cancelled"
    assert refused(alice.post(f"/bookings/{first['id']}/answer", {"accept": False})) == (409, "already_over")


def test_bookings_are_paged_to_the_end_without_repeats_and_filtered_by_status(alice: Caller, bob: Caller) -> None:
    made = [told(bob.book(alice.id, f"2026-12-09T{hour:02}:00:00Z"), 201)["id"] for hour in range(8, 13)]
    told(bob.post(f"/bookings/{made[0]}/cancel"))
    found, query = [], {"limit": 2}
    while True:
        page = told(bob.get("/bookings", **query))
        found += [booking["id"] for booking in page["items"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert found == made
    assert [each["id"] for each in told(bob.get("/bookings", status="cancelled"))["items"]] == made[:1]
    assert [each["id"] for each in told(alice.get("/bookings", status="confirmed"))["items"]] == made[1:]
    assert told(bob.get("/bookings", status="pending")) == {"items": [], "next_cursor": None}


def test_a_list_of_bookings_takes_the_same_statements_however_long_it_is(
    alice: Caller, bob: Caller, statements: Callable[..., int]
) -> None:
    told(bob.book(alice.id, AT), 201)
    one = statements(bob.get, "/bookings")
    for hour in range(8, 13):
        told(bob.book(alice.id, f"2026-12-10T{hour:02}:00:00Z"), 201)
    assert statements(bob.get, "/bookings") == one


def test_a_need_of_ten_kilobytes_reaches_the_invite_as_text(alice: Caller, bob: Caller) -> None:
    need = "Relire\u2028mes statuts,\r\nATTENDEE:mailto:eve@example.org " + "é" * 10_240
    made = told(bob.book(alice.id, AT, need=need), 201)
    (event,) = Calendar.from_ical(bob.get(f"/bookings/{made['id']}.ics").get_data()).walk("VEVENT")
    assert "é" * 10_240 in str(event["DESCRIPTION"])
    assert event["ATTENDEE"] == "mailto:bob@example.org"


def test_a_refused_booking_leaves_nothing(alice: Caller, bob: Caller, database: Database) -> None:
    bob.book(alice.id, AT, need="x" * 20_000)
    bob.book(alice.id, "2026-12-09T23:00:00Z")
    with database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Booking)) == 0


def test_the_calendar_file_is_the_callers_invite(alice: Caller, bob: Caller, charlie: Caller, clock: Clock) -> None:
    made = told(bob.book(alice.id, AT), 201)
    path = f"/bookings/{made['id']}.ics"
    answer = bob.get(path)
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    lines = answer.get_data(as_text=True).split("\r\n")
    assert {"METHOD:REQUEST", f"UID:{made['uid']}", "SEQUENCE:0", "DTSTART:20261209T170000Z"} <= set(lines)
    told(bob.post(f"/bookings/{made['id']}/cancel"))
    assert {"METHOD:CANCEL", "SEQUENCE:1", "STATUS:CANCELLED"} <= set(
        bob.get(path).get_data(as_text=True).split("\r\n")
    )
    assert refused(charlie.get(path)) == (404, "not_found")


def test_a_pending_session_has_no_calendar_file_yet(join: Join, bob: Caller) -> None:
    alice = join("Alice", mentor=True, policy=with_policy(confirm="ask"))
    made = told(bob.book(alice.id, AT), 201)
    assert refused(bob.get(f"/bookings/{made['id']}.ics")) == (404, "not_found")
