"""A new mentor's first minute: a few taps become hours that members can book."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Leave
from flashmeet.schedule.service.availability import schedule_of
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from flashmeet.themes.service import create_theme
from tests import people
from tests.browsers import Browser
from tests.people import NOW

SignedIn = Callable[[Member | int], Browser]
FORM: dict[str, Any] = {
    "languages": "français, English",
    "hours_a_month": "2",
    "one_a_day": "yes",
    "weekdays": ["1", "3"],
    "after": "18:00",
    "before": "20:00",
    "months_off": ["8"],
}


@pytest.fixture
def nadia(database: Database) -> Member:
    with database.writing() as db:
        people.law(db)
        return people.member(db, "Nadia", mentor=True, mentee=False)


@pytest.fixture
def browser(nadia: Member, signed_in: SignedIn) -> Browser:
    return signed_in(nadia)


def law_id(database: Database) -> int:
    with database.writing() as db:
        return people.law(db).id


def test_the_sentence_and_the_hours_stand_there_before_anything_is_saved(
    browser: Browser, database: Database, nadia: Member
) -> None:
    page = browser.send("/welcome/mentor", {**FORM, "look": "yes"}).get_data(as_text=True)
    assert "Vos jours : mardi et jeudi, de 18:00 à 20:00." in page
    assert "2\u00a0heures par mois" in page and "Pas en août 2027." in page
    assert page.count('<time datetime="2026-12-03T17:00:00Z">18:00</time>') == 1
    with database.reading() as db:
        assert schedule_of(db, nadia.id) is None


def test_what_was_promised_is_what_can_be_booked(browser: Browser, database: Database, nadia: Member) -> None:
    theme = law_id(database)
    form = {**FORM, "themes": [str(theme)], f"proof-{theme}": "Quinze ans de contrats"}
    assert browser.send("/welcome/mentor", form).location == "/me/availability?saved=1#hours"
    with database.reading() as db:
        saved = db.get_one(Member, nadia.id)
        schedule = schedule_of(db, nadia.id)
        slots = find_slots(db, SlotQuery(tzid="Europe/Paris", theme_id=theme), now=NOW).slots
        leave = db.scalars(select(Leave)).one()
    assert schedule is not None
    assert (schedule.policy.per_month, schedule.policy.per_day) == (2, 1)
    assert saved.languages == ["fr", "en"]
    assert {(slot.starts_at.weekday(), slot.starts_at.hour) for slot in slots} == {(1, 17), (1, 18), (3, 17), (3, 18)}
    assert (leave.first.isoformat(), leave.last.isoformat()) == ("2027-08-01", "2027-08-31")
    assert browser.get("/welcome/mentor").location == "/me/availability"


@pytest.mark.parametrize(
    "wrong",
    [
        {"weekdays": []},
        {"after": "20:00", "before": "18:00"},
        {"hours_a_month": "many"},
        {"months_off": ["x"]},
        {"languages": "Klingonais"},
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_saved(
    browser: Browser, database: Database, nadia: Member, wrong: dict[str, Any]
) -> None:
    answer = browser.send("/welcome/mentor", {**FORM, **wrong})
    assert (answer.status_code, 'id="error-summary"' in answer.get_data(as_text=True)) == (422, True)
    with database.reading() as db:
        assert schedule_of(db, nadia.id) is None


def test_a_theme_that_was_retired_meanwhile_costs_nothing_that_was_typed(
    browser: Browser, database: Database, nadia: Member
) -> None:
    with database.writing() as db:
        tax = create_theme(db, names={"fr": "Impôts", "en": "Tax"})
        tax.active = False
    answer = browser.send("/welcome/mentor", {**FORM, "languages": "français, allemand", "themes": [tax.id]})
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'value="français, allemand"' in page) == (422, True)
    assert '<p class="field-problem" id="field-themes-problem">' in page
    with database.reading() as db:
        assert schedule_of(db, nadia.id) is None
