"""The front door."""

from __future__ import annotations

from collections.abc import Callable

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from tests import people
from tests.browsers import Browser
from tests.scene import HOUR, HOURLY, stage

ENGLISH = {"Accept-Language": "en"}


def test_a_visitor_reads_how_many_hours_are_free_and_on_what_but_no_name(client: Browser, database: Database) -> None:
    with database.writing() as db:
        wednesday = (WeeklyRule(2, Span.parse("18:00", "19:00")),)
        people.mentor(db, "Alice", rules=wednesday, policy=HOURLY)
    answer = client.get("/", headers=ENGLISH)
    words = " ".join(answer.text.split())
    assert answer.status_code == 200
    assert '<span class="free-count">1</span> hour is free in the next seven days' in words
    assert '<span class="theme-name">Law</span><span class="theme-hours">1 hour</span>' in words
    assert "Alice" not in words


def test_the_door_stands_open_before_anybody_has_said_when_they_are_free(client: Browser) -> None:
    answer = client.get("/", headers=ENGLISH)
    assert answer.status_code == 200
    assert "No hours are free in the next seven days" in answer.text


def test_a_member_finds_their_next_hour_on_top(database: Database, signed_in: Callable[[Member], Browser]) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    bob.send(scene.page, {"need": "SAS or SARL?", "theme": "droit"}, page=scene.page)
    words = bob.get("/").text
    assert "Wed 9 Dec, 12:00 (New York)" in words
    assert "Alice Exemple · Law" in words
    assert words.index("Your next hour") < words.index("<h1")
    assert HOUR not in words
