"""Time to help is what a person would count by hand: need to held hour, half and nine of ten, and the promise kept."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from flashmeet.bookings.service.follow_up import clearer_by_theme
from flashmeet.core.database.session import Database
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.programme.rules.time_to_help import Promise, TimeToHelp
from flashmeet.programme.service.recruiting import who_could_help
from flashmeet.programme.service.themes import merge_themes
from flashmeet.programme.service.time_to_help import (
    help_on_theme,
    seven_day_promise,
    time_to_help,
    time_to_help_by_theme,
)
from flashmeet.requests.rules.requests import RequestState
from flashmeet.themes.models import UnmetNeed
from flashmeet.themes.rules.changes import UnmetCause
from flashmeet.themes.service import create_theme
from tests import people
from tests.browsers import Browser
from tests.databases import statements_of
from tests.people import NOW, law
from tests.programme.reporting.conftest import asked, held, says

DAY = timedelta(days=1)
SPAN = Interval(NOW - 200 * DAY, NOW)


@pytest.fixture
def alice(db: Session) -> Member:
    return people.member(db, "Alice", mentor=True)


def an_hour(db: Session, alice: Member, mentee: Member, *, at: datetime, waited: timedelta, **more: Any) -> None:
    held(db, alice, mentee, at, created_at=at - waited, **more)


def figures(db: Session) -> TimeToHelp:
    return time_to_help(db, SPAN, now=NOW)


def searched(db: Session, mentee: Member, at: datetime) -> None:
    cause = next(iter(UnmetCause))
    db.add(UnmetNeed(member_id=mentee.id, theme_id=law(db).id, day=at.date(), cause=cause, at=at))
    db.flush()


def test_nothing_held_is_no_figure(db: Session, alice: Member) -> None:
    assert figures(db) == TimeToHelp()
    assert time_to_help_by_theme(db, SPAN, now=NOW) == {}


@pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 37])
def test_the_figures_are_those_of_a_recount_by_nearest_rank(db: Session, alice: Member, count: int) -> None:
    waits = [timedelta(hours=random.Random(number).randrange(1, 900)) for number in range(count)]
    for number, waited in enumerate(waits):
        an_hour(db, alice, people.member(db, f"B{number}"), at=NOW - (number + 1) * DAY, waited=waited)
    ordered = sorted(waits)
    expected = TimeToHelp(n=count, median=ordered[-(-count // 2) - 1], nine_of_ten=ordered[-(-9 * count // 10) - 1])
    assert figures(db) == expected
    assert time_to_help_by_theme(db, SPAN, now=NOW) == {law(db).id: expected}


def test_themes_are_counted_apart(db: Session, alice: Member) -> None:
    tax = create_theme(db, names={"fr": "Impôts", "en": "Taxes"}, synonyms=[])
    an_hour(db, alice, people.member(db, "Bob"), at=NOW - DAY, waited=2 * DAY)
    an_hour(db, alice, people.member(db, "Carl"), at=NOW - DAY, waited=6 * DAY, theme=tax)
    found = time_to_help_by_theme(db, SPAN, now=NOW)
    assert {theme_id: each.median for theme_id, each in found.items()} == {law(db).id: 2 * DAY, tax.id: 6 * DAY}


def test_a_need_begins_with_the_first_search_or_request_that_led_to_the_hour(db: Session, alice: Member) -> None:
    bob, at = people.member(db, "Bob"), NOW - DAY
    an_hour(db, alice, bob, at=at, waited=2 * DAY)
    asked(db, alice, bob, "expired", at=at - 20 * DAY)
    assert figures(db).median == 20 * DAY
    searched(db, bob, at - 30 * DAY)
    assert figures(db).median == 30 * DAY
    searched(db, bob, at - 120 * DAY)
    searched(db, people.member(db, "Carl"), at - 60 * DAY)
    assert figures(db).median == 30 * DAY


def test_what_was_helped_already_is_no_need_of_the_next_hour(db: Session, alice: Member) -> None:
    bob = people.member(db, "Bob")
    searched(db, bob, NOW - 40 * DAY)
    an_hour(db, alice, bob, at=NOW - 30 * DAY, waited=5 * DAY)
    an_hour(db, alice, bob, at=NOW - DAY, waited=3 * DAY)
    assert figures(db) == TimeToHelp(n=2, median=3 * DAY, nine_of_ten=10 * DAY)


def test_an_hour_that_was_not_held_or_is_to_come_does_not_count(db: Session, alice: Member) -> None:
    bob = people.member(db, "Bob")
    missed = held(db, alice, bob, NOW - 3 * DAY)
    says(db, missed, "mentee", "no")
    held(db, alice, bob, NOW - 4 * DAY, "cancelled")
    held(db, alice, bob, NOW + DAY, "confirmed")
    assert figures(db) == TimeToHelp()


def test_the_promise_counts_what_was_answered_within_seven_days(db: Session) -> None:
    mentors = [people.member(db, name, mentor=True, approved=True) for name in ("Alice", "Anna", "Ines")]
    for each in mentors:
        each.offers.append(MentorTheme(theme_id=law(db).id, proof="x"))
    asked_at = NOW - 20 * DAY
    late = 7 * DAY + timedelta(seconds=1)
    kept = [("accepted", 7 * DAY), ("solved", DAY), ("declined", DAY)]
    others = [("accepted", late), ("expired", 3 * DAY), ("queued", None), ("withdrawn", DAY)]
    for number, (state, after) in enumerate([*kept, *others]):
        request = asked(db, mentors[0], people.member(db, f"B{number}"), "asked", at=asked_at).request
        request.state, request.ended_at = RequestState(state), asked_at + after if after else None
    asked(db, mentors[0], people.member(db, "Late"), "asked", at=NOW - 6 * DAY)
    db.flush()
    assert seven_day_promise(db, SPAN, now=NOW) == Promise(kept=3, of=6)
    mentors[0].approved = False
    db.flush()
    assert seven_day_promise(db, SPAN, now=NOW) == Promise(kept=0, of=0)


def test_what_was_merged_counts_as_what_it_became(db: Session, alice: Member) -> None:
    bylaws, odile = create_theme(db, names={"fr": "Statuts"}), people.member(db, "Odile", administrator=True)
    mentors = [alice, *(people.member(db, name, mentor=True) for name in ("Anna", "Ines"))]
    db.add_all(MentorTheme(mentor_id=each.id, theme_id=bylaws.id) for each in mentors)
    bob, carl = people.member(db, "Bob"), people.member(db, "Carl")
    request = asked(db, alice, bob, "accepted", at=NOW - 60 * DAY).request
    request.theme, request.state, request.ended_at = bylaws, RequestState.ACCEPTED, NOW - 58 * DAY
    first = held(db, alice, bob, NOW - 50 * DAY, theme=bylaws, created_at=NOW - 58 * DAY)
    says(db, first, "mentee", "yes", clearer=4)
    at = NOW - 45 * DAY
    db.add(UnmetNeed(member_id=carl.id, theme_id=bylaws.id, day=at.date(), cause=UnmetCause.SEARCH, at=at))
    held(db, alice, carl, NOW - 40 * DAY, theme=bylaws, created_at=NOW - 41 * DAY)

    def told(theme_id: int) -> tuple[object, ...]:
        waits, promise = time_to_help_by_theme(db, SPAN, now=NOW), seven_day_promise(db, SPAN, now=NOW)
        clear = clearer_by_theme(db, [theme_id], since=SPAN.start)
        return waits[theme_id], promise, help_on_theme(db, theme_id, now=NOW), clear[theme_id], figures(db)

    before = told(bylaws.id)
    assert before[:2] == (TimeToHelp(n=2, median=5 * DAY, nine_of_ten=10 * DAY), Promise(kept=1, of=1))
    merge_themes(db, bylaws.id, law(db).id, by=odile, now=NOW)
    assert told(law(db).id) == before
    held(db, alice, bob, NOW - DAY, created_at=NOW - 2 * DAY)
    assert time_to_help_by_theme(db, SPAN, now=NOW)[law(db).id].n == 3
    assert figures(db).median == 5 * DAY, "an hour on what became the theme ends the need"
    assert "Bob" in {fit.member.first_name for fit in who_could_help(db, law(db), now=NOW)}


def test_the_figures_take_as_many_statements_however_much_was_held(database: Database) -> None:
    with database.writing() as db:
        alice = people.member(db, "Alice", mentor=True)
        for number in range(12):
            an_hour(db, alice, people.member(db, f"B{number}"), at=NOW - (number + 1) * DAY, waited=DAY)
    sent = statements_of(database)
    with database.reading() as db:
        time_to_help(db, SPAN, now=NOW)
        time_to_help_by_theme(db, SPAN, now=NOW)
        seven_day_promise(db, SPAN, now=NOW)
    assert len([each for each in sent if each.lstrip().upper().startswith(("SELECT", "WITH"))]) == 3


def test_members_are_told_of_the_hours_booked_last_where_a_theme_has_many(
    database: Database, monkeypatch: pytest.MonkeyPatch, signed_in: Callable[[Member | int], Browser]
) -> None:
    monkeypatch.setattr("flashmeet.programme.service.time_to_help.ENOUGH", 5)
    with database.writing() as db:
        alice, bob = people.member(db, "Alice", mentor=True), people.member(db, "Bob", locale="en")
        for number in range(8):
            mentee = people.member(db, f"B{number}")
            an_hour(db, alice, mentee, at=NOW - (number + 1) * DAY, waited=(number % 5 + 1) * DAY)
        slug = law(db).slug
    page = signed_in(bob).get("/search", query_string={"theme": slug}).get_data(as_text=True)
    assert "Half of the latest 5 hours took place within 48 hours of the need, and 9 in 10 within 4 days." in page


def test_administrators_are_told_of_some_hours_spread_over_the_time_where_many_were_held(
    database: Database,
    odile: Member,
    monkeypatch: pytest.MonkeyPatch,
    signed_in: Callable[[Member | int], Browser],
) -> None:
    """A report counts them all."""
    monkeypatch.setattr("flashmeet.programme.service.time_to_help.ENOUGH", 5)
    with database.writing() as db:
        alice = people.member(db, "Alice", mentor=True)
        for number in range(8):
            an_hour(db, alice, people.member(db, f"B{number}"), at=NOW - (number + 1) * DAY, waited=DAY)
        db.get_one(Member, odile.id).locale = "en"
        theme_id = law(db).id
    browser = signed_in(odile)
    for path in ("/admin", f"/admin/themes/{theme_id}"):
        page = browser.get(path).get_data(as_text=True)
        assert "half within 24 hours, nine of ten within 24 hours" in page and "n = 5" in page, path
        assert "Worked out from 5 of these hours, spread over the time, within the last hour." in page, path
    page = browser.get("/admin/reports").get_data(as_text=True)
    assert "n = 8" in page and "Worked out" not in page


def test_overview_report_and_theme_say_the_time_to_help(
    database: Database, odile: Member, signed_in: Callable[[Member | int], Browser]
) -> None:
    with database.writing() as db:
        alice = people.member(db, "Alice", mentor=True)
        for number in range(3):
            an_hour(db, alice, people.member(db, f"B{number}"), at=NOW - (number + 1) * DAY, waited=(number + 1) * DAY)
        db.get_one(Member, odile.id).locale = "en"
        theme_id = law(db).id
    browser = signed_in(odile)
    for path in ("/admin", "/admin/reports", f"/admin/themes/{theme_id}"):
        page = browser.get(path).get_data(as_text=True)
        assert "2 days" in page and "n = 3" in page, path
        assert "Time to help" in page, path
