"""`/admin/audit`: searched by person, act and days, read page by page, taken away as CSV."""

from __future__ import annotations

import csv
import io

import pytest
from flask import Flask

from flashmeet.core.database.session import Database
from flashmeet.identity.acts import Act, Audited
from flashmeet.identity.service.events import security_happened
from tests.browsers import Browser
from tests.http.conftest import World
from tests.people import NOW


@pytest.fixture
def odile(app: Flask, world: World) -> Browser:
    return Browser(app).sign_in(world.ids["Odile"])


def add(database: Database, **what: object) -> None:
    with database.writing() as db:
        security_happened(db, Audited(**what), NOW)  # type: ignore[arg-type]  # the fields of `Audited`


def rows(browser: Browser, query: str = "") -> list[dict[str, str]]:
    text = browser.get(f"/admin/audit.csv{query}").get_data(as_text=True)
    return [*csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))]


def test_the_page_says_who_did_what_to_whom(odile: Browser, world: World, database: Database) -> None:
    add(database, act=Act.ROLES_CHANGED, by=world.ids["Odile"], to=world.ids["Bob"], about="mentee")
    add(database, act=Act.BACKED_UP)
    add(database, act=Act.SIGNED_IN, by=987_654, to=987_654)
    page = odile.get("/admin/audit?locale=en").get_data(as_text=True)
    assert "Odile Exemple" in page
    assert "Bob Exemple · mentee" in page
    assert "987654" in page
    assert odile.get("/admin/audit?q=charlie").get_data(as_text=True).count("<time") == 0
    assert odile.get("/admin/audit?q=bob").get_data(as_text=True).count("<time") == 1
    assert odile.get("/admin/audit?act=backed_up").get_data(as_text=True).count("<time") == 1
    assert odile.get("/admin/audit?first=2026-12-02").get_data(as_text=True).count("<time") == 0
    assert odile.get("/admin/audit?first=2026-12-01&last=2026-12-01").get_data(as_text=True).count("<time") == 3


@pytest.mark.parametrize(
    "query", ["?act=none&first=x&last=9999-12-31&before=" + "9" * 5_000, "?q=%25", "?first=0001-01-01", "?before=-1"]
)
def test_what_cannot_be_read_is_passed_over(odile: Browser, query: str) -> None:
    assert odile.get(f"/admin/audit{query}").status_code == 200
    assert odile.get(f"/admin/audit.csv{query}").status_code == 200


def test_older_lines_follow_by_key(odile: Browser, world: World, database: Database) -> None:
    for _ in range(51):
        add(database, act=Act.SIGNED_IN, by=world.ids["Bob"], to=world.ids["Bob"])
    first = odile.get("/admin/audit?q=bob").get_data(as_text=True)
    assert first.count("<time") == 50
    (older,) = [part.partition('"')[0] for part in first.split('rel="next" href="')[1:]]
    assert odile.get(older.replace("&amp;", "&")).get_data(as_text=True).count("<time") == 1


def test_the_file_holds_every_line_and_taking_it_is_a_line_itself(
    odile: Browser, world: World, database: Database
) -> None:
    add(database, act=Act.ROLES_CHANGED, by=world.ids["Odile"], to=world.ids["Bob"], about="=1+1")
    taken, changed = rows(odile)
    assert (taken["act"], taken["by"]) == ("audit_exported", "Odile Exemple")
    assert (changed["act"], changed["to"], changed["about"]) == ("roles_changed", "Bob Exemple", "’=1+1")
    assert [row["act"] for row in rows(odile, "?act=roles_changed")] == ["roles_changed"]


def test_a_member_sees_what_happened_on_their_account_and_nobody_elses(
    app: Flask, world: World, database: Database
) -> None:
    bob, odile = world.ids["Bob"], world.ids["Odile"]
    add(database, act=Act.SIGNED_IN, by=bob, to=bob)
    add(database, act=Act.ROLES_CHANGED, by=odile, to=bob, about="mentee")
    add(database, act=Act.CASE_OPENED, by=odile, to=bob, about="5")
    add(database, act=Act.TOKEN_MADE, by=odile, to=odile, about="somebody else’s")
    page = Browser(app).sign_in(bob).get("/me/security/history").get_data(as_text=True)
    assert page.count("<time") == 2
    assert "somebody else’s" not in page
    assert "Odile" not in page
