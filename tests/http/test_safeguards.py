"""What accuses, ends or publishes is asked about first or can be undone: every form says which, and it is so."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.http.admission.access import declared
from flashmeet.http.admission.identity import API
from flashmeet.http.forms.confirming import FIELD, question_before
from flashmeet.http.forms.done_sentences import SENTENCES
from flashmeet.i18n.catalogue import translations
from flashmeet.models import Base
from tests.audit.test_every_act import ACTS, form_of, make_ready
from tests.browsers import Browser, Clock, asked_again
from tests.http.conftest import World
from tests.http.safeguard_cases import ASKED, ASKED_BY_VIEW, LASTING, UNDOING, Form, make_ready_for
from tests.http.safeguards import ASKS_ITSELF, CONFIRMED, HARMLESS, OWN_PAGE, UNDONE

TEMPLATES = Path(__file__).parents[2] / "templates"
KEYS = (*CONFIRMED, *ASKS_ITSELF, *OWN_PAGE, *UNDONE, *HARMLESS)
_FORM = re.compile(r'<form[^>]*method="post"[^>]*action="([^"]+)"[^>]*>(.*?)</form>', re.S)
_FIELD = re.compile(r'<(?:input type="hidden"|button [^>]*) name="([^"]+)" value="([^"]*)"')


def endpoint_of(key: str) -> str:
    return key.partition(":")[0]


def forms(app: Flask) -> set[str]:
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not str(rule).startswith(API) and declared(app, rule.endpoint)
    }


def test_every_form_says_what_keeps_a_slip_from_doing_harm(app: Flask) -> None:
    said = {endpoint_of(key) for key in KEYS}
    assert (sorted(forms(app) - said), sorted(said - forms(app))) == ([], [])
    assert len(KEYS) == len({*KEYS})


def test_a_form_is_asked_about_exactly_where_the_table_says_so(app: Flask) -> None:
    assert {endpoint_of(key) for key in CONFIRMED} == {each for each in forms(app) if question_before(app, each)}


def ready(app: Flask, database: Database, world: World, links: Links, key: str) -> tuple[Browser, str, Form]:
    """Returns a browser of whoever sends the form, its address, and what is sent."""
    rule = next(each for each in app.url_map.iter_rules(endpoint_of(key)) if "POST" in (each.methods or ()))
    who, form = (ASKED | ASKED_BY_VIEW | UNDOING).get(key, ("Odile", {}))
    with database.writing() as db:
        if who == "Odile":
            make_ready(str(rule), db, world)
            form = form or ACTS[str(rule)] | form_of(str(rule), db, world)
        make_ready_for(key, db, world, links)
    return Browser(app).sign_in(world.ids[who]), world.path(rule), form


OWN = frozenset({"draft", "rate_count", "fm_revision", "revision"})
"""What is kept of the sending itself."""


def stored(database: Database, *, without: frozenset[str] = frozenset()) -> dict[str, list[str]]:
    """Everything that is stored, by table; of sign-ins only which there are, since each request notes itself there."""
    found = {}
    with database.reading() as db:
        for table in Base.metadata.sorted_tables:
            columns = [each for each in table.c if each.name not in without]
            if table.name == "login_session":
                columns = [*inspect(table).primary_key]
            if table.name not in OWN and columns:
                found[table.name] = sorted(map(repr, db.execute(select(*columns))))
    return found


@pytest.mark.parametrize("key", sorted(CONFIRMED))
def test_nothing_is_done_before_they_say_that_they_are_sure(
    app: Flask, database: Database, world: World, links: Links, key: str
) -> None:
    browser, path, form = ready(app, database, world, links, key)
    before = stored(database)
    asked = browser.send(path, {**form, "form_page": "/me"}, sure=False)
    page = asked.get_data(as_text=True)
    fields = asked_again(asked)
    assert asked.status_code == 200
    assert fields is not None, page[:2000]
    assert stored(database) == before
    assert '<a class="btn btn-outline" href="/me">' in page
    assert fields.poplist(FIELD) == ["yes"]
    done = browser.post(path, data={**fields.to_dict(flat=False), FIELD: "yes"})
    assert done.status_code in (200, 303), done.get_data(as_text=True)[:2000]
    assert asked_again(done) is None
    assert stored(database) != before


@pytest.fixture
def during_the_hour(clock: Clock) -> None:
    clock.at = clock.at.replace(day=9, minute=20)


@pytest.mark.usefixtures("during_the_hour")
@pytest.mark.parametrize("key", sorted(ASKS_ITSELF))
def test_a_view_that_asks_itself_does_nothing_before_either(
    app: Flask, database: Database, world: World, links: Links, key: str
) -> None:
    browser, path, form = ready(app, database, world, links, key)
    form = {name: value for name, value in form.items() if name != "sure"}
    before = stored(database)
    asked = browser.send(path, form)
    assert asked.status_code in (200, 422)
    assert 'name="sure"' in asked.get_data(as_text=True)
    assert stored(database) == before


def holders(endpoint: str, button: str) -> set[str]:
    """The templates with a form of that endpoint, and with that button where one is named."""
    found = {path: re.sub(r'href="[^"]*"', "", path.read_text("utf-8")) for path in TEMPLATES.rglob("*.html")}
    return {
        str(path.relative_to(TEMPLATES))
        for path, text in found.items()
        if re.search(rf"""['"]{re.escape(endpoint)}['"]""", text) and (not button or f'value="{button}"' in text)
    }


