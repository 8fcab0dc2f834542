"""What I say about myself: kept as text, read as meant, refused in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from flashmeet.themes.models import Theme
from flashmeet.themes.service import create_theme
from tests import people
from tests.browsers import Browser

SignedIn = Callable[[Member | int], Browser]
FORM: dict[str, Any] = {
    "first_name": "Alice",
    "last_name": "Exemple",
    "headline": "",
    "languages": "français",
    "company": "",
    "sector": "",
    "graduation_year": "",
    "phone": "",
    "tzid": "Europe/Paris",
    "locale": "en",
}


@pytest.fixture
def alice(database: Database) -> Member:
    with database.writing() as db:
        return people.mentor(
            db, "Alice", locale="en", phone="+33612345678", phone_verified_at=people.NOW, sms_opt_in=True
        )


def row(database: Database, member: Member) -> Member:
    with database.reading() as db:
        found = db.get_one(Member, member.id)
        assert found.offers is not None
        return found


def law_id(database: Database) -> int:
    with database.writing() as db:
        return people.law(db).id


def test_everything_is_read_as_it_was_meant(database: Database, alice: Member, signed_in: SignedIn) -> None:
    typed = {
        **FORM,
        "headline": "  Avocate,\u202e\r\nBcc: x  ",
        "languages": "French; english, allemand, fr",
        "graduation_year": "2004",
        "phone": "06 98 76 54 32",
        "sms_opt_in": "yes",
        "tzid": "America/Toronto",
        "locale": "fr",
    }
    assert signed_in(alice).send("/me/profile", typed).location == "/me/availability/zone?saved=1"
    saved = row(database, alice)
    assert (saved.headline, saved.languages, saved.graduation_year) == ("Avocate, Bcc: x", ["fr", "en", "de"], 2004)
    assert (saved.tzid, saved.locale, saved.sms_opt_in) == ("America/Toronto", "fr", True)
    assert (saved.phone, saved.phone_verified_at) == ("+33698765432", None)


def test_the_same_number_stays_verified(database: Database, alice: Member, signed_in: SignedIn) -> None:
    signed_in(alice).send("/me/profile", {**FORM, "phone": "06 12 34 56 78"})
    saved = row(database, alice)
    assert (saved.phone, saved.phone_verified_at) == ("+33612345678", people.NOW)


def test_what_cannot_be_read_is_said_and_nothing_is_written(
    database: Database, alice: Member, signed_in: SignedIn
) -> None:
    browser = signed_in(alice)
    wrong = {
        "first_name": ("", "Fill in “First name”."),
        "last_name": ("x" * 101, "can hold 100 characters and has 101"),
        "headline": ("x" * 10_000, "can hold 200 characters"),
        "languages": ("Klingonais", "We could not read"),
        "graduation_year": ("MMIV", "must be between 1900 and 2100"),
        "phone": ("12", "We could not read this phone number."),
        "tzid": ("Mars/Olympus", "We do not know the time zone “Mars/Olympus”."),
        "locale": ("tlh", "Choose one of"),
    }
    for name, (text, said) in wrong.items():
        answer = browser.send("/me/profile", {**FORM, "company": "Kept & Co", name: text})
        page = answer.get_data(as_text=True)
        assert (answer.status_code, said in page, 'value="Kept &amp; Co"' in page) == (422, True, True), name
    assert row(database, alice).company == ""


def test_themes_follow_into_the_open_hours(database: Database, alice: Member, signed_in: SignedIn) -> None:
    with database.writing() as db:
        tax = create_theme(db, names={"fr": "Impôts", "en": "Tax"}).id
    law = law_id(database)
    answer = signed_in(alice).send("/me/profile", {**FORM, "themes": [tax], f"proof-{tax}": "Ten years of audits"})
    assert answer.status_code == 303
    assert [(offer.theme_id, offer.proof) for offer in row(database, alice).offers] == [(tax, "Ten years of audits")]
    with database.reading() as db:
        found = {
            theme_id: len(find_slots(db, SlotQuery(tzid="UTC", theme_id=theme_id), now=people.NOW).slots)
            for theme_id in (tax, law)
        }
    assert found == {tax: 20, law: 0}


def test_a_theme_that_is_not_there_is_refused(database: Database, alice: Member, signed_in: SignedIn) -> None:
    before = row(database, alice).offers
    assert signed_in(alice).send("/me/profile", {**FORM, "company": "New", "themes": [999_999]}).status_code == 422
    saved = row(database, alice)
    assert ([offer.theme_id for offer in saved.offers], saved.company) == ([offer.theme_id for offer in before], "")


def test_a_mentee_offers_no_theme(database: Database, signed_in: SignedIn) -> None:
    theme_id = law_id(database)
    with database.writing() as db:
        bob = people.member(db, "Bob")
    signed_in(bob).send("/me/profile", {**FORM, "themes": [theme_id], f"proof-{theme_id}": "I say so"})
    assert row(database, bob).offers == []
    with database.reading() as db:
        assert db.get_one(Theme, theme_id).active


def zone_of_hours(database: Database, member: Member) -> str:
    with database.reading() as db:
        schedule = read_schedule(db, member.id)
        assert schedule is not None and schedule.rules == people.EVERY_DAY
        return schedule.tzid


def test_who_moves_is_asked_whether_their_hours_move_too(
    database: Database, alice: Member, signed_in: SignedIn
) -> None:
    browser, toronto = signed_in(alice), {**FORM, "tzid": "America/Toronto"}
    assert browser.send("/me/profile", toronto).location == "/me/availability/zone?saved=1"
    page = browser.get("/me/availability/zone").get_data(as_text=True)
    assert "Your hours are still in Paris time: move them to Toronto, or keep?" in page
    assert browser.send("/me/profile", toronto).location == "/me/profile?saved=1"  # kept: not asked again
    assert zone_of_hours(database, alice) == "Europe/Paris"

    assert browser.send("/me/availability/zone").location == "/me/availability?saved=1#hours"
    assert zone_of_hours(database, alice) == "America/Toronto"
    with database.reading() as db:
        first = find_slots(db, SlotQuery(tzid="America/Toronto", mentor_id=alice.id, limit=1), now=people.NOW).slots[0]
    assert first.starts_at.hour == 13  # eight in the morning there
    assert browser.get("/me/availability/zone").location == "/me/availability"


def test_who_gives_no_hours_is_not_asked(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        idle = people.mentor(db, "Nora", rules=(), locale="en")
    assert signed_in(idle).send("/me/profile", {**FORM, "tzid": "America/Toronto"}).location == "/me/profile?saved=1"


def test_a_theme_that_was_retired_meanwhile_costs_nothing_that_was_typed(
    database: Database, alice: Member, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        tax = create_theme(db, names={"fr": "Impôts", "en": "Tax"})
        tax.active = False
    law = law_id(database)
    typed = {**FORM, "headline": "Typed & kept", "themes": [law, tax.id], f"proof-{law}": "Ten years of law"}
    answer = signed_in(alice).send("/me/profile", typed)
    page = answer.get_data(as_text=True)
    assert (answer.status_code, 'value="Typed &amp; kept"' in page, 'value="Ten years of law"' in page) == (
        422,
        True,
        True,
    )
    assert '<p class="field-problem" id="field-themes-problem">The network has no such theme.' in page
    assert row(database, alice).headline != "Typed & kept"
