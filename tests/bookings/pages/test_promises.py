"""Late cancellations are said and counted; nobody is missing before their minute (P)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from flashmeet.bookings.service.answers import complete_over
from flashmeet.core.database.session import Database
from flashmeet.core.settings.policies import Confirm
from flashmeet.core.settings.service import decide
from flashmeet.identity.models import Member
from tests import people
from tests.browsers import Browser, Clock
from tests.scene import HOURLY, NINE, Scene, stage

SignedIn = Callable[[Member | int], Browser]
LATE = "counts as a late cancellation"
ENGLISH = {"Accept-Language": "en"}


def booked(scene: Scene, signed_in: SignedIn) -> tuple[Browser, str]:
    bob = signed_in(scene.bob)
    answer = bob.send(scene.page, {"need": "SAS?", "theme": "droit"}, page=scene.page)
    return bob, answer.location


@pytest.fixture
def odile(database: Database, signed_in: SignedIn) -> Browser:
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, mentee=False, locale="en")
    return signed_in(odile)


def test_the_cancel_page_says_when_it_is_late(database: Database, signed_in: SignedIn, clock: Clock) -> None:
    bob, page = booked(stage(database), signed_in)
    clock.at = NINE - timedelta(hours=24)
    assert LATE not in bob.get(f"{page}/cancel").text
    clock.move(seconds=1)
    assert f"Less than 24 hours before the start, this {LATE}" in bob.get(f"{page}/cancel").text
    with database.writing() as db:
        decide(db, "late_cancel_hours", 12)
    assert LATE not in bob.get(f"{page}/cancel").text


def test_what_nobody_agreed_to_is_never_cancelled_late(
    database: Database, signed_in: SignedIn, odile: Browser, clock: Clock
) -> None:
    bob, page = booked(stage(database, policy=replace(HOURLY, confirm=Confirm.ASK)), signed_in)
    clock.move(hours=1)
    with database.writing() as db:
        decide(db, "late_cancel_hours", 168)
    clock.at = NINE - timedelta(days=6, hours=22)
    assert LATE not in bob.get(f"{page}/cancel").text
    bob.send(f"{page}/cancel", {"reason": ""}, page=f"{page}/cancel")
    assert "cancelled late" not in odile.get("/admin/members").text


def test_a_late_cancellation_is_counted_for_who_cancelled(
    database: Database, signed_in: SignedIn, odile: Browser, clock: Clock
) -> None:
    scene = stage(database)
    _, page = booked(scene, signed_in)
    clock.at = NINE - timedelta(hours=2)
    signed_in(scene.alice).send(f"{page}/cancel", {"reason": ""}, page=f"{page}/cancel")
    assert "0 hours kept in 90 days · 1 cancelled late" in odile.get("/admin/members?q=alice").text
    assert "cancelled late" not in odile.get("/admin/members?q=bob").text
    clock.at = NINE + timedelta(days=91)
    assert "cancelled late" not in odile.get("/admin/members?q=alice").text


def test_an_hour_that_took_place_counts_for_both(
    database: Database, signed_in: SignedIn, odile: Browser, clock: Clock
) -> None:
    booked(stage(database), signed_in)
    clock.at = NINE + timedelta(hours=2)
    with database.writing() as db:
        assert complete_over(db, now=clock.at) == 1
    for who in ("alice", "bob"):
        assert "1 hour kept in 90 days" in odile.get(f"/admin/members?q={who}").text


def test_nobody_is_missing_before_the_minute_that_the_network_chose(
    database: Database, signed_in: SignedIn, clock: Clock
) -> None:
    bob, page = booked(stage(database), signed_in)
    feedback, no = f"{page}/feedback", {"happened": "no"}
    clock.at = NINE + timedelta(minutes=9, seconds=59)
    assert 'value="no"' not in bob.get(page).text + bob.get(feedback).text
    refused = bob.send(feedback, no, page=feedback)
    assert (refused.status_code, "You can report an absence from Wed 9 Dec, 12:10 (New York)" in refused.text) == (
        422,
        True,
    )
    clock.move(seconds=1)
    assert "Is Alice not there?" in bob.get(page).text
    with database.writing() as db:
        decide(db, "no_show_minutes", 20)
    assert bob.send(feedback, no, page=feedback).status_code == 422
    clock.move(minutes=10)
    assert bob.send(feedback, no, page=page).status_code == 303
    assert "Is Alice not there?" not in bob.get(page).text
