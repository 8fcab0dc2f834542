"""After every form, the page that follows says what happened: in its title and in a status, once."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask import Flask

from flashmeet.core.database.session import Database
from flashmeet.http.admission.access import declared
from flashmeet.http.admission.identity import API
from flashmeet.http.forms.done import LASTS
from flashmeet.http.forms.done_sentences import CHOICES, SENTENCES, SILENT, TOLD_THERE
from flashmeet.i18n.catalogue import translations
from tests.audit.test_every_act import ACTS, form_of, make_ready, rules
from tests.browsers import Browser, Clock
from tests.http.conftest import World

_TITLE = re.compile(r"<title>(.*?)</title>", re.S)
_STATUS = re.compile(r'<(\w+)[^>]*role="(?:status|alert)"[^>]*>(.*?)</\1>', re.S)


def test_every_route_that_takes_a_form_says_what_it_did_or_why_it_says_nothing(app: Flask) -> None:
    forms = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not str(rule).startswith(API) and declared(app, rule.endpoint)
    }
    said = {key.partition(":")[0] for key in SENTENCES}
    assert (sorted(forms - said - SILENT.keys()), sorted((said | SILENT.keys()) - forms)) == ([], [])
    assert said & SILENT.keys() == set()
    assert {key.partition(":")[0] for key in TOLD_THERE} - said == set()


MEMBERS: dict[str, tuple[str, dict[str, Any]]] = {
    "/bookings/<int:booking_id>/cancel": ("Bob", {"reason": "Je suis malade"}),
    "/bookings/<int:booking_id>/move": ("Bob", {"starts_at": "20261216T0900Z"}),
    "/bookings/<int:booking_id>/words": ("Bob", {"text": "Bonjour Alice"}),
    "/bookings/<int:booking_id>/relation": ("Bob", {"relation": "peer"}),
    "/book/<int:mentor_id>/<stamp>": ("Charlie", {"theme": "droit", "need": "Mes statuts"}),
    "/days/<int:day_id>": ("Bob", {"need": "Voir une audience"}),
    "/requests/new": ("Charlie", {"theme": "droit", "need": "Mes statuts", "when": "theirs"}),
    "/asked/<ask_token>": ("Alice", {"act": "decline"}),
    "/asking/<request_token>": ("Bob", {"act": "withdraw"}),
    "/me/leave": ("Alice", {"first": "2027-01-04", "last": "2027-01-08"}),
    "/me/leave/<int:leave_id>/end": ("Alice", {}),
    "/me/notifications": ("Bob", {"mail": ["reminders"]}),
    "/me/notifications/pause": ("Bob", {}),
    "/me/profile/confirm": ("Bob", {}),
    "/me/security/others": ("Bob", {}),
    "/me/room": ("Alice", {"own_room": ""}),
    "/language": ("Bob", {"locale": "en", "next": "/me"}),
    "/zone": ("Bob", {"tzid": "Europe/London", "next": "/me"}),
    "/sign-out": ("Bob", {}),
    "/members/<int:person_id>/block": ("Bob", {"sessions": "cancel"}),
    "/search/propose": ("Bob", {"need": "violon", "proposal": "Musique"}),
    "/still/<still_token>": ("Alice", {}),
    "/offers/<offer_token>": ("Bob", {"act": "pass"}),
}


def said_on(page: str) -> tuple[str, str]:
    title, status = _TITLE.search(page), _STATUS.findall(page)
    assert title is not None
    return unescape(title[1]), unescape(" ".join(re.sub(r"<[^>]+>", " ", words).strip() for _, words in status))


def follows(browser: Browser, path: str, form: dict[str, Any]) -> tuple[str, str]:
    """Returns title and status of the page that a form leads to."""
    answer = browser.send(path, form)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    page = browser.get(answer.location.partition("#")[0])
    assert page.status_code == 200, (answer.location, page.status_code)
    return said_on(page.get_data(as_text=True))


def expected(app: Flask, path: str, form: dict[str, Any]) -> set[str]:
    endpoint = app.url_map.bind("").match(path, method="POST")[0]
    french = translations("fr")
    keys = [endpoint, *(f"{endpoint}:{form[name]}" for name in CHOICES if name in form), f"{endpoint}:asked"]
    said = [SENTENCES[key] for key in keys if key in SENTENCES]
    return {words.rstrip(".") for sentence in said for words in (french.gettext(sentence), sentence)}


@pytest.mark.parametrize("name", MEMBERS)
def test_the_page_after_a_members_form_says_what_happened(app: Flask, world: World, name: str) -> None:
    who, form = MEMBERS[name]
    rule = next(rule for rule in app.url_map.iter_rules() if str(rule) == name and "POST" in (rule.methods or ()))
    browser = Browser(app).sign_in(world.ids[who])
    path = world.path(rule, stamp="20261216T1000Z") if "stamp" in rule.arguments else world.path(rule)
    title, status = follows(browser, path, form)
    assert any(title.startswith(words) for words in expected(app, path, form)), title
    assert status


@pytest.mark.parametrize("name", ACTS)
def test_the_page_after_an_administrators_form_says_what_happened(
    app: Flask, database: Database, world: World, name: str
) -> None:
    rule = next(rule for rule in rules(app, "POST") if str(rule) == name)
    odile = Browser(app).sign_in(world.ids["Odile"])
    with database.writing() as db:
        make_ready(name, db, world)
        form = ACTS[name] | form_of(name, db, world)
    answer = odile.send(world.path(rule), form)
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    title, status = said_on(odile.get(answer.location.partition("#")[0]).get_data(as_text=True))
    assert any(title.startswith(words) for words in expected(app, world.path(rule), form)), title
    assert status


def test_it_is_said_once_and_by_no_other_page(app: Flask, world: World) -> None:
    bob = Browser(app).sign_in(world.ids["Bob"])
    words = translations("fr").gettext(SENTENCES["profile.confirm"]).rstrip(".")
    assert bob.send("/me/profile/confirm").location == "/me/profile?confirmed=1"
    assert not said_on(bob.get("/me").get_data(as_text=True))[0].startswith(words)
    assert said_on(bob.get("/me/profile").get_data(as_text=True))[0].startswith(words)
    assert not said_on(bob.get("/me/profile").get_data(as_text=True))[0].startswith(words)


def test_a_page_that_was_not_opened_at_once_says_nothing_of_it(app: Flask, world: World, clock: Clock) -> None:
    bob = Browser(app).sign_in(world.ids["Bob"])
    bob.send("/me/profile/confirm")
    clock.move(seconds=LASTS + 1)
    words = translations("fr").gettext(SENTENCES["profile.confirm"]).rstrip(".")
    assert not said_on(bob.get("/me/profile").get_data(as_text=True))[0].startswith(words)


def test_a_form_that_found_nothing_left_to_do_says_nothing(app: Flask, world: World) -> None:
    browser = Browser(app).sign_in(world.ids["Bob"])
    page = browser.send(f"/declined/{world.known['decline_token']}", {"answer": "keep"}, follow_redirects=True)
    assert page.status_code == 200
    assert not said_on(page.get_data(as_text=True))[0].startswith(SENTENCES["declined.answer:keep"].rstrip("."))


def test_a_form_that_waits_for_signing_in_says_nothing_yet(app: Flask, world: World) -> None:
    visitor = Browser(app)
    page = visitor.send(f"/book/{world.ids['Alice']}/20261216T1000Z", {"need": "x"}, follow_redirects=True)
    assert page.request.path == "/sign-in"
    assert not any(words.rstrip(".") in said_on(page.get_data(as_text=True))[0] for words in SENTENCES.values())
