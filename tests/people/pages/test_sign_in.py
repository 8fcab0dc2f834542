"""Signing in by a code that was mailed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.core.errors import WrongCode
from flashmeet.core.secrets import hashed
from flashmeet.identity.models import LoginSession, Member, SignInCode
from flashmeet.messages.models import OutboxMessage
from flashmeet.people.service.sign_in import redeem_code, spend_try
from tests import people
from tests.browsers import Browser, Clock
from tests.people import NOW


@pytest.fixture
def bob(database: Database) -> Member:
    with database.writing() as db:
        return people.member(db, "Bob", tzid="America/Toronto", locale="en")


def mailed_code(database: Database) -> str:
    """The code of the mail that was written last."""
    with database.reading() as db:
        row = db.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "sign_in_code").order_by(OutboxMessage.id.desc())
        ).first()
        assert row is not None
        code: str = row.payload["code"]
        return code


def ask(client: Browser, email: str = "bob@example.org", way: str = "") -> None:
    answer = client.send("/sign-in", {"email": email, "next": way})
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in/code")


def test_the_mailed_code_signs_in_and_leads_on(client: Browser, database: Database, bob: Member) -> None:
    ask(client, " Bob@Example.org ", "/search?need=mes%20statuts")
    answer = client.send("/sign-in/code", {"code": mailed_code(database), "next": "/search?need=mes%20statuts"})
    assert (answer.status_code, answer.location) == (303, "/search?need=mes%20statuts")
    assert client.get("/sign-in").location == "/me"


def test_the_code_page_carries_the_way_on(client: Browser, bob: Member) -> None:
    answer = client.send("/sign-in", {"email": "bob@example.org", "next": "/search?need=a&theme=droit"})
    page = client.get(answer.location).get_data(as_text=True)
    assert page.count('name="next" value="/search?need=a&amp;theme=droit"') == 2


def test_a_code_may_be_typed_with_a_space(client: Browser, database: Database, bob: Member) -> None:
    ask(client)
    code = mailed_code(database)
    assert client.send("/sign-in/code", {"code": f" {code[:3]} {code[3:]} "}).location == "/me"


def test_a_code_works_once(client: Browser, app: Flask, database: Database, bob: Member) -> None:
    ask(client)
    with client.session_transaction() as db:
        asked = db["asked"]
    code = mailed_code(database)
    assert client.send("/sign-in/code", {"code": code}).status_code == 303
    client.send("/sign-out", page="/help/nowhere")
    with client.session_transaction() as db:
        db["asked"] = asked
    assert client.send("/sign-in/code", {"code": code}).status_code == 422


def test_of_two_who_try_the_code_at_once_one_gets_in(client: Browser, database: Database, bob: Member) -> None:
    ask(client)
    code = mailed_code(database)
    with database.writing() as db:
        nonce = db.scalars(select(SignInCode.nonce)).one()
        attempts = [spend_try(db, nonce, now=NOW) for _ in range(2)]
    with database.writing() as db:
        assert redeem_code(db, attempts[0], code, now=NOW).id == bob.id
    with database.writing() as db, pytest.raises(WrongCode):
        redeem_code(db, attempts[1], code, now=NOW)


def test_five_wrong_tries_close_the_code(client: Browser, database: Database, bob: Member) -> None:
    ask(client)
    code = mailed_code(database)
    wrong = "000000" if code != "000000" else "111111"
    assert [client.send("/sign-in/code", {"code": wrong}).status_code for _ in range(5)] == [422] * 5
    assert client.send("/sign-in/code", {"code": code}).status_code == 422


def test_the_fifth_try_may_be_the_right_one(client: Browser, database: Database, bob: Member) -> None:
    ask(client)
    for _ in range(4):
        client.send("/sign-in/code", {"code": "x"})
    assert client.send("/sign-in/code", {"code": mailed_code(database)}).status_code == 303


def test_a_failed_try_is_counted_although_it_is_refused(client: Browser, database: Database, bob: Member) -> None:
    ask(client)
    client.send("/sign-in/code", {"code": "1"})
    with database.reading() as db:
        assert db.scalars(select(SignInCode.tries)).one() == 1


@pytest.mark.parametrize(("seconds", "status"), [(599, 303), (600, 422)])
def test_a_code_lasts_ten_minutes(  # noqa: PLR0917  # pytest hands over by name
    client: Browser, database: Database, bob: Member, clock: Clock, seconds: int, status: int
) -> None:
    ask(client)
    clock.move(seconds=seconds)
    assert client.send("/sign-in/code", {"code": mailed_code(database)}).status_code == status


def test_a_code_is_worth_nothing_in_another_browser(
    client: Browser, app: Flask, database: Database, bob: Member
) -> None:
    ask(client)
    other = Browser(app)
    ask(other)
    code = mailed_code(database)
    assert client.send("/sign-in/code", {"code": code}).status_code == 422
    assert other.send("/sign-in/code", {"code": code}).status_code == 303


def test_every_code_that_does_not_open_the_door_gets_the_same_answer(
    client: Browser, database: Database, bob: Member, clock: Clock
) -> None:
    pages = set()
    for spoil in ("wrong", "expired", "tried"):
        ask(client)
        code = mailed_code(database)
        if spoil == "expired":
            clock.move(minutes=11)
        for _ in range(5 if spoil == "tried" else 0):
            client.send("/sign-in/code", {"code": "y"})
        answer = client.send("/sign-in/code", {"code": "x" if spoil == "wrong" else code}, page="/sign-in/code")
        pages.add(answer.get_data(as_text=True).replace(f'value="{code}"', 'value="x"').split("csrf", 1)[0])
        assert answer.status_code == 422
    assert len(pages) == 1


def test_the_secret_is_new_at_every_sign_in_and_the_old_one_is_gone(
    client: Browser, database: Database, bob: Member, signed_in: Callable[[Member], Browser]
) -> None:
    browser = signed_in(bob)
    with browser.session_transaction() as db:
        before, db["planted"] = db["_user_id"], "by somebody"
    ask_again = client
    ask(ask_again)
    with ask_again.session_transaction() as there, browser.session_transaction() as db:
        db["asked"] = there["asked"]
    browser.send("/sign-in/code", {"code": mailed_code(database)}, page="/nowhere")
    with browser.session_transaction() as db:
        assert db["_user_id"] != before
        assert "planted" not in db and "asked" not in db and "csrf_token" not in db
    with database.reading() as db:
        assert db.scalar(select(LoginSession).where(LoginSession.secret_hash == hashed(before))) is None


def test_signing_out_ends_the_session_on_our_side(
    database: Database, bob: Member, signed_in: Callable[[Member], Browser]
) -> None:
    browser = signed_in(bob)
    with browser.session_transaction() as db:
        secret = db["_user_id"]
    assert browser.send("/sign-out", page="/nowhere").location == "/"
    with browser.session_transaction() as db:
        db["_user_id"] = secret
    assert browser.get("/sign-in").status_code == 200
    with database.reading() as db:
        assert db.scalars(select(LoginSession)).all() == []


@pytest.mark.parametrize(("days", "status"), [(89.9, 303), (90, 200)])
def test_a_session_lasts_ninety_days(
    bob: Member, clock: Clock, signed_in: Callable[[Member], Browser], days: float, status: int
) -> None:
    browser = signed_in(bob)
    clock.move(days=days)
    assert browser.get("/sign-in").status_code == status


def test_a_suspended_member_is_nobody(
    database: Database, bob: Member, client: Browser, signed_in: Callable[[Member], Browser]
) -> None:
    browser = signed_in(bob)
    with database.writing() as db:
        db.get_one(Member, bob.id).suspended = True
    assert browser.get("/sign-in").status_code == 200
    ask(client)
    with database.reading() as db:
        assert db.scalars(select(OutboxMessage)).all() == []


def test_an_address_that_cannot_be_one_is_asked_for_again(client: Browser) -> None:
    answer = client.send("/sign-in", {"email": "bob at example"})
    assert answer.status_code == 422
    assert 'value="bob at example"' in answer.get_data(as_text=True)


ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "/\t/evil.example/",
    "javascript:alert(1)",
    "evil.example",
    "/" + "x" * 5_000,
)


@pytest.mark.parametrize("way", ELSEWHERE)
def test_nobody_is_led_to_another_site(client: Browser, database: Database, bob: Member, way: str) -> None:
    ask(client, way=way)
    assert client.send("/sign-in/code", {"code": mailed_code(database), "next": way}).location == "/me"


def test_a_form_without_its_token_is_refused_in_words(client: Browser, bob: Member) -> None:
    answer = client.post("/sign-in", data={"email": "bob@example.org"})
    assert (answer.status_code, 'data-code="form_expired"' in answer.get_data(as_text=True)) == (400, True)


def test_the_mail_leaves_at_once_and_not_after_the_code_has_expired(
    client: Browser, database: Database, bob: Member, clock: Clock
) -> None:
    ask(client)
    with database.reading() as db:
        row = db.scalars(select(OutboxMessage)).one()
        code = db.scalars(select(SignInCode)).one()
    assert (row.recipient_id, row.channel, row.due_at, row.not_after) == (bob.id, "mail", clock.at, code.expires_at)
    assert row.payload.keys() == {"code", "minutes"}


def test_neither_code_nor_nonce_can_be_read_from_the_log_of_codes(
    client: Browser, database: Database, bob: Member
) -> None:
    ask(client)
    with database.reading() as db:
        code = db.scalars(select(SignInCode)).one()
        row = db.scalars(select(OutboxMessage)).one()
    assert mailed_code(database) not in code.code_hash
    assert code.nonce not in row.subject
