"""My address, and its change."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from flashmeet.messages.models import OutboxMessage
from tests import people
from tests.browsers import Browser

SignedIn = Callable[[Member | int], Browser]


def code(database: Database) -> str:
    with database.reading() as db:
        return str(db.scalars(select(OutboxMessage.payload).where(OutboxMessage.kind == "address_code")).one()["code"])


def test_an_address_is_changed_by_the_code_sent_to_it(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob", locale="en")
    here, phone = signed_in(bob), signed_in(bob)
    assert here.send("/me/security/address", {"email": " Bob@New.example "}).status_code == 303
    assert "The code sent to bob@new.example" in here.get("/me/security/address").get_data(as_text=True)
    wrong = here.send("/me/security/address/confirm", {"code": "12345"})
    assert (wrong.status_code, 'name="code"' in wrong.get_data(as_text=True)) == (422, True)
    assert here.send("/me/security/address/confirm", {"code": code(database)}).status_code == 303
    assert "Sign in with bob@new.example from now on" in here.get("/me/security/address?changed=1").get_data(
        as_text=True
    )
    assert phone.get("/me").status_code == 303
    with database.reading() as db:
        assert db.get_one(Member, bob.id).email == "bob@new.example"


def test_the_page_tells_a_taken_address_from_a_free_one_by_nothing(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        bob, charlie = people.member(db, "Bob", locale="en"), people.member(db, "Charlie")
    here, seen = signed_in(bob), []
    for email in (charlie.email, "nobody@example.org"):
        answer = here.send("/me/security/address", {"email": email})
        page = here.get("/me/security/address").get_data(as_text=True).replace(email, "…")
        seen.append((answer.status_code, answer.location, re.sub(r'value="[^"]{40,}"', "", page)))
    assert seen[0] == seen[1]


def test_so_many_codes_a_day_and_no_more(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        bob = people.member(db, "Bob", locale="en")
    here = signed_in(bob)
    assert here.send("/me/security/address", {"email": "bob@example.org"}).status_code == 422
    asked = [here.send("/me/security/address", {"email": f"bob{number}@new.example"}) for number in range(6)]
    assert [each.status_code for each in asked] == [303] * 5 + [429]
    assert int(asked[-1].headers["Retry-After"]) > 0
    assert here.send("/me/security/address", {"email": "bob"}).status_code == 422
