"""Every route, and everybody who may come to it."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from flashmeet.core.database.session import Database
from flashmeet.http.admission.access import access, declared
from flashmeet.models import Base
from tests.browsers import Browser
from tests.http.conftest import UNKNOWN, World, asking

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
ROLES = {
    None: frozenset[str](),
    "Eve": frozenset[str](),  # suspended: whatever she was, she is nobody
    "Bob": frozenset({"member", "mentee"}),
    "Dora": frozenset({"member", "mentor"}),
    "Odile": frozenset({"member", "administrator"}),
}
_OWN = re.compile(r'csrf_token" value="[^"]+|name="(?:next|form_page)" value="[^"]*|/zone\?next=[^"]*')


def is_api(rule: Rule) -> bool:
    return str(rule).startswith("/api/")


def ask(browser: Browser, method: str, path: str) -> TestResponse:
    return browser.open(path, method=method, json={} if path.startswith("/api/") and method != "GET" else None)


def same(answer: TestResponse) -> tuple[int, str]:
    """Without what a page says of its own address."""
    return answer.status_code, _OWN.sub("", answer.get_data(as_text=True))


def test_every_route_declares_who_may_enter(app: Flask) -> None:
    assert [str(rule) for rule in app.url_map.iter_rules() if declared(app, rule.endpoint) is None] == []


def test_an_address_and_method_lead_to_one_view(app: Flask) -> None:
    led = Counter((str(rule), method) for rule in app.url_map.iter_rules() for method in rule.methods or ())
    assert [both for both, views in led.items() if views > 1 and both[1] != "OPTIONS"] == []


def test_a_route_that_declares_nothing_is_not_there(app: Flask, client: Browser) -> None:
    app.add_url_rule("/undeclared", "undeclared", lambda: "here")
    assert client.get("/undeclared").status_code == 404


@pytest.mark.parametrize("who", ROLES)
def test_everybody_enters_where_their_role_may_and_nowhere_else(app: Flask, world: World, who: str | None) -> None:
    pages = asking(app, world, None if who == "Eve" else who, api=False)
    if who == "Eve":
        pages = Browser(app)
        pages.sign_in(world.ids["Eve"])
    programs = asking(app, world, who, api=True)
    wrong = []
    for method in METHODS:
        for rule, path in world.paths(app, method):
            answer = ask(programs if is_api(rule) else pages, method, path)
            if not as_declared(app, rule, path, ROLES[who], answer):
                wrong.append((method, str(rule), answer.status_code))
    assert wrong == []


def as_declared(app: Flask, rule: Rule, path: str, roles: frozenset[str], answer: TestResponse) -> bool:
    allowed = declared(app, rule.endpoint) or frozenset()
    if "anyone" in allowed or allowed & roles:
        return answer.status_code < 500 and answer.status_code != 401 and not to_sign_in(answer)
    if roles:
        return answer.status_code == 404
    return answer.status_code == 401 if is_api(rule) else to_sign_in(answer)


def to_sign_in(answer: TestResponse) -> bool:
    return answer.status_code == 303 and answer.location.startswith("/sign-in?next=")


def test_a_wrong_role_reads_like_an_unknown_address(app: Flask, world: World) -> None:
    for who in ("Bob", "Dora", "Odile"):
        browser = asking(app, world, who, api=False)
        unknown = same(browser.get("/no/such/page"))
        for rule, path in world.paths(app, "GET"):
            allowed = declared(app, rule.endpoint) or frozenset()
            if not is_api(rule) and "anyone" not in allowed and not allowed & ROLES[who]:
                assert same(browser.get(path)) == unknown, (who, path)


@pytest.mark.parametrize("who", ["Charlie", "Dora", "Odile"])
def test_somebody_elses_booking_reads_like_an_unknown_one(app: Flask, world: World, who: str) -> None:
    for method in ("GET", "POST"):
        for rule, path in world.paths(app, method):
            if "booking_id" not in rule.arguments:
                continue
            browser = asking(app, world, who, api=is_api(rule))
            theirs, unknown = (send(browser, method, at) for at in (path, world.path(rule, booking_id=UNKNOWN)))
            assert same(theirs) == same(unknown), (method, path)
            assert theirs.status_code in ((404,) if method == "GET" else (404, 422)), (method, path)


def send(browser: Browser, method: str, path: str) -> TestResponse:
    """As somebody would who means it: with the form's token, and with something in the form."""
    form = {"starts_at": "2026-12-10T09:00:00Z", "reason": "x", "answer": "keep"}
    if method == "GET":
        return browser.get(path)
    return browser.post(path, json=form) if path.startswith("/api/") else browser.send(path, form, page="/nowhere")


def test_a_read_only_token_reads_and_does_not_write(app: Flask, world: World) -> None:
    browser = asking(app, world, "Bob reads", api=True)
    for method in METHODS:
        for rule, path in world.paths(app, method):
            if not is_api(rule) or not (declared(app, rule.endpoint) or frozenset()) & ROLES["Bob"]:
                continue
            answer = ask(browser, method, path)
            if method in ("GET", "HEAD"):
                assert answer.status_code in (200, 404, 422), (method, path)
            else:
                assert (answer.status_code, answer.get_json()["code"]) == (403, "read_only"), (method, path)


@pytest.mark.parametrize("token", ["", "fm_", "fm_" + "x" * 43, "Bearer", "\xff", "a" * 9_000])
def test_a_token_that_is_none_is_nobody(client: Browser, token: str) -> None:
    answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer realm="flashmeet"')


def test_a_browser_reads_the_api_but_does_not_write_with_its_cookie(app: Flask, world: World) -> None:
    browser = asking(app, world, "Bob", api=False)
    assert browser.get("/api/v1/me").status_code == 200
    assert browser.post(f"/api/v1/bookings/{world.known['booking_id']}/cancel", json={}).status_code == 401


def test_a_token_opens_no_page(app: Flask, world: World) -> None:
    browser = asking(app, world, "Bob", api=True)
    assert to_sign_in(browser.get("/me/availability"))


@pytest.mark.parametrize("who", [None, "Bob", "Alice", "Odile"])
def test_reading_changes_nothing(app: Flask, world: World, database: Database, who: str | None) -> None:
    pages, programs = asking(app, world, who, api=False), asking(app, world, who, api=True)
    before = everything(database)
    for method in ("GET", "HEAD", "OPTIONS"):
        for rule, path in world.paths(app, method):
            ask(programs if is_api(rule) else pages, method, path)
    assert everything(database) == before


def everything(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, but for how often somebody asked, and the record of what administrators read."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in ("rate_count", "audit_entry")]
    with database.reading() as db:
        return {table.name: sorted((tuple(row) for row in db.execute(select(table))), key=repr) for table in tables}


def test_more_roles_than_one_may_be_named() -> None:
    @access("mentor", "administrator")
    def view() -> str:
        return ""

    assert view.__dict__["access"] == {"mentor", "administrator"}
