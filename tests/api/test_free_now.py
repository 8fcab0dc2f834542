"""`/me/free-now`: two hours that a mentor opens at once, by a program."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flashmeet.core.database.session import Database
from flashmeet.core.settings.policies import Confirm
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.availability import LeavePeriod
from flashmeet.schedule.service.leave import take_leave
from tests.api.callers import Caller, refused, told
from tests.api.conftest import Join
from tests.browsers import Clock
from tests.people import FREE, NOW

CAREFUL = replace(FREE, notice_minutes=2880)
CLOSED = {"starts_at": None, "ends_at": None, "open_starts": 0}
PATH = "/me/free-now"


def test_two_hours_are_opened_read_and_ended(join: Join, bob: Caller) -> None:
    karim = join("Karim", mentor=True, rules=(), policy=CAREFUL)
    assert told(karim.get(PATH)) == CLOSED
    opened = told(karim.put(PATH, {}))
    assert opened == {"starts_at": "2026-12-01T09:00:00Z", "ends_at": "2026-12-01T11:00:00Z", "open_starts": 4}
    assert told(karim.get(PATH)) == opened
    assert {slot["mentor_id"] for slot in bob.slots(soon="yes")} == {karim.id}
    assert karim("DELETE", PATH).status_code == 204
    assert (told(karim.get(PATH)), bob.slots(soon="yes")) == (CLOSED, [])
    assert karim("DELETE", PATH).status_code == 204


def test_sent_again_it_opens_them_anew_and_they_end_by_themselves(join: Join, clock: Clock) -> None:
    karim = join("Karim", mentor=True, rules=(), policy=CAREFUL)
    told(karim.put(PATH, {}))
    clock.move(minutes=80)
    assert told(karim.get(PATH)) == CLOSED
    assert told(karim.put(PATH, {}))["ends_at"] == "2026-12-01T12:30:00Z"


def test_an_hour_that_a_program_opened_is_booked_and_confirmed_at_once(join: Join, bob: Caller) -> None:
    karim = join("Karim", mentor=True, rules=(), policy=replace(CAREFUL, confirm=Confirm.ASK))
    told(karim.put(PATH, {}))
    hour = {"mentor_id": karim.id, "starts_at": "2026-12-01T09:30:00Z", "theme": "droit", "need": "Mes statuts"}
    assert told(bob.post("/bookings", hour), 201)["status"] == "confirmed"
    assert told(karim.get(PATH))["open_starts"] == 0
    assert karim("DELETE", PATH).status_code == 204
    assert [each["status"] for each in told(karim.get("/bookings"))["items"]] == ["confirmed"]


def test_whoever_gives_no_hours_is_away_or_has_no_evening_left_is_refused(
    join: Join, bob: Caller, database: Database, clock: Clock
) -> None:
    away, waiting = join("Away", mentor=True, policy=FREE), join("Waiting", mentor=True, policy=FREE, approved=False)
    karim, reader = join("Karim", mentor=True, policy=FREE), join("Rita", mentor=True, read_only=True)
    with database.writing() as db:
        today = NOW.date()
        take_leave(db, db.get_one(Member, away.id), LeavePeriod(today, today + timedelta(days=3)), now=NOW)
    assert refused(bob.put(PATH, {})) == refused(bob.get(PATH)) == (404, "not_found")
    assert refused(waiting.put(PATH, {})) == (404, "not_found")
    assert refused(away.put(PATH, {})) == (422, "mentor_away")
    assert refused(reader.put(PATH, {})) == (403, "read_only")
    clock.move(hours=12)
    assert refused(karim.put(PATH, {})) == (422, "too_late_tonight")
