"""A fresh proof before what matters most, and on with what was asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.audit.models import AuditEntry
from flashmeet.core.database.session import Database
from flashmeet.http.admission.access import freshness
from flashmeet.http.audit import recorded_act
from flashmeet.http.services import install, services_of
from flashmeet.identity.acts import Act
from flashmeet.identity.models import Member
from tests.browsers import Browser, Clock
from tests.security.conftest import Mailbox, Phone

Enrolled = Callable[[Member], Phone]
SignedIn = Callable[[Member], Browser]
FRESH = {
    "admin_import.take",
    "admin_members.change_member",
    "admin_members.change_member_address",
    "admin_members.export",
    "admin_bulk.start",
    "admin_bulk.undo",
    "admin_person.give",
    "admin_merging.merge",
    "admin_registrants.as_table",
    "admin_registrants.as_json",
    "admin_outreach.people_table",
    "factors.begin",
    "members_data.ask",
    "members_data.erase",
    "factors.begin_key",
    "factors.take_app_away",
    "factors.take_key_away",
    "factor_resets.reset",
    "own_data.take",
    "security.add_token",
    "factors.renew_codes",
}
"""Roles, exports, addresses of others, and the settings of security."""


def test_every_act_that_matters_most_asks_for_a_fresh_proof(app: Flask) -> None:
    """Whoever adds one names it here; nothing leaves the list unseen."""
    asking = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint != "static"}
    assert {endpoint for endpoint in asking if freshness(app, endpoint)} >= FRESH


GRAVE = {
    Act.CAMPAIGN_EXPORTED,
    Act.ADDRESS_CHANGED,
    Act.AUDIT_EXPORTED,
    Act.ERASED,
    Act.FACTORS_RESET,
    Act.MEMBERS_EXPORTED,
    Act.MEMBERS_IMPORTED,
    Act.REGISTRANTS_EXPORTED,
    Act.ROLES_CHANGED,
}
"""What administrators do by it asks for a fresh proof, whatever the page is called."""
OWN_FILE = {"admin_import.left_out"}
"""Gives back what the administrator has just sent."""


def test_whatever_the_record_calls_grave_asks_for_a_fresh_proof(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint != "static"} - OWN_FILE
    grave = {each for each in endpoints if recorded_act(app, each) in GRAVE}
    assert {each for each in grave if not freshness(app, each)} == set()


def roles_of(database: Database, member: Member) -> list[str]:
    with database.reading() as db:
        return db.get_one(Member, member.id).roles


def test_signing_in_is_a_proof_for_a_quarter_of_an_hour(signed_in: SignedIn, clock: Clock, odile: Member) -> None:
    browser = signed_in(odile)
    clock.move(minutes=15, seconds=-1)
    assert browser.get("/admin/members.csv").status_code == 200
    clock.move(seconds=1)
    assert browser.get("/admin/members.csv").location == "/me/security/proof?next=%2Fadmin%2Fmembers.csv"


@pytest.mark.both_databases
def test_a_form_waits_for_the_proof_and_is_then_sent_as_it_was(
    signed_in: SignedIn, database: Database, odile: Member, bob: Member, enrolled: Enrolled
) -> None:
    phone = enrolled(odile)
    browser = signed_in(odile)
    phone.clock.move(minutes=20)
    path, fields = f"/admin/members/{bob.id}/roles", {"roles": ["mentee", "administrator"], "q": "l’été"}
    asked = browser.send(path, fields, page="/admin/members")
    assert asked.location == f"/me/security/proof?form={path}"
    assert roles_of(database, bob) == ["mentee"]
    proved = browser.send("/me/security/proof", {"code": phone.shows(), "form": path}, page=asked.location)
    page = browser.get(proved.location).get_data(as_text=True)
    kept = re.findall(r'name="(?!csrf)(\w+)" value="([^"]*)">', page.split('class="actions"')[1])
    assert kept == [("roles", "mentee"), ("roles", "administrator"), ("q", "l’été"), ("confirmed", "yes")]
    assert f'action="{path}"' in page
    sent: dict[str, list[str]] = {}
    for name, value in kept:
        sent.setdefault(name, []).append(value)
    browser.send(path, sent, page=proved.location)
    assert roles_of(database, bob) == ["mentee", "administrator"]


def test_what_a_form_asks_first_stands_on_the_page_after_the_proof(
    signed_in: SignedIn, odile: Member, bob: Member, enrolled: Enrolled
) -> None:
    """The proof, one question, and it is done."""
    phone = enrolled(odile)
    browser = signed_in(odile)
    path, fields = f"/admin/members/{bob.id}/roles", {"roles": ["mentee", "administrator"]}
    phone.clock.move(minutes=20)
    asked = browser.send(path, fields, page="/admin/members")
    proved = browser.send("/me/security/proof", {"code": phone.shows(), "form": path}, page=asked.location)
    page = browser.get(proved.location).text
    assert re.findall("<h1>(.*)</h1>", page) == [f"Make {bob.name} an administrator?"]
    assert "Thank you, it is you. Nothing has been changed yet." in page


def test_a_form_that_waits_leaves_no_line_in_the_record(
    signed_in: SignedIn, database: Database, clock: Clock, odile: Member, bob: Member
) -> None:
    browser = signed_in(odile)
    clock.move(minutes=20)
    browser.send(f"/admin/members/{bob.id}/roles", {"roles": ["mentee", "administrator"]}, page="/admin/members")
    with database.reading() as db:
        assert db.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize(("setting", "asks"), [("joining", True), ("mail_domains", True), ("mentee_per_week", False)])
def test_a_setting_asks_for_a_proof_where_it_says_who_comes_in(
    signed_in: SignedIn, clock: Clock, odile: Member, setting: str, asks: bool
) -> None:
    browser = signed_in(odile)
    clock.move(minutes=20)
    page = f"/admin/settings/{setting}"
    assert browser.send(page, {"default": "1"}, page=page).location.startswith("/me/security/proof") == asks


def test_a_new_address_asks_for_the_factor_of_who_has_one(
    signed_in: SignedIn, clock: Clock, bob: Member, enrolled: Enrolled
) -> None:
    """Whoever has none gets a code at the new address, and the former one is told."""
    browser, page = signed_in(bob), "/me/security/address"
    clock.move(minutes=20)
    assert browser.send(page, {"email": "bob@new.example"}, page=page).location == page
    enrolled(bob)
    asked = browser.send(page, {"email": "bob@other.example"}, page=page)
    assert asked.location == f"/me/security/proof?form={page}"


def test_a_form_of_another_site_is_not_kept_for_after_the_proof(
    signed_in: SignedIn, clock: Clock, odile: Member, bob: Member
) -> None:
    browser = signed_in(odile)
    clock.move(minutes=20)
    path = f"/admin/members/{bob.id}/roles"
    assert browser.post(path, data={"roles": "administrator"}).status_code == 400
    assert browser.get(f"/me/security/proof/go-on?form={path}").location == "/me"


def test_a_wrong_code_proves_nothing_and_is_counted(
    signed_in: SignedIn, clock: Clock, odile: Member, enrolled: Enrolled
) -> None:
    enrolled(odile)
    browser = signed_in(odile)
    clock.move(minutes=20)
    statuses = [
        browser.send("/me/security/proof", {"code": "aaaa-aaaa"}, page="/me/security/proof").status_code
        for _ in range(11)
    ]
    assert statuses == [422] * 10 + [429]
    assert browser.get("/admin/members.csv").status_code == 303


def test_who_has_no_factor_proves_it_by_a_code_in_the_mail_once(
    signed_in: SignedIn, mailbox: Mailbox, clock: Clock, odile: Member
) -> None:
    browser = signed_in(odile)
    clock.move(minutes=20)
    page = browser.send("/me/security/proof/code", {"next": "/admin/members.csv"}, page="/me/security/proof").location
    assert page == "/me/security/proof?next=%2Fadmin%2Fmembers.csv"
    form = {"code": mailbox.code("proof_code"), "next": "/admin/members.csv"}
    assert browser.send("/me/security/proof", form, page=page).location == "/admin/members.csv"
    assert browser.get("/admin/members.csv").status_code == 200
    clock.move(minutes=20)
    assert browser.send("/me/security/proof", form, page="/me/security/proof").status_code == 422


def test_a_mailed_code_is_no_proof_for_who_has_a_factor(
    signed_in: SignedIn, mailbox: Mailbox, clock: Clock, odile: Member, enrolled: Enrolled
) -> None:
    browser = signed_in(odile)
    clock.move(minutes=20)
    browser.send("/me/security/proof/code", page="/me/security/proof")
    enrolled(odile)
    code = mailbox.code("proof_code")
    assert browser.send("/me/security/proof", {"code": code}, page="/me/security/proof").status_code == 422


def test_the_proof_is_of_one_browser(signed_in: SignedIn, clock: Clock, odile: Member, enrolled: Enrolled) -> None:
    phone = enrolled(odile)
    here, there = signed_in(odile), signed_in(odile)
    clock.move(minutes=20)
    here.send("/me/security/proof", {"code": phone.shows(clock.at)}, page="/me/security/proof")
    assert here.get("/admin/members.csv").status_code == 200
    assert there.get("/admin/members.csv").status_code == 303


def test_a_demo_asks_for_a_proof_only_of_who_has_a_factor(
    app: Flask, signed_in: SignedIn, clock: Clock, odile: Member, enrolled: Enrolled
) -> None:
    here = services_of(app)
    install(app, replace(here, config=replace(here.config, second_factor_required=False)))
    browser = signed_in(odile)
    clock.move(days=8)
    assert browser.get("/admin/members.csv").status_code == 200
    enrolled(odile)
    assert browser.get("/admin/members.csv").status_code == 303
