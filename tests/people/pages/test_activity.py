"""Others may read that somebody was here within a week: never the day, never that they were not, and nobody has to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from tests import people
from tests.browsers import Browser, Clock
from tests.people import NOW

SignedIn = Callable[[Member | int], Browser]
WORDS = "active this week"


@pytest.fixture
def alice(database: Database) -> Member:
    with database.writing() as db:
        return people.mentor(db, "Alice", locale="en")


@pytest.fixture
def bob(database: Database, alice: Member, signed_in: SignedIn) -> Browser:
    with database.writing() as db:
        who = people.member(db, "Bob", locale="en")
    return signed_in(who)


def says(browser: Browser, alice: Member) -> list[bool]:
    """Whether Alice's page, the search and the suggestions say it."""
    paths = (f"/mentors/{alice.id}", "/search?theme=droit&need=Mes+statuts")
    return [WORDS in browser.get(path).text for path in paths]


def seen(database: Database, alice: Member, days_ago: int) -> None:
    with database.writing() as db:
        db.get_one(Member, alice.id).seen_on = NOW.date() - timedelta(days=days_ago)


def test_who_was_here_within_a_week_is_said_to_be_active(database: Database, alice: Member, bob: Browser) -> None:
    seen(database, alice, 6)
    assert says(bob, alice) == [True, True]


def test_of_who_was_not_nothing_is_said(database: Database, alice: Member, bob: Browser) -> None:
    assert says(bob, alice) == [False, False]  # never here
    seen(database, alice, 7)
    assert says(bob, alice) == [False, False]


def test_whoever_does_not_want_it_switches_it_off_and_on_again(
    alice: Member, bob: Browser, signed_in: SignedIn
) -> None:
    browser = signed_in(alice)
    assert says(bob, alice) == [True, True]  # she has just signed in
    assert browser.send("/me/profile/activity", {"act": "hide"}).location == "/me/profile"
    assert "Nobody sees whether you were here lately" in browser.get("/me/profile").text
    assert says(bob, alice) == [False, False]
    browser.send("/me/profile/activity", {"act": "show"})
    assert says(bob, alice) == [True, True]


def test_a_browser_that_stays_signed_in_counts_on_each_day(
    database: Database, alice: Member, signed_in: SignedIn, clock: Clock
) -> None:
    browser = signed_in(alice)
    clock.at = NOW + timedelta(days=20)
    browser.get("/me")
    with database.reading() as db:
        assert db.get_one(Member, alice.id).seen_on == clock.at.date()
