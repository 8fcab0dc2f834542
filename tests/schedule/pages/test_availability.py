"""A mentor's week: what is typed is what is saved, or else it stays on the page with a word beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from flashmeet.core.database.session import Database
from flashmeet.core.settings.policies import Policy
from flashmeet.identity.models import Member
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import DayOverride, Span, WeeklyRule
from flashmeet.schedule.service.availability import save_availability
from tests import people
from tests.browsers import Browser, Clock
from tests.schedule.pages.availability_pages import FORM, hours_on

SignedIn = Callable[[Member | int], Browser]
PAGE = "/me/availability"


@pytest.fixture
def alice(database: Database) -> Member:
    with database.writing() as db:
        return people.mentor(db, "Alice", rules=(), locale="en")


def saved(database: Database, member: Member) -> Any:
    with database.reading() as db:
        return read_schedule(db, member.id)


def test_saving_shows_the_hours_that_result(alice: Member, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    answer = browser.send(PAGE, FORM)
    assert (answer.status_code, answer.location) == (303, "/me/availability?saved=1#hours")
    page = browser.get(PAGE).get_data(as_text=True)
    assert hours_on(page) == {"Tuesday 1 December": ["18:00", "19:00"], "Tuesday 8 December": ["18:00", "19:00"]}


def test_an_override_replaces_its_day_on_the_mentors_own_wall(
    database: Database, signed_in: SignedIn, clock: Clock
) -> None:
    clock.at = datetime(2027, 3, 20, 9, tzinfo=UTC)
    with database.writing() as db:
        aroha = people.mentor(db, "Aroha", rules=(), tzid="Pacific/Auckland", locale="en")
    dated = {"date": ["2027-03-30"], "date-kind": ["open"], "date-start": ["8:00"], "date-end": ["10h"]}
    signed_in(aroha).send(PAGE, {**FORM, "tzid": "Pacific/Auckland", **dated})
    here = hours_on(signed_in(aroha).get(PAGE).get_data(as_text=True))
    assert here == {"Tuesday 23 March": ["18:00", "19:00"], "Tuesday 30 March": ["08:00", "09:00"]}
    there = hours_on(signed_in(aroha).get(f"{PAGE}?seen_from=America/Los_Angeles").get_data(as_text=True))
    assert there == {"Monday 22 March": ["22:00", "23:00"], "Monday 29 March": ["12:00", "13:00"]}


def test_a_later_override_is_shown_beyond_the_fourteen_days(alice: Member, signed_in: SignedIn) -> None:
    dated = {"date": ["2026-12-24"], "date-kind": ["open"], "date-start": ["09:00"], "date-end": ["10:00"]}
    browser = signed_in(alice)
    browser.send(PAGE, {**FORM, **dated})
    assert hours_on(browser.get(PAGE).get_data(as_text=True))["Thursday 24 December"] == ["09:00"]


def test_what_cannot_be_read_is_said_and_nothing_is_written(
    alice: Member, signed_in: SignedIn, database: Database
) -> None:
    before = saved(database, alice)
    browser = signed_in(alice)
    said: dict[str, dict[str, Any]] = {
        "We could not read this time.": {"start-1": ["25:99"]},
        "The end (17:00) must come after the start (18:00).": {"end-1": ["17:00"]},
        "We do not know the time zone “Mars/Olympus”.": {"tzid": "Mars/Olympus"},
        "“Hours per week” must be between 1 and 1000.": {"per_week": "1001"},
        "We could not read “Minimum notice”.": {"notice": "other", "notice_hours": "soon"},
    }
    for words, typed in said.items():
        answer = browser.send(PAGE, {**FORM, "start-4": ["7h30"], "end-4": ["12:00"], **typed})
        assert (answer.status_code, words in answer.get_data(as_text=True)) == (422, True), words
    assert saved(database, alice) == before


def test_nothing_that_was_typed_is_lost(alice: Member, signed_in: SignedIn) -> None:
    odd = {
        "start-1": ["25:99", "half past"],
        "end-1": ["20:00", "<b>"],
        "date": ["2026-12-24", "someday"],
        "date-kind": ["closed", "open"],
        "date-start": ["", "8"],
        "date-end": ["", "ten"],
        "notice": "other",
        "notice_hours": "1,75",
        "per_day": "7777",
    }
    page = signed_in(alice).send(PAGE, {**FORM, **odd}).get_data(as_text=True)
    texts = ("25:99", "half past", "20:00", "&lt;b&gt;", "2026-12-24", "someday", "8", "ten", "1,75", "7777")
    assert [text for text in texts if f'value="{text}"' not in page] == []
    assert '<option value="7777" selected>' in page
    assert '<option value="closed" selected>' in page


def test_a_fault_stands_beside_its_own_field(alice: Member, signed_in: SignedIn) -> None:
    typed = {"start-1": ["10:00", "11:00"], "end-1": ["11:00", "noon"]}
    page = signed_in(alice).send(PAGE, {**FORM, **typed}).get_data(as_text=True)
    assert (
        'value="noon" list="quarters" inputmode="numeric" autocomplete="off" maxlength="12" aria-invalid="true"' in page
    )
    assert page.count('aria-invalid="true"') == 1
    assert page.count('id="problem-week-1-1"') == 1


def test_the_whole_form_says_what_was_meant(alice: Member, signed_in: SignedIn, database: Database) -> None:
    typed = {
        "tzid": "America/Toronto",
        "start-1": ["18h", "1230"],
        "end-1": ["24:00", "13.45"],
        "start-6": ["22:00", ""],
        "end-6": ["0:00", ""],
        "date": ["2026-12-24", ""],
        "date-kind": ["closed", "open"],
        "date-start": ["", ""],
        "date-end": ["", ""],
        "durations": ["30", "60"],
        "start_every": "15",
        "buffer_before": "15",
        "buffer_after": "30",
        "notice": "other",
        "notice_hours": "1,5",
        "horizon_days": "56",
        "confirm": "ask",
        "per_day": "1",
        "per_month": "4",
    }
    assert signed_in(alice).send(PAGE, {**FORM, **typed}).status_code == 303
    schedule = saved(database, alice)
    assert schedule.tzid == "America/Toronto"
    assert schedule.rules == (
        WeeklyRule(1, Span.parse("12:30", "13:45")),
        WeeklyRule(1, Span.parse("18:00", "24:00")),
        WeeklyRule(6, Span.parse("22:00", "24:00")),
    )
    assert schedule.overrides == (DayOverride(date(2026, 12, 24), None),)
    policy = schedule.policy
    assert (policy.durations, policy.start_every, policy.buffer_before, policy.buffer_after) == ((30, 60), 15, 15, 30)
    assert (policy.notice_minutes, policy.horizon_days, policy.confirm) == (90, 56, "ask")
    assert (policy.per_day, policy.per_week, policy.per_month) == (1, None, 4)


def test_what_was_saved_comes_back_as_it_was(alice: Member, signed_in: SignedIn, database: Database) -> None:
    with database.writing() as db:
        mentor = db.get_one(Member, alice.id)
        policy = Policy(notice_minutes=100, horizon_days=33, per_day=9, durations=(75,))
        rules = (WeeklyRule(2, Span.parse("18:00", "24:00")),)
        save_availability(db, mentor, tzid="Asia/Kolkata", rules=rules, overrides=(), policy=policy, now=people.NOW)
    before = saved(database, alice)
    page = signed_in(alice).get(PAGE).get_data(as_text=True)
    for text in ('value="Asia/Kolkata" selected', 'value="24:00"', 'value="1.6667"', 'value="33" selected', "75"):
        assert text in page
    kept = {
        **FORM,
        "tzid": "Asia/Kolkata",
        "start-1": [],
        "end-1": [],
        "start-2": ["18:00"],
        "end-2": ["24:00"],
        "durations": ["75"],
        "notice": "other",
        "notice_hours": "1.6667",
        "buffer_after": "15",
        "horizon_days": "33",
        "per_day": "9",
        "per_week": "1",
        "per_month": "2",
    }
    assert signed_in(alice).send(PAGE, kept).status_code == 303
    assert saved(database, alice) == before


def test_a_line_is_added_and_removed_without_scripts_and_without_saving(
    alice: Member, signed_in: SignedIn, database: Database
) -> None:
    before = saved(database, alice)
    browser = signed_in(alice)
    more = browser.send(PAGE, {**FORM, "add": "1"})
    assert more.status_code == 200
    assert more.get_data(as_text=True).count('name="start-1"') == 3  # the line, the new one, and the script's pattern
    less = browser.send(PAGE, {**FORM, "start-1": ["18:00", "12:00"], "end-1": ["20:00", "13:00"], "remove": "1-0"})
    page = less.get_data(as_text=True)
    assert ('value="12:00"' in page, 'value="18:00" list' in page) == (True, False)
    assert saved(database, alice) == before


def test_a_day_when_the_clocks_change_is_pointed_out(alice: Member, signed_in: SignedIn) -> None:
    dated: dict[str, Any] = {"date-kind": ["open"], "date-start": ["01:00"], "date-end": ["04:00"], "add": "date"}
    browser = signed_in(alice)
    forward = browser.send(PAGE, {**FORM, **dated, "date": ["2027-03-28"]}).get_data(as_text=True)
    back = browser.send(PAGE, {**FORM, **dated, "date": ["2027-10-31"]}).get_data(as_text=True)
    plain = browser.send(PAGE, {**FORM, **dated, "date": ["2027-10-30"]}).get_data(as_text=True)
    assert ["clocks go forward" in forward, "clocks go back" in back, "clocks go" in plain] == [True, True, False]


def test_a_day_beyond_the_horizon_says_from_when_it_can_be_booked(alice: Member, signed_in: SignedIn) -> None:
    dated = {"date": ["2027-02-01"], "date-kind": ["open"], "date-start": ["09:00"], "date-end": ["10:00"]}
    browser = signed_in(alice)
    assert "Members can book it from Monday 4 January." in browser.send(
        PAGE, {**FORM, **dated, "add": "date"}
    ).get_data(as_text=True)
    assert "Members can book it" not in browser.send(
        PAGE, {**FORM, **dated, "horizon_days": "84", "add": "date"}
    ).get_data(as_text=True)


def test_the_commitment_is_said_back(alice: Member, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    browser.send(PAGE, {**FORM, "per_month": "2", "buffer_after": "15", "confirm": "ask"})
    assert (
        "You give at most 2 hours a month. People can book up to 4 weeks ahead, and no later than 2 hours before. "
        "After each hour, you keep 15 minutes for yourself. Nothing is confirmed until you have answered."
    ) in browser.get(PAGE).get_data(as_text=True)


def test_too_many_lines_are_refused_in_words(alice: Member, signed_in: SignedIn, database: Database) -> None:
    before = saved(database, alice)
    many = {"start-1": ["10:00"] * 201, "end-1": ["11:00"] * 201}
    assert signed_in(alice).send(PAGE, {**FORM, **many}).status_code == 422
    assert saved(database, alice) == before


def test_a_mentee_finds_nothing_here(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob")
    assert signed_in(bob).get(PAGE).status_code == 404
    assert signed_in(bob).send(PAGE, FORM).status_code == 404


def test_looking_changes_nothing(alice: Member, signed_in: SignedIn, database: Database) -> None:
    before = saved(database, alice)
    signed_in(alice).get(f"{PAGE}?saved=1&seen_from=Asia/Tokyo&tzid=Asia/Tokyo&start-1=10:00&end-1=12:00")
    assert saved(database, alice) == before


def version_on(page: str) -> str:
    found = re.search(r'name="version" value="(\w+)"', page)
    assert found
    return found[1]


def test_a_form_that_others_have_overtaken_overwrites_nothing_and_keeps_what_was_typed(
    alice: Member, signed_in: SignedIn, database: Database
) -> None:
    """F17: an hour given in another tab was taken back by a form that was opened before it."""
    browser = signed_in(alice)
    opened = browser.get(PAGE).get_data(as_text=True)
    given = {"date": ["2026-12-08"], "date-kind": ["open"], "date-start": ["10:00"], "date-end": ["11:00"]}
    browser.send(PAGE, {**FORM, **given})
    before = saved(database, alice)
    answer = browser.send(PAGE, {**FORM, "start-3": ["07:15"], "end-3": ["08:15"], "version": version_on(opened)})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, saved(database, alice)) == (409, before)
    assert "changed meanwhile" in page
    assert 'value="07:15"' in page and "2026-12-08 10:00–\u206011:00" in page  # what was typed, and what is stored
    again = {**FORM, "start-3": ["07:15"], "end-3": ["08:15"], "version": version_on(page)}
    assert browser.send(PAGE, again).status_code == 303  # both were seen: what is sent now is meant
    assert saved(database, alice) != before


def test_a_form_replaces_the_version_that_it_was_opened_on_through_every_detour(
    alice: Member, signed_in: SignedIn
) -> None:
    browser = signed_in(alice)
    opened = version_on(browser.get(PAGE).get_data(as_text=True))
    browser.send(PAGE, FORM)
    for typed in ({"add": "2"}, {"start-1": ["25:99"]}):
        page = browser.send(PAGE, {**FORM, **typed, "version": opened}).get_data(as_text=True)
        assert version_on(page) == opened


PREVIEW = f"{PAGE}/preview"


def test_the_hours_stand_there_before_anything_is_saved(alice: Member, signed_in: SignedIn, database: Database) -> None:
    before = saved(database, alice)
    page = signed_in(alice).send(PREVIEW, FORM).get_data(as_text=True)
    assert "This opens 8 hours to choose from in the next 28 days. The first: Tue 1 Dec, 18:00 (Paris)." in re.sub(
        r"<[^>]+>|\s+", " ", page
    ).replace("  ", " ")
    assert hours_on(page)["Tuesday 8 December"] == ["18:00", "19:00"]
    assert 'name="start-1" value="18:00"' in page and "Not saved yet." in page
    assert saved(database, alice) == before


def test_a_form_that_is_being_filled_in_gets_the_hours_alone(alice: Member, signed_in: SignedIn) -> None:
    part = signed_in(alice).send(PREVIEW, {**FORM, "part": "yes"}).get_data(as_text=True)
    assert part.lstrip().startswith("<section") and "<form" not in part
    assert hours_on(part)["Tuesday 1 December"] == ["18:00", "19:00"]


def test_a_line_that_is_half_typed_shows_no_hours_and_no_fault_meanwhile(alice: Member, signed_in: SignedIn) -> None:
    answer = signed_in(alice).send(PREVIEW, {**FORM, "start-3": ["18:"], "end-3": [""], "part": "yes"})
    assert (answer.status_code, hours_on(answer.get_data(as_text=True))) == (200, {})
    assert "cannot be read yet" in answer.get_data(as_text=True)


def test_a_preview_of_a_form_with_a_fault_names_the_fault(alice: Member, signed_in: SignedIn) -> None:
    answer = signed_in(alice).send(PREVIEW, {**FORM, "end-1": ["17:00"]})
    assert answer.status_code == 422
    assert "week-1-0" in answer.get_data(as_text=True)


def test_a_day_is_copied_to_others_without_scripts_and_without_saving(
    alice: Member, signed_in: SignedIn, database: Database
) -> None:
    before = saved(database, alice)
    typed = {"start-3": ["09:00"], "end-3": ["10:00"], "start-4": ["07:00"], "end-4": ["08:00"]}
    page = signed_in(alice).send(PAGE, {**FORM, **typed, "copy": "1", "copy-1": ["3", "5"]}).get_data(as_text=True)
    lines = re.findall(r'name="(start-\d)" value="([\d:]+)"', page)
    assert lines == [("start-1", "18:00"), ("start-3", "18:00"), ("start-4", "07:00"), ("start-5", "18:00")]
    assert saved(database, alice) == before


@pytest.mark.parametrize("asked", [{"copy": "9"}, {"copy": "1", "copy-1": ["1", "x", "12"]}, {"copy": ""}])
def test_a_copy_of_no_day_or_to_no_day_changes_nothing(
    asked: dict[str, Any], alice: Member, signed_in: SignedIn
) -> None:
    page = signed_in(alice).send(PAGE, {**FORM, **asked}).get_data(as_text=True)
    assert re.findall(r'name="(start-\d)" value="([\d:]+)"', page) == [("start-1", "18:00")]


def test_the_bar_says_what_is_not_saved_and_only_that(alice: Member, signed_in: SignedIn) -> None:
    browser = signed_in(alice)
    assert "data-unsaved>" not in browser.get(PAGE).get_data(as_text=True)
    assert "data-unsaved>" in browser.send(PAGE, {**FORM, "add": "2"}).get_data(as_text=True)
    browser.send(PAGE, FORM)
    assert "data-unsaved>" not in browser.get(PAGE).get_data(as_text=True)
