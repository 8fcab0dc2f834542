"""Signing in with a second factor: who is asked, what counts, and what does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.audit.models import AuditEntry
from flashmeet.core.database.session import Database
from flashmeet.core.settings.service import decide
from flashmeet.identity.acts import Act
from flashmeet.identity.models import Member
from flashmeet.identity.rules import OfficeRole
from flashmeet.people.service.administrators import reset_administrator
from flashmeet.security.models import AuthenticatorApp
from tests import people
from tests.browsers import Browser, Clock
from tests.people import NOW
from tests.security.conftest import Mailbox, Phone

Enrolled = Callable[[Member], Phone]
SignedIn = Callable[[Member], Browser]
Entered = Callable[[Member, str], bool]


def by_mail(browser: Browser, mailbox: Mailbox, who: Member, way: str = "/admin") -> str:
    """Takes the code from the mail; returns where that leads."""
    browser.send("/sign-in", {"email": who.email, "next": way})
    return browser.send("/sign-in/code", {"code": mailbox.code(), "next": way}).location


@pytest.fixture
def entered(app: Flask, mailbox: Mailbox) -> Entered:
    """`entered(odile, code)`: whether a browser of hers is signed in by the mail and that answer."""

    def enter(who: Member, code: str) -> bool:
        browser = Browser(app)
        browser.send("/sign-in/factor", {"code": code}, page=by_mail(browser, mailbox, who))
        return is_in(browser)

    return enter


def is_in(browser: Browser) -> bool:
    return browser.get("/me").status_code == 200


def test_the_code_of_the_mail_alone_does_not_let_in_who_has_a_second_factor(
    client: Browser, mailbox: Mailbox, odile: Member, enrolled: Enrolled
) -> None:
    enrolled(odile)
    assert by_mail(client, mailbox, odile) == "/sign-in/factor?next=%2Fadmin"
    assert not is_in(client)


def test_the_code_of_the_app_lets_in_and_leads_on(
    client: Browser, mailbox: Mailbox, odile: Member, enrolled: Enrolled
) -> None:
    phone = enrolled(odile)
    page = by_mail(client, mailbox, odile)
    answer = client.send("/sign-in/factor", {"code": phone.shows(NOW), "next": "/admin"}, page=page)
    assert (answer.status_code, answer.location) == (303, "/admin")
    assert client.get("/admin").status_code == 200


@pytest.mark.parametrize(("seconds", "lets_in"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_one_step_ahead_or_behind(
    entered: Entered, odile: Member, enrolled: Enrolled, seconds: int, lets_in: bool
) -> None:
    phone = enrolled(odile)
    assert entered(odile, phone.shows(NOW + timedelta(seconds=seconds))) == lets_in


def test_a_code_of_the_app_counts_once(entered: Entered, odile: Member, enrolled: Enrolled) -> None:
    code = enrolled(odile).shows()
    assert (entered(odile, code), entered(odile, code)) == (True, False)


def test_an_earlier_code_no_longer_counts_after_a_later_one(
    entered: Entered, odile: Member, enrolled: Enrolled
) -> None:
    phone = enrolled(odile)
    earlier = phone.shows()
    phone.clock.move(seconds=30)
    assert (entered(odile, phone.shows()), entered(odile, earlier)) == (True, False)


def test_five_wrong_codes_end_the_sign_in(client: Browser, mailbox: Mailbox, odile: Member, enrolled: Enrolled) -> None:
    phone = enrolled(odile)
    page = by_mail(client, mailbox, odile)
    wrong = f"{(int(phone.shows(NOW)) + 1) % 1_000_000:06}"
    for _ in range(5):
        assert client.send("/sign-in/factor", {"code": wrong}, page=page).status_code == 422
    client.send("/sign-in/factor", {"code": phone.shows(NOW)})
    assert not is_in(client)


def test_who_starts_over_and_over_runs_out_of_tries(
    app: Flask, mailbox: Mailbox, odile: Member, enrolled: Enrolled
) -> None:
    enrolled(odile)
    statuses = []
    for _ in range(3):
        browser = Browser(app)
        page = by_mail(browser, mailbox, odile)
        token = browser.token(page)
        for _ in range(4):
            answer = browser.post("/sign-in/factor", data={"code": "000000", "csrf_token": token})
            statuses.append(answer.status_code)
    assert statuses == [422] * 10 + [429] * 2


def test_a_recovery_code_lets_in_once_and_the_person_is_told(
    entered: Entered, mailbox: Mailbox, odile: Member, enrolled: Enrolled
) -> None:
    code = enrolled(odile).codes[3]
    assert (entered(odile, code.upper().replace("-", " ")), entered(odile, code)) == (True, False)
    assert mailbox.kinds().count("recovery_code_used") == 1


def test_what_was_begun_in_one_browser_is_not_finished_in_another(
    app: Flask, client: Browser, mailbox: Mailbox, odile: Member, enrolled: Enrolled
) -> None:
    phone = enrolled(odile)
    by_mail(client, mailbox, odile)
    other = Browser(app)
    assert other.send("/sign-in/factor", {"code": phone.shows(NOW)}).location == "/sign-in"
    assert not is_in(other)


def test_the_question_is_open_for_ten_minutes(
    client: Browser, mailbox: Mailbox, clock: Clock, odile: Member, enrolled: Enrolled
) -> None:
    phone = enrolled(odile)
    page = by_mail(client, mailbox, odile)
    token = client.token(page)
    clock.move(minutes=10)
    client.post("/sign-in/factor", data={"code": phone.shows(clock.at), "csrf_token": token})
    assert not is_in(client)


def test_a_suspended_member_does_not_get_in_by_the_second_factor(
    client: Browser, mailbox: Mailbox, database: Database, odile: Member, enrolled: Enrolled
) -> None:
    phone = enrolled(odile)
    page = by_mail(client, mailbox, odile)
    with database.writing() as db:
        db.get_one(Member, odile.id).suspended = True
    client.send("/sign-in/factor", {"code": phone.shows(NOW)}, page=page)
    assert client.get("/me").status_code == 303


def test_joining_with_an_address_that_is_known_asks_for_the_second_factor_too(
    client: Browser, mailbox: Mailbox, database: Database, odile: Member, enrolled: Enrolled
) -> None:
    """Whoever has the mailbox gets in by no other door."""
    enrolled(odile)
    with database.writing() as db:
        decide(db, "joining", "approval")
    form = {"first_name": "Odile", "last_name": "Exemple", "email": odile.email, "role": "mentee", "commitments": ["0"]}
    page = client.send("/welcome", form, page="/welcome").location
    assert client.send("/welcome/code", {"code": mailbox.code()}, page=page).location == "/sign-in/factor"
    assert not is_in(client)


def test_a_reset_by_the_operator_takes_factors_away_and_the_person_is_told(
    client: Browser, mailbox: Mailbox, database: Database, odile: Member, enrolled: Enrolled
) -> None:
    enrolled(odile)
    with database.writing() as db:
        token = reset_administrator(db, odile.email, now=NOW)
    client.send(f"/sign-in/once/{token}")
    assert is_in(client)
    assert mailbox.kinds()[-1] == "factors_reset"
    with database.reading() as db:
        assert db.scalars(select(AuthenticatorApp)).all() == []


def test_an_administrator_without_a_factor_is_led_to_adding_one_and_may_wait_for_seven_days(
    client: Browser, mailbox: Mailbox, clock: Clock, odile: Member
) -> None:
    assert by_mail(client, mailbox, odile) == "/me/security/factors?next=%2Fadmin"
    page = client.get("/me/security/factors?next=%2Fadmin").get_data(as_text=True)
    assert '<a href="/admin">Later</a>' in page
    assert client.get("/admin").status_code == 200
    clock.move(days=7, minutes=-1)
    assert client.get("/admin").status_code == 200
    clock.move(minutes=1)
    assert client.get("/admin/members").location == "/me/security/factors?next=%2Fadmin%2Fmembers"
    assert client.get("/me").status_code == 200
    assert "Later" not in client.get("/me/security/factors").get_data(as_text=True)


def test_so_is_whoever_has_a_part_of_the_administration(
    client: Browser, mailbox: Mailbox, database: Database, bob: Member
) -> None:
    with database.writing() as db:
        db.get_one(Member, bob.id).office = OfficeRole.READER
    page = by_mail(client, mailbox, bob)
    assert page == "/me/security/factors?next=%2Fadmin"
    assert '<a href="/admin">Later</a>' in client.get(page).get_data(as_text=True)


def test_a_wrong_answer_is_in_the_record_as_nobodys_act(
    client: Browser, mailbox: Mailbox, database: Database, odile: Member, enrolled: Enrolled
) -> None:
    enrolled(odile)
    client.send("/sign-in/factor", {"code": "nothing"}, page=by_mail(client, mailbox, odile))
    with database.reading() as db:
        refused = db.scalars(select(AuditEntry).where(AuditEntry.act == Act.FACTOR_REFUSED)).one()
    assert (refused.by_id, refused.to_id) == (None, odile.id)


def test_the_days_of_grace_begin_with_the_first_page_of_administrators_and_once(
    signed_in: SignedIn, clock: Clock, database: Database, odile: Member
) -> None:
    with database.writing() as db:
        lou = people.member(db, "Lou", administrator=True)
    assert signed_in(odile).get("/admin").status_code == 200
    clock.move(days=6)
    assert signed_in(odile).get("/admin").status_code == 200
    clock.move(days=1)
    assert [signed_in(who).get("/admin").status_code for who in (odile, lou)] == [303, 200]


def test_a_member_is_asked_for_nothing_more(client: Browser, mailbox: Mailbox, bob: Member) -> None:
    assert by_mail(client, mailbox, bob, "/me/profile") == "/me/profile"


def test_who_has_lost_the_key_of_the_vault_gets_in_by_a_recovery_code(
    entered: Entered, database: Database, odile: Member, enrolled: Enrolled
) -> None:
    phone = enrolled(odile)
    with database.writing() as db:
        db.get_one(AuthenticatorApp, odile.id).secret = "shut with another key"
    assert (entered(odile, phone.shows()), entered(odile, phone.codes[0])) == (False, True)
