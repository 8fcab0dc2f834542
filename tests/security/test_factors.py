"""Adding an app, keeping recovery codes, removing what is no longer wanted."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.identity.rules import OfficeRole
from flashmeet.security.models import AuthenticatorApp, Passkey, RecoveryCode
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.security.conftest import Mailbox, Phone

Enrolled = Callable[[Member], Phone]
SignedIn = Callable[[Member], Browser]
PAGE = "/me/security/factors"


def secret_on(page: str) -> str:
    found = re.search(r'secret-groups">([A-Z2-7 ]+)<', page)
    assert found is not None
    return found[1].replace(" ", "")


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li><code>([a-z0-9-]+)</code></li>", page)


@pytest.mark.both_databases
def test_an_app_is_added_by_its_first_code_and_ten_recovery_codes_are_shown_once(
    signed_in: SignedIn, database: Database, mailbox: Mailbox, odile: Member
) -> None:
    browser = signed_in(odile)
    asked = browser.send(PAGE + "/app", {"next": "/admin"}, page=PAGE)
    page = browser.get(asked.location).get_data(as_text=True)
    assert "<svg" in page and "<style" not in page
    code = pyotp.TOTP(secret_on(page)).at(NOW)
    shown = browser.send(PAGE + "/app/confirm", {"code": code, "next": "/admin"}, page=asked.location)
    codes = codes_on(shown.get_data(as_text=True))
    assert (shown.status_code, len({*codes})) == (200, 10)
    assert mailbox.kinds() == ["factor_added"]
    with database.reading() as db:
        assert {*db.scalars(select(RecoveryCode.code_hash))}.isdisjoint(codes)
        assert secret_on(page) not in db.scalars(select(AuthenticatorApp.secret)).one()
        assert db.get_one(Member, odile.id).factor_at == NOW
    assert codes_on(browser.get(PAGE).get_data(as_text=True)) == []


def test_the_secret_stays_the_same_while_codes_are_mistyped(
    signed_in: SignedIn, odile: Member, database: Database
) -> None:
    browser = signed_in(odile)
    page = browser.send(PAGE + "/app", page=PAGE).location
    secret = secret_on(browser.get(page).get_data(as_text=True))
    wrong = browser.send(PAGE + "/app/confirm", {"code": "nothing"}, page=page)
    assert (wrong.status_code, secret_on(wrong.get_data(as_text=True))) == (422, secret)
    with database.reading() as db:
        assert db.get_one(Member, odile.id).factor_at is None


def test_the_code_that_added_the_app_does_not_sign_in_as_well(
    app: Flask, client: Browser, signed_in: SignedIn, mailbox: Mailbox, odile: Member
) -> None:
    browser = signed_in(odile)
    page = browser.send(PAGE + "/app", page=PAGE).location
    code = pyotp.TOTP(secret_on(browser.get(page).get_data(as_text=True))).at(NOW)
    browser.send(PAGE + "/app/confirm", {"code": code}, page=page)
    client.send("/sign-in", {"email": odile.email})
    asked = client.send("/sign-in/code", {"code": mailbox.code()}).location
    client.send("/sign-in/factor", {"code": code}, page=asked)
    assert client.get("/me").status_code == 303


def test_an_administrator_keeps_the_last_factor_and_a_member_need_not(
    signed_in: SignedIn, mailbox: Mailbox, odile: Member, bob: Member, enrolled: Enrolled
) -> None:
    enrolled(odile), enrolled(bob)
    assert signed_in(odile).send(PAGE + "/app/remove", page=PAGE).status_code == 409
    assert signed_in(bob).send(PAGE + "/app/remove", page=PAGE).status_code == 303
    assert mailbox.kinds()[2:] == ["factor_removed"]


def test_whoever_has_a_part_of_the_administration_keeps_the_last_factor_too(
    database: Database, signed_in: SignedIn, bob: Member, enrolled: Enrolled
) -> None:
    enrolled(bob)
    with database.writing() as db:
        db.get_one(Member, bob.id).office = OfficeRole.READER
    assert signed_in(bob).send(PAGE + "/app/remove", page=PAGE).status_code == 409


def test_recovery_codes_are_renewed_and_the_former_ones_are_void(
    signed_in: SignedIn, client: Browser, mailbox: Mailbox, odile: Member, enrolled: Enrolled
) -> None:
    former = enrolled(odile).codes
    page = signed_in(odile).send(PAGE + "/codes", page=PAGE).get_data(as_text=True)
    renewed = codes_on(html.unescape(page))
    assert (len(renewed), {*renewed} & {*former}) == (10, set())
    client.send("/sign-in", {"email": odile.email})
    asked = client.send("/sign-in/code", {"code": mailbox.code()}).location
    assert client.send("/sign-in/factor", {"code": former[0]}, page=asked).status_code == 422
    assert client.send("/sign-in/factor", {"code": renewed[0]}, page=asked).status_code == 303


def test_recovery_codes_are_for_who_has_a_factor(signed_in: SignedIn, bob: Member) -> None:
    assert signed_in(bob).send(PAGE + "/codes", page=PAGE).status_code == 422


def test_adding_an_app_asks_for_a_fresh_proof(signed_in: SignedIn, clock: Clock, odile: Member) -> None:
    browser = signed_in(odile)
    clock.move(minutes=15)
    assert browser.send(PAGE + "/app", page=PAGE).location == "/me/security/proof?form=/me/security/factors/app"


def key_of(database: Database, member: Member) -> int:
    with database.writing() as db:
        key = Passkey(
            member_id=member.id,
            credential_id=f"id {member.id}",
            public_key="k",
            sign_count=0,
            name="Clé",
            created_at=NOW,
        )
        db.add(key)
        db.flush()
        return key.id


def test_a_passkey_may_go_while_another_factor_stays_and_somebody_elses_never(
    signed_in: SignedIn, database: Database, odile: Member, bob: Member, enrolled: Enrolled
) -> None:
    enrolled(odile)
    mine, theirs, browser = key_of(database, odile), key_of(database, bob), signed_in(odile)
    assert browser.send(f"{PAGE}/passkeys/{theirs}/remove", page=PAGE).status_code == 404
    assert browser.send(f"{PAGE}/passkeys/{mine}/remove", page=PAGE).status_code == 303
    assert browser.send(f"{PAGE}/app/remove", page=PAGE).status_code == 409
    with database.reading() as db:
        assert db.scalars(select(Passkey.id)).all() == [theirs]


def test_an_answer_that_is_none_adds_no_passkey(signed_in: SignedIn, bob: Member) -> None:
    browser = signed_in(bob)
    assert browser.send(f"{PAGE}/passkey", page=PAGE).status_code == 303
    answer = browser.send(f"{PAGE}/passkey/confirm", {"credential": "{}", "name": "Phone"}, page=f"{PAGE}/passkey")
    assert answer.status_code == 422
