"""The first page is rendered once for all visitors of a language, and each has a form of their own on it."""

from __future__ import annotations

import re

import pytest
from flask import Flask, template_rendered
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.core.settings.service import decide
from flashmeet.themes.models import Theme
from tests import people
from tests.browsers import Browser

_TOKEN = re.compile(r'name="csrf_token" value="[^"]+"')


@pytest.fixture
def rendered(app: Flask) -> list[str]:
    names: list[str] = []

    def note(_app: Flask, template: object, **_: object) -> None:
        names.append(str(getattr(template, "name", "")))

    template_rendered.connect(note, app)
    app.extensions["tests.kept_pages"] = note  # signals hold their receivers weakly
    return names


@pytest.fixture(autouse=True)
def _alice_gives_hours(database: Database) -> None:
    with database.writing() as db:
        people.law(db)
        people.mentor(db, "Alice", policy=people.FREE)


def _home(app: Flask, **asked: str) -> str:
    return Browser(app).get("/", **({"headers": asked} if asked else {})).get_data(as_text=True)


def test_two_visitors_are_shown_one_page_but_for_the_token_of_its_forms(app: Flask, rendered: list[str]) -> None:
    one, other = _home(app), _home(app)
    assert rendered == ["portal/home.html"]
    assert one != other
    assert _TOKEN.sub("", one) == _TOKEN.sub("", other)


def test_each_visitors_token_lets_their_own_form_in_and_no_other(app: Flask) -> None:
    first, second = Browser(app), Browser(app)
    tokens = [browser.token("/") for browser in (first, second)]
    form = {"locale": "en", "csrf_token": tokens[0]}
    assert second.post("/language", data=form).status_code == 400
    assert first.post("/language", data=form).status_code == 303


def test_another_language_is_another_page(app: Flask) -> None:
    french, english = _home(app, **{"Accept-Language": "fr"}), _home(app, **{"Accept-Language": "en"})
    assert '<html lang="fr">' in french
    assert '<html lang="en">' in english


def test_a_change_of_the_network_shows_at_once(app: Flask, database: Database) -> None:
    before = _home(app)
    with database.writing() as db:
        decide(db, "name", "Les anciens de Lyon")
        db.scalars(select(Theme)).one().names = {"fr": "Droit des affaires", "en": "Business law"}
    after = _home(app)
    assert "Les anciens de Lyon" not in before
    assert "Les anciens de Lyon" in after
    assert "Droit des affaires" in after


def test_a_form_leads_back_to_the_address_that_was_asked_for(app: Flask) -> None:
    _home(app)
    assert 'value="/?via=mail"' in Browser(app).get("/?via=mail").get_data(as_text=True)


def test_hours_that_opened_here_show_at_once(app: Flask, database: Database) -> None:
    before = _home(app)
    with database.writing() as db:
        people.mentor(db, "Aline", policy=people.FREE)
    assert _TOKEN.sub("", before) != _TOKEN.sub("", _home(app))
