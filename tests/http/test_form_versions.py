"""A form that saves something whole, and was opened before somebody else changed it, overwrites nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import update

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.session import Database
from flashmeet.messages.pages.admin_sms import CAPS
from tests.browsers import Browser
from tests.http.conftest import World

PROFILE = {"first_name": "Bob", "last_name": "Exemple", "languages": "fr", "locale": "fr", "tzid": "Europe/Paris"}
THEME = {"name_fr": "Droit", "name_en": "Law"}
SMS = {"sms_on": "yes", "sms_countries": "FR", **dict.fromkeys(CAPS, "5")}
DAY = {"theme": "droit", "date": "2026-12-18", "days": "1", "start": "09:00", "end": "17:00", "mode": "video"}
FORMS: dict[str, tuple[str, Mapping[str, str], str, str, str]] = {
    "profile": ("Bob", PROFILE, "headline", "Doctorante", "Ingénieure"),
    "texts": ("Odile", {"text_en": "English"}, "text_fr", "La charte de l’une", "La charte de l’autre"),
    "themes": ("Odile", THEME, "synonyms_fr", "statuts", "bail"),
    "settings": ("Odile", {}, "value", "2", "4"),
    "notifications": ("Bob", {}, "mail", "threads", "nudges"),
    "a member's profile": ("Odile", PROFILE, "headline", "Doctorante", "Ingénieure"),
    "sms": ("Odile", SMS, "sms_per_day", "200", "300"),
    "a day": ("Alice", DAY, "programme", "Une matinée au greffe", "Une journée au greffe"),
}
"""By what is saved: by whom, the other fields, the field that two tabs change, and what each writes there."""


def address(app: Flask, world: World, what: str) -> str:
    endpoints = {
        "profile": "profile.show",
        "texts": "page_texts.edit",
        "themes": "admin_themes.look",
        "settings": "admin_settings.one",
        "notifications": "notifications.show",
        "a member's profile": "admin_editing.edit",
        "sms": "admin_sms.show",
        "a day": "own_days.change",
    }
    rules = [rule for rule, _ in world.paths(app, "GET") if rule.endpoint == endpoints[what]]
    return world.path(rules[0])


def version(browser: Browser, page: str) -> str:
    found = re.search(r'name="version" value="(\w+)"', browser.get(page).get_data(as_text=True))
    assert found is not None
    return found[1]


@pytest.mark.both_databases
@pytest.mark.parametrize("what", FORMS)
def test_a_stale_tab_shows_both_sides_and_overwrites_nothing(app: Flask, world: World, what: str) -> None:
    who, others, field, first, second = FORMS[what]
    browser, page = Browser(app).sign_in(world.ids[who]), address(app, world, what)
    seen = version(browser, page)
    one, two = ({**others, field: text, "version": seen} for text in (first, second))
    assert browser.send(page, one, page=page).status_code == 303
    stale = browser.send(page, two, page=page)
    told = unescape(stale.get_data(as_text=True))
    assert stale.status_code == 409
    assert "both-sides" in told and told.index("both-sides") < told.index("<form", told.index("<main"))
    assert browser.send(page, {**two, "version": seen}, page=page).status_code == 409
    again = re.search(r'name="version" value="(\w+)"', told)
    elsewhere = Browser(app).sign_in(world.ids[who])  # where nothing that was typed is kept
    assert again is not None and again[1] == version(elsewhere, page) != seen
    assert browser.send(page, {**two, "version": again[1]}, page=page).status_code == 303
    assert "kept-words" not in browser.get(page).text


@pytest.mark.parametrize("what", [each for each in FORMS if each not in ("notifications", "settings", "sms")])
def test_both_sides_are_what_stands_now_and_what_was_typed(app: Flask, world: World, what: str) -> None:
    who, others, field, first, second = FORMS[what]
    browser, page = Browser(app).sign_in(world.ids[who]), address(app, world, what)
    seen = version(browser, page)
    for text in (first, second):
        answer = browser.send(page, {**others, field: text, "version": seen}, page=page)
    told = unescape(answer.get_data(as_text=True)).partition("</dl>")
    assert first in told[0] and second in told[0]
    assert first not in told[2] and second in told[2]


@pytest.mark.parametrize("what", FORMS)
def test_a_form_without_a_version_is_saved_as_it_is(app: Flask, world: World, what: str) -> None:
    who, others, field, first, second = FORMS[what]
    browser, page = Browser(app).sign_in(world.ids[who]), address(app, world, what)
    for text in (first, second):
        assert browser.send(page, {**others, field: text}, page=page).status_code == 303


@pytest.mark.parametrize(
    ("way", "texts"), [("question", ("Mes statuts ?", "Mon pacte ?")), ("place", ("Gare", "Café"))]
)
def test_a_stale_text_of_a_booking_is_refused_and_kept(
    app: Flask, world: World, database: Database, way: str, texts: tuple[str, str]
) -> None:
    first, second = texts
    with database.writing() as db:
        db.execute(update(Booking).values(mode="on_site", place="Parc"))
    bob = Browser(app).sign_in(world.ids["Bob"])
    page = f"/bookings/{world.known['booking_id']}"
    seen = re.search(rf'{way}" data-once>.*?name="version" value="(\w+)"', bob.get(page).get_data(as_text=True), re.S)
    assert seen is not None
    field = "place" if way == "place" else "text"
    assert bob.send(f"{page}/{way}", {field: first, "version": seen[1]}, page=page).status_code == 303
    stale = bob.send(f"{page}/{way}", {field: second, "version": seen[1]}, page=page)
    assert stale.status_code == 409
    told = bob.get(page).get_data(as_text=True)
    assert first in told and bob.send(f"{page}/{way}", {field: second}, page=page).status_code == 303
