"""Whatever a member typed is there again: after signing in anew, and after a form that failed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

import pytest
from flask import Flask, session
from sqlalchemy import delete, select
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule

from flashmeet.core.database.session import Database
from flashmeet.http.admission.access import declared
from flashmeet.http.forms.drafts import kept_form
from flashmeet.http.forms.kept import fill
from flashmeet.identity.models import LoginSession
from flashmeet.messages.models import OutboxMessage
from tests.browsers import Browser
from tests.http.conftest import World

WORDS = "Ce que j’ai écrit"
SAYS_SO = 'class="notice notice-good kept-words"'
TYPES = {"text", "search", "tel", "url", "email", "textarea"}
PROMISE = 'class="words-kept"'
WHO = ("Alice", "Bob", "Odile")


class Forms(HTMLParser):
    """Of each form that posts: its action, and the names of the fields in which words are typed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str], list[str]]] = []
        self.inside = self.template = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.template = self.template or tag == "template"
        if tag == "form":
            self.inside = has.get("method") == "post"
            if self.inside:
                self.forms.append((has.get("action", ""), {}, []))
        elif self.inside and has.get("name") and not self.template:
            _, fixed, typed = self.forms[-1]
            if has.get("type") == "hidden":
                fixed[has["name"]] = has.get("value", "")
            elif tag == "textarea" or (tag == "input" and has.get("type", "text") in TYPES):
                typed.append(has["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        if tag == "template":
            self.template = False


def with_words(app: Flask, world: World, who: str) -> Iterator[tuple[str, str, dict[str, str], list[str]]]:
    """Every form with words on a page that this member can see: page, address, fields, names of the words."""
    browser = Browser(app).sign_in(world.ids[who])
    for rule, path in world.paths(app, "GET"):
        if not _members(app, rule):
            continue
        answer = browser.get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            continue
        for action, fixed, typed in Forms(answer.get_data(as_text=True)).forms:
            where = action.partition("#")[0] or path
            if typed and _keeps(app, where):
                yield path, where, {**fixed, **dict.fromkeys(typed, WORDS)}, typed


def _members(app: Flask, rule: Rule) -> bool:
    return "anyone" not in (declared(app, rule.endpoint) or {"anyone"}) and not rule.rule.startswith("/api/")


def _keeps(app: Flask, path: str) -> bool:
    endpoint, _ = app.url_map.bind("127.0.0.1").match(path, "POST")
    return bool(getattr(app.view_functions[endpoint], "keeps_draft", False))


@pytest.mark.parametrize("who", WHO)
def test_no_members_form_loses_its_words_to_an_ended_session(
    app: Flask, world: World, database: Database, who: str
) -> None:
    """The login ends; the form is sent; the member signs in again, in the same browser: the words are there."""
    lost, seen = [], 0
    for page, action, fields, typed in list(with_words(app, world, who)):
        browser = Browser(app).sign_in(world.ids[who])
        with database.writing() as db:
            db.execute(delete(LoginSession))
        answer = browser.post(action, data=fields)
        assert answer.location.startswith("/sign-in?next="), action
        there = browser.sign_in(world.ids[who]).get(page).get_data(as_text=True)
        kept = unescape(there).count(WORDS)
        seen += 1
        if kept < len(typed) or SAYS_SO not in there:
            lost.append((page, action, f"{kept} of {typed}"))
    assert lost == []
    assert seen >= 5


def enter(browser: Browser, database: Database, email: str) -> None:
    """Signs in by the mailed code, as people do."""
    browser.send("/sign-in", {"email": email})
    with database.reading() as db:
        found = select(OutboxMessage).where(OutboxMessage.kind == "sign_in_code").order_by(OutboxMessage.id.desc())
        code = db.scalars(found.limit(1)).one().payload["code"]
    assert browser.send("/sign-in/code", {"code": code}).status_code == 303


@pytest.mark.parametrize(("email", "there"), [("bob@example.org", True), ("alice@example.org", False)])
def test_what_was_kept_is_shown_to_whoever_wrote_it_alone(
    app: Flask, world: World, database: Database, email: str, there: bool
) -> None:
    """On a shared computer, whoever signs in after another sees nothing of the other's words."""
    page = f"/bookings/{world.known['booking_id']}"
    browser = Browser(app)
    enter(browser, database, "bob@example.org")
    with database.writing() as db:
        db.execute(delete(LoginSession))
    browser.post(f"{page}/words", data={"text": WORDS, "form_page": page})
    enter(browser, database, email)
    assert (WORDS in browser.get(page).get_data(as_text=True)) is there


def test_the_words_of_a_form_that_failed_are_kept_and_lead_back_to_it(app: Flask, world: World) -> None:
    browser = Browser(app).sign_in(world.ids["Bob"])
    page = f"/bookings/{world.known['booking_id']}"
    failed = browser.post(f"{page}/words", data={"text": WORDS, "form_page": page})  # the page's token is missing
    assert failed.status_code == 400
    assert f'class="btn btn-primary" href="{page}"' in failed.get_data(as_text=True)
    there = browser.get(page).get_data(as_text=True)
    assert WORDS in there and SAYS_SO in there


def test_a_form_that_is_done_is_forgotten(app: Flask, world: World) -> None:
    browser = Browser(app).sign_in(world.ids["Bob"])
    page = f"/bookings/{world.known['booking_id']}"
    browser.post(f"{page}/words", data={"text": WORDS, "form_page": page})
    browser.send(f"{page}/words", {"text": "Autre chose"}, page=page)
    assert SAYS_SO not in browser.get(page).get_data(as_text=True)


def test_kept_words_can_be_dropped(app: Flask, world: World) -> None:
    browser = Browser(app).sign_in(world.ids["Bob"])
    page = f"/bookings/{world.known['booking_id']}"
    browser.post(f"{page}/words", data={"text": WORDS, "form_page": page})
    dropped = browser.send("/kept-words/drop", {"form_page": page}, page=page)
    assert dropped.location == page
    assert WORDS not in browser.get(page).get_data(as_text=True)


def test_the_sign_in_page_promises_words_only_where_they_are_kept(app: Flask, world: World) -> None:
    browser = Browser(app)
    assert PROMISE not in browser.get("/sign-in?next=/me").get_data(as_text=True)
    browser.post("/me/profile", data={"headline": WORDS})
    assert PROMISE in browser.get("/sign-in?next=/me/profile").get_data(as_text=True)


def test_a_password_or_a_code_is_never_kept(app: Flask, world: World) -> None:
    browser = Browser(app)
    browser.post("/me/profile", data={"headline": WORDS, "password": "secret", "code": "123456"})
    with app.test_request_context():
        with browser.session_transaction() as cookie:
            session.update(cookie)
        kept = kept_form()
    assert kept is not None and set(kept.fields) == {"headline"}


PAGE = """<main id="main"><form action="/a"><input name="x" value="1"></form>
<form method="post" action="/b"><input type="hidden" name="version" value="7"><input name="x" value="old">
<input type="checkbox" name="t" value="1" checked><input type="checkbox" name="t" value="2"> &amp;
<select name="s"><option value="a" selected>A</option><option value="b">B</option></select>
<textarea name="w">
old</textarea><input type="password" name="p" value=""></form></main>"""


def test_a_form_is_filled_as_it_was_and_the_rest_of_the_page_stays(app: Flask) -> None:
    fields = MultiDict([("x", 'n"ew'), ("t", "2"), ("s", "b"), ("w", "<b>\nnew"), ("version", "6"), ("p", "secret")])
    with app.test_request_context("/"):
        filled, nowhere = fill(PAGE, "/b", fields), fill(PAGE, "/c", fields)
    assert filled is not None
    page = re.sub(r"\s+", " ", filled[0])
    assert 'action="/a"><input name="x" value="1">' in page and 'name="version" value="6"' in page
    assert '<input name="x" value="n&quot;ew"> <input type="checkbox" name="t" value="1">' in page
    assert '<input type="checkbox" name="t" value="2" checked> &amp; <select name="s"><option value="a">A' in page
    assert '<option value="b" selected>B' in page and "&lt;b&gt; new</textarea>" in page and "secret" not in page
    assert nowhere is None
