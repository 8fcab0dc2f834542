"""`GET /slots`: the best match first, with its reasons, and who is free now."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from flashmeet.schedule.service.free_now import begin_free_now
from tests.api.callers import Caller, refused, told
from tests.api.conftest import Join
from tests.people import EVERY_DAY, FREE, NOW

LATER = (WeeklyRule(4, Span.parse("18:00", "20:00")),)
NEED = "Relire nos statuts d’association"


def two_mentors(join: Join, database: Database) -> tuple[Caller, Caller]:
    soon = join("Soon", mentor=True, policy=FREE, languages=["fr"])
    knows = join("Knows", mentor=True, policy=FREE, languages=["fr"], rules=LATER)
    with database.writing() as db:
        db.get_one(Member, knows.id).offers[0].proof = "J’ai rédigé cent statuts d’association"
    return soon, knows


def test_the_best_match_comes_first_and_each_slot_says_why(join: Join, database: Database) -> None:
    soon, knows = two_mentors(join, database)
    bob = join("Bob", languages=["fr"])
    assert [slot["mentor_id"] for slot in bob.slots(theme="droit", distinct="mentor")] == [soon.id, knows.id]
    best = bob.slots(theme="droit", order="best", need=NEED)
    assert [slot["mentor_id"] for slot in best] == [knows.id, soon.id]
    assert {"theme", "words"} <= set(best[0]["reasons"])
    assert "words" not in best[1]["reasons"]
    assert "reasons" not in bob.slots(theme="droit")[0]


def test_pages_of_the_best_follow_each_other(join: Join, database: Database) -> None:
    soon, knows = two_mentors(join, database)
    bob = join("Bob", languages=["fr"])
    asked = {"theme": "droit", "order": "best", "limit": 1, "need": NEED}
    first = told(bob.get("/slots", **asked), 200)
    second = told(bob.get("/slots", **asked, cursor=first["next_cursor"]), 200)
    assert [each["slots"][0]["mentor_id"] for each in (first, second)] == [knows.id, soon.id]
    assert second["next_cursor"] is None


def test_another_order_an_unknown_theme_and_a_forged_cursor_are_refused(bob: Caller) -> None:
    assert refused(bob.get("/slots", order="worst"))[0] == 422
    assert refused(bob.get("/slots", order="best", theme="nowhere")) == (422, "unknown_theme")
    assert refused(bob.get("/slots", order="best", cursor="x")) == (422, "invalid")


def test_free_now_is_what_begins_within_two_hours(join: Join, database: Database) -> None:
    tapped = join("Alice", mentor=True, rules=(), policy=replace(FREE, notice_minutes=2880))
    standing = join("Anna", mentor=True, rules=EVERY_DAY, policy=replace(FREE, notice_minutes=30))
    join("Karim", mentor=True, rules=EVERY_DAY, policy=replace(FREE, notice_minutes=120))
    with database.writing() as db:
        begin_free_now(db, db.get_one(Member, tapped.id), now=NOW)
    bob = join("Bob")
    found = bob.slots(soon="yes", distinct="mentor")
    assert {slot["mentor_id"] for slot in found} == {tapped.id, standing.id}
    last = (NOW + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert all(slot["starts_at"] < last for slot in bob.slots(soon="yes", limit=100))
    assert bob.slots(soon="yes", to="2026-12-01T09:00:00Z") == []
