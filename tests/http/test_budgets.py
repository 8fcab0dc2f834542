"""Every form and every writing operation has a budget: per member, per address, and for the whole service."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from pkgutil import resolve_name

import pytest
from flask import Flask

from flashmeet.core.limits import Limit
from flashmeet.http.admission import budgets
from flashmeet.http.admission.access import FILES
from flashmeet.http.admission.budgets import BUDGETS, COSTLY_READS, Budget
from flashmeet.http.admission.identity import READING_METHODS
from tests.browsers import Browser, Clock
from tests.http.conftest import World, asking

PACKAGE = Path(budgets.__file__).parents[2]
SMALL = Budget(each=Limit(name="few", most=3, seconds=600), everybody=Limit(name="all", most=5, seconds=600))


def writing_endpoints(app: Flask) -> set[str]:
    rules = (rule for rule in app.url_map.iter_rules() if rule.endpoint not in FILES)
    return {rule.endpoint for rule in rules if (rule.methods or set()) - {*READING_METHODS}}


def test_every_route_that_writes_has_a_budget_and_every_budget_a_route(app: Flask) -> None:
    written = writing_endpoints(app)
    assert (written - BUDGETS.keys(), BUDGETS.keys() - written - COSTLY_READS.keys()) == (set(), set())


CHEAP = {
    "admin_import.template",
    "api.get_calendar_file",
    "api.openapi_document",
    "dev.invite",
    "installable.icon",
    "installable.manifest",
    "pages.robots",
    "pictures.look",
}
"""Files of one row, or of none, or drawn once by a process; the API counts its tokens' requests."""


def test_every_file_that_is_made_when_it_is_asked_for_has_a_budget(app: Flask) -> None:
    files = {rule.endpoint for rule in app.url_map.iter_rules() if re.search(r"\.(\w+|<any\(.*>)$", str(rule))}
    assert files - CHEAP - {*FILES} == COSTLY_READS.keys()


def test_a_list_is_not_taken_away_without_end(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BUDGETS, "admin_members.export", SMALL)
    odile = asking(app, world, "Odile", api=False)
    answers = [odile.get("/admin/members.csv") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[3].headers["Retry-After"]) > 0


def limits_declared() -> set[str]:
    """`module:NAME` of every limit that some module below counts itself."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        module = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        for node in ast.parse(path.read_text("utf-8")).body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="Limit"))):
                    found.add(f"{module}:{name}")
    return found


def test_every_limit_that_is_counted_elsewhere_stands_in_the_table_and_exists() -> None:
    named = {name for budget in BUDGETS.values() for name in budget.also}
    for name in named:
        module, _, attribute = name.partition(":")
        assert resolve_name(f"flashmeet.{module}:{attribute}") is not None
    behind_every_request = {"http.admission.rate_limits:DRAFTS", "http.admission.rate_limits:TOKEN"}
    assert limits_declared() - named - behind_every_request == set()


def test_no_budget_of_a_member_is_above_that_of_everybody() -> None:
    assert all(budget.each.most <= budget.everybody.most // 5 for budget in BUDGETS.values())


def ask(browser: Browser, token: str, *, address: str = "192.0.2.1") -> int:
    return browser.post(
        "/language", data={"locale": "fr", "csrf_token": token}, environ_base={"REMOTE_ADDR": address}
    ).status_code


def test_a_visitor_is_counted_by_their_network_and_told_when_to_come_back(
    app: Flask, client: Browser, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BUDGETS, "preferences.choose_language", SMALL)
    token = client.token()
    assert [ask(client, token, address=f"2001:db8::{number}") for number in range(4)] == [303, 303, 303, 429]
    assert ask(client, token, address="2001:db8:0:1::1") == 303
    refused = client.post("/language", data={"csrf_token": token}, environ_base={"REMOTE_ADDR": "2001:db8::99"})
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    assert "<h1" in refused.get_data(as_text=True)
    clock.move(minutes=10)
    assert ask(client, token, address="2001:db8::1") == 303


def test_everybody_together_has_a_budget_too(app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BUDGETS, "preferences.choose_language", SMALL)
    token = client.token()
    assert [ask(client, token, address=f"192.0.2.{number}") for number in range(6)] == [303] * 5 + [429]


def test_a_member_has_a_budget_wherever_they_are_and_takes_none_from_others(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BUDGETS, "preferences.choose_language", SMALL)
    bob, charlie = asking(app, world, "Bob", api=False), asking(app, world, "Charlie", api=False)
    token = bob.token("/me/security")
    assert [ask(bob, token, address=f"192.0.2.{number}") for number in range(4)] == [303, 303, 303, 429]
    assert ask(charlie, charlie.token("/me/security"), address="192.0.2.1") == 303


def test_an_operation_of_the_api_has_one_too(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BUDGETS, "api.post_terms", SMALL)
    bob = asking(app, world, "Bob", api=True)
    answers = [bob.post("/api/v1/me/terms", json={}) for _ in range(4)]
    assert (answers[3].status_code, answers[3].get_json()["code"]) == (429, "too_many_requests")
    assert int(answers[3].headers["Retry-After"]) > 0
    assert 429 not in [answer.status_code for answer in answers[:3]]


def test_a_form_without_its_token_takes_nothing_from_the_budget(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(BUDGETS, "preferences.choose_language", SMALL)
    token = client.token()
    for _ in range(6):
        assert client.post("/language", data={"locale": "fr"}).status_code == 400
    assert ask(client, token) == 303
