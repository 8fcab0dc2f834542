"""Parts of an administrator's office: what opens to whom, on every address there is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.core.errors import BadInput
from flashmeet.directory.service.offices import give_office
from flashmeet.http.admission.access import declared
from flashmeet.http.admission.rights import NOT_FOR_READERS, RIGHTS, Right, right_of
from flashmeet.identity.models import Member, ThemeLead
from flashmeet.identity.rules import OfficeRole
from tests import people
from tests.browsers import Browser
from tests.http.conftest import World, app, world
from tests.people import NOW

__all__ = ["app", "world"]
SignedIn = Callable[[Member | int], Browser]


def everything(app: Flask, world: World) -> list[tuple[str, str, Right]]:
    """Every address of administrators, with its method and the right that it asks for."""
    found = []
    for method in ("GET", "POST"):
        for rule, path in world.paths(app, method):
            if declared(app, rule.endpoint) == frozenset({"administrator"}):
                found.append((method, path, right_of(app, rule.endpoint, method)))
    return found


@pytest.mark.parametrize("office", [*OfficeRole, None])
def test_every_address_of_administrators_opens_to_whom_its_right_was_given_and_to_nobody_else(
    app: Flask, database: Database, world: World, signed_in: SignedIn, office: OfficeRole | None
) -> None:
    with database.writing() as db:
        who = people.member(db, "Rita", office=office)
        db.add(ThemeLead(member_id=who.id, theme_id=int(world.known["theme_id"])))
    browser, wrong = signed_in(who), []
    for method, path, right in everything(app, world):
        may = office is not None and right in RIGHTS[office]
        if method == "POST" and may:
            continue  # what it does is tried as an administrator
        answer = browser.get(path) if method == "GET" else browser.send(path)
        refused = 403 if office is not None else 404
        if (answer.status_code == refused) is may:
            wrong.append((method, path, right, answer.status_code))
    assert wrong == []


def test_every_act_and_every_file_asks_for_a_full_administrator_but_those_of_cases(app: Flask, world: World) -> None:
    rights = {(method, path): right for method, path, right in everything(app, world)}
    assert {right for (method, _), right in rights.items() if method == "POST"} == {
        Right.RUN,
        Right.CASES,
        Right.RUN_THEME,
    }
    assert {right for (_, path), right in rights.items() if path.endswith((".csv", ".xlsx", ".json"))} == {Right.RUN}
    assert {path for (_, path), right in rights.items() if right == Right.CASES and "/cases" not in path} == set()
    assert {rule.endpoint for rule in app.url_map.iter_rules()} >= NOT_FOR_READERS


def test_a_refusal_says_whom_to_ask(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        rita, bob = people.member(db, "Rita", office=OfficeRole.READER, locale="en"), people.member(db, "Bob")
    browser = signed_in(rita)
    refused = browser.get(f"/admin/members/{bob.id}/edit")
    assert (refused.status_code, ">Your role does not include this<" in refused.text) == (403, True)
    page = browser.get(f"/admin/members/{bob.id}").text
    assert f"/admin/members/{bob.id}/edit" not in page
    assert "/admin/cases" not in page


def test_only_a_full_administrator_gives_a_part_and_it_ends_at_once(
    office: Browser, database: Database, signed_in: SignedIn
) -> None:
    with database.writing() as db:
        rita = people.member(db, "Rita")
    where = f"/admin/members/{rita.id}/office"
    assert office.send(where, {"office": "reader"}).status_code == 303
    theirs = signed_in(rita)
    assert [theirs.get(path).status_code for path in ("/admin/members", "/admin/cases")] == [200, 403]
    assert theirs.send(where, {"office": "cases"}).status_code == 403
    assert office.send(where, {"office": ""}).status_code == 303
    assert theirs.get("/admin/members").status_code == 404


def test_an_unknown_part_is_refused(db: Session) -> None:
    bob = people.member(db, "Bob")
    with pytest.raises(BadInput):
        give_office(db, bob, "king", by=bob, now=NOW)
    assert bob.office is None
