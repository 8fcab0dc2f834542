"""Where I am signed in, and signing the others out."""

from __future__ import annotations

from collections.abc import Callable

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from tests import people
from tests.browsers import Browser

SignedIn = Callable[[Member | int], Browser]


def test_other_browsers_are_signed_out_and_this_one_stays(database: Database, signed_in: SignedIn) -> None:
    with database.writing() as db:
        bob, charlie = people.member(db, "Bob", locale="en"), people.member(db, "Charlie")
    here, phone, stranger = signed_in(bob), signed_in(bob), signed_in(charlie)
    page = here.get("/me/security").get_data(as_text=True)
    assert (page.count("This browser"), page.count("Another browser")) == (1, 1)
    assert here.send("/me/security/others").status_code == 303
    assert [browser.get("/me").status_code for browser in (here, phone, stranger)] == [200, 303, 200]
