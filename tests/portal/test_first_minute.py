"""A new mentor's first minute: a few taps become hours that members can book."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from flashmeet.audit.service import record
from flashmeet.core.database.session import Database
from flashmeet.core.settings.service import decide
from flashmeet.identity.acts import Act, Audited
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Leave
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from flashmeet.themes.service import create_theme
from tests import people
from tests.browsers import Browser, Clock
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
        assert read_schedule(db, nadia.id) is None


def test_what_was_promised_is_what_can_be_booked(browser: Browser, database: Database, nadia: Member) -> None:
    theme = law_id(database)
    form = {**FORM, "themes": [str(theme)], f"proof-{theme}": "Quinze ans de contrats"}
    assert browser.send("/welcome/mentor", form).location == "/welcome/mentor/done"
    with database.reading() as db:
        saved = db.get_one(Member, nadia.id)
        schedule = read_schedule(db, nadia.id)
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
        {"themes": []},
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_is_saved(
    browser: Browser, database: Database, nadia: Member, wrong: dict[str, Any]
) -> None:
    theme = law_id(database)
    given = {"themes": [str(theme)], f"proof-{theme}": "Quinze ans de contrats"}
    answer = browser.send("/welcome/mentor", {**FORM, **given, **wrong})
    assert (answer.status_code, 'id="error-summary"' in answer.get_data(as_text=True)) == (422, True)
    with database.reading() as db:
        assert read_schedule(db, nadia.id) is None


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
        assert read_schedule(db, nadia.id) is None


def test_a_network_without_themes_holds_no_mentor_up(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        zoe = people.member(db, "Zoé", mentor=True)
    browser = signed_in(zoe)
    assert browser.send("/welcome/mentor", FORM).location == "/welcome/mentor/done"
    assert "n’a pas encore de thèmes" in browser.get("/welcome/mentor/done").get_data(as_text=True)


def given(database: Database) -> dict[str, Any]:
    theme = law_id(database)
    return {**FORM, "themes": [str(theme)], f"proof-{theme}": "Quinze ans de contrats"}


def test_the_last_page_tells_an_approved_mentor_what_comes_next(browser: Browser, database: Database) -> None:
    browser.send("/welcome/mentor", given(database))
    page = browser.get("/welcome/mentor/done").get_data(as_text=True)
    assert "Vos heures sont ouvertes" in page and "Quinze ans de contrats" in page
    assert "valide" not in page.lower()


def applicants(database: Database, days: list[int]) -> None:
    """Mentors whom Odile approved so many days after they came."""
    with database.writing() as db:
        odile = people.member(db, "Odile", administrator=True, mentee=False)
        for number, waited in enumerate(days):
            who = people.member(db, f"Mentor{number}", mentor=True)
            record(db, Audited(act=Act.MEMBER_APPROVED, by=odile.id, to=who.id), NOW + timedelta(days=waited))


@pytest.fixture
def waiting(database: Database, signed_in: SignedIn) -> Browser:
    """Somebody who has done the first minute, and whom nobody has approved yet."""
    with database.writing() as db:
        people.law(db)
        lea = people.member(db, "Lea", mentor=True, mentee=False, approved=False)
        decide(db, "contact_name", "Odile Roux")
    browser = signed_in(lea)
    browser.send("/welcome/mentor", given(database))
    return browser


def test_the_last_page_says_who_reads_the_application_and_how_long_it_took_lately(
    waiting: Browser, database: Database, clock: Clock
) -> None:
    applicants(database, [1, 3, 9])
    clock.at = NOW + timedelta(days=20)
    page = waiting.get("/welcome/mentor/done").get_data(as_text=True)
    assert "Odile Roux" in page and "environ 3\u00a0jours" in page and "lea@example.org" in page


def test_of_few_answers_no_time_is_told(waiting: Browser, database: Database, clock: Clock) -> None:
    applicants(database, [1, 3])
    clock.at = NOW + timedelta(days=20)
    assert "environ" not in waiting.get("/welcome/mentor/done").get_data(as_text=True)


def test_who_has_not_done_it_yet_is_led_to_it(browser: Browser) -> None:
    assert browser.get("/welcome/mentor/done").location == "/welcome/mentor"
    assert 'href="/welcome/mentor"' in browser.get("/me").get_data(as_text=True)


def test_who_gave_hours_and_no_theme_is_led_to_the_themes(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        mia = people.mentor(db, "Mia")
        mia.offers.clear()
    assert signed_in(mia).get("/welcome/mentor").location == "/me/profile#field-themes"