@pytest.mark.parametrize("key", sorted(OWN_PAGE))
def test_a_form_with_a_page_of_its_own_stands_on_no_other(key: str) -> None:
    endpoint, _, button = key.partition(":")
    assert (TEMPLATES / OWN_PAGE[key]).is_file()
    assert holders(endpoint, button) <= {OWN_PAGE[key]}


def form_to(app: Flask, page: str, endpoint: str) -> tuple[str, dict[str, str]] | None:
    """Returns the address and the fields of the first form of the page that this endpoint takes."""
    for action, inside in _FORM.findall(page):
        if app.url_map.bind("").match(unescape(action), method="POST")[0] == endpoint:
            return unescape(action), {name: unescape(value) for name, value in _FIELD.findall(inside)}
    return None


@pytest.mark.parametrize("key", sorted(UNDONE.keys() - {"kept_words.drop"}))
def test_the_page_that_follows_takes_it_back(
    app: Flask, database: Database, world: World, links: Links, key: str
) -> None:
    browser, path, form = ready(app, database, world, links, key)
    renewed = frozenset({"id", "version", "created_at", "changed_at"})
    before = stored(database, without=renewed)
    answer = browser.send(path, form)
    page = browser.get(answer.location.partition("#")[0]) if answer.status_code == 303 else answer
    assert page.status_code == 200, answer.get_data(as_text=True)[:2000]
    undo = form_to(app, page.get_data(as_text=True), UNDONE[key])
    assert undo is not None, page.get_data(as_text=True)
    assert stored(database, without=renewed) != before
    assert browser.post(undo[0], data=undo[1]).status_code in (200, 303)
    after = stored(database, without=renewed)
    of_its_own = {"audit_entry", "case_event", "opening"}  # two records, and what is worked out anew
    assert key in LASTING or {name for name in before if before[name] != after[name]} <= of_its_own


def test_the_button_to_undo_stands_in_the_status_sentence_once(app: Flask, world: World) -> None:
    alice = Browser(app).sign_in(world.ids["Alice"])
    alice.send(f"/me/days/{world.known['day_id']}/withdraw")
    status = re.search(r'<div[^>]*role="status">(.*?)</div>', alice.get("/me/days").get_data(as_text=True), re.S)
    assert status is not None
    assert translations("fr").gettext(SENTENCES["own_days.withdraw"]) in unescape(status[1])
    assert f'action="/me/days/{world.known["day_id"]}/restore"' in status[1]
    assert "/restore" not in alice.get("/me/days").get_data(as_text=True)


def test_words_stand_in_the_form_again_for_whoever_is_not_sure_and_come_back_once_discarded(
    app: Flask, world: World
) -> None:
    alice, words = Browser(app).sign_in(world.ids["Alice"]), "Voyez l’article 3."
    booking = f"/bookings/{world.known['booking_id']}"
    asked = alice.send(f"{booking}/solved", {"text": words, "form_page": booking}, sure=False)
    assert f'href="{booking}"' in asked.get_data(as_text=True)
    assert words in alice.get(booking).get_data(as_text=True)
    alice.send("/kept-words/drop", {"form_page": booking})
    page = alice.get(booking).get_data(as_text=True)
    assert words not in page
    undo = form_to(app, page, UNDONE["kept_words.drop"])
    assert undo is not None
    alice.post(undo[0], data=undo[1])
    assert words in alice.get(booking).get_data(as_text=True)
