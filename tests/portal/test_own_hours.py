"""Whoever has an hour is not shown another one at the same time, at any door, and reads that some are left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from tests import people
from tests.browsers import Browser
from tests.scene import HOUR, Scene, stage

SignedIn = Callable[[Member], Browser]
NEAR = "20261202T1700Z"
"""Wednesday 2 December, noon in New York: within the week that the first page counts."""


def with_an_hour(database: Database, signed_in: SignedIn, *, stamp: str = NEAR) -> tuple[Scene, int, Browser]:
    """Bob has an hour with Alice then; Dora gives the same hours. Returns the scene, Dora and Bob's browser."""
    scene = stage(database)
    with database.writing() as db:
        dora = people.mentor(db, "Dora", headline="Notaire").id
    bob = signed_in(scene.bob)
    page = f"/book/{scene.alice.id}/{stamp}"
    assert bob.send(page, {"need": "SAS or SARL?", "theme": "droit"}, page=page).status_code == 303
    return scene, dora, bob


def strip(page: str) -> list[int]:
    found = re.search(r'<nav class="strip".*?</nav>', page, re.S)
    assert found is not None
    return [int(count) for count in re.findall(r"<strong>(\d+)</strong>", found[0])]


def test_the_search_counts_neither_the_hour_nor_those_beside_it(database: Database, signed_in: SignedIn) -> None:
    scene, _, bob = with_an_hour(database, signed_in)
    his, theirs = bob.get("/search?theme=droit").text, signed_in(scene.charlie).get("/search?theme=droit&tz=x").text
    assert "1 hour is left out, at which you already have another." in his
    assert "left out" not in theirs
    day = bob.get("/search?theme=droit&day=2026-12-02").text
    assert NEAR not in day
    assert strip(his)[0] == sum(strip(his)[1:])


def test_another_day_of_the_search_says_nothing_of_it(database: Database, signed_in: SignedIn) -> None:
    _, _, bob = with_an_hour(database, signed_in)
    assert "left out" not in bob.get("/search?theme=droit&day=2026-12-03").text


def test_the_first_page_counts_one_less_for_whoever_has_an_hour_then(database: Database, signed_in: SignedIn) -> None:
    scene, _, bob = with_an_hour(database, signed_in)
    with database.writing() as db:
        other = people.member(db, "Odile", tzid="America/New_York", locale="en")
    counts = []
    for who in (bob, signed_in(other)):
        found = re.search(r'class="free-count">([\d,]+)<', who.get("/").text)
        assert found is not None
        counts.append(int(found[1]))
    assert counts[0] == counts[1] - 1
    assert scene.bob.tzid == other.tzid


def test_the_page_of_a_mentor_and_its_month_leave_it_out_and_say_so(database: Database, signed_in: SignedIn) -> None:
    _, dora, bob = with_an_hour(database, signed_in)
    with database.writing() as db:
        other = people.member(db, "Odile", tzid="America/New_York", locale="en")
    his, theirs = (each.get(f"/mentors/{dora}?day=2026-12-02").text for each in (bob, signed_in(other)))
    assert NEAR not in his and NEAR in theirs
    assert his.count('class="chip"') == theirs.count('class="chip"') - 1
    assert "Hours at which you already have another are left out." in his
    assert "left out" not in theirs
    assert "left out" not in bob.get(f"/mentors/{dora}?day=2026-12-03").text


def test_the_page_of_such_an_hour_says_so_before_anything_is_typed_and_offers_others(
    database: Database, signed_in: SignedIn
) -> None:
    _, dora, bob = with_an_hour(database, signed_in, stamp=HOUR)
    page = bob.get(f"/book/{dora}/{HOUR}").text
    assert "You already have" in page
    others = re.findall(r"/book/\d+/(\d{8}T\d{4}Z)", page)
    assert len({*others} - {HOUR}) == 3


@pytest.mark.parametrize("day", [2, 9])
def test_moving_an_hour_offers_no_time_of_another_one(database: Database, signed_in: SignedIn, day: int) -> None:
    _, dora, bob = with_an_hour(database, signed_in, stamp=f"202612{day:02}T1700Z")
    mine = f"/book/{dora}/202612{day:02}T1800Z"
    moved = bob.send(mine, {"need": "SAS or SARL?", "theme": "droit"}, page=mine).location
    page = bob.get(f"{moved}/move?day=2026-12-{day:02}").text
    starts = {datetime.fromisoformat(each) for each in re.findall(r'name="starts_at" value="([^"]+)"', page)}
    assert datetime(2026, 12, day, 16, tzinfo=UTC) in starts
    assert datetime(2026, 12, day, 17, tzinfo=UTC) not in starts
