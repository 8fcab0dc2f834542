"""A lost factor: a colleague resets it, after a fresh proof; whoever administers alone is told to find a second."""

from __future__ import annotations

from collections.abc import Callable

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member
from tests import people
from tests.browsers import Browser
from tests.security.conftest import Mailbox, Phone

Enrolled = Callable[[Member], Phone]
SignedIn = Callable[[Member], Browser]


def has_factor(database: Database, member: Member) -> bool:
    with database.reading() as db:
        return db.get_one(Member, member.id).factor_at is not None


def test_a_colleague_resets_a_lost_factor_and_the_person_is_told_and_signed_out(
    signed_in: SignedIn, database: Database, mailbox: Mailbox, odile: Member, enrolled: Enrolled
) -> None:
    with database.writing() as db:
        lou = people.member(db, "Lou", administrator=True)
    enrolled(lou)
    theirs, ours = signed_in(lou), signed_in(odile)
    path = f"/admin/members/{lou.id}/factors/reset"
    for who, resets in ((lou, True), (odile, False)):
        assert ("/factors/reset" in ours.get(f"/admin/members/{who.id}").get_data(as_text=True)) is resets
    assert ours.send(path, page="/admin/members").location == "/admin/members"
    assert not has_factor(database, lou)
    assert [browser.get("/me").status_code for browser in (theirs, ours)] == [303, 200]
    assert mailbox.kinds()[-1] == "factors_reset"


def test_a_reset_asks_for_a_fresh_proof(
    signed_in: SignedIn, database: Database, odile: Member, bob: Member, enrolled: Enrolled
) -> None:
    phone, browser = enrolled(bob), signed_in(odile)
    phone.clock.move(minutes=15)
    answer = browser.send(f"/admin/members/{bob.id}/factors/reset", page="/admin/members")
    assert answer.location.startswith("/me/security/proof")
    assert has_factor(database, bob)


def test_nobody_resets_their_own_factor_that_way_or_one_that_is_not_there(
    signed_in: SignedIn, database: Database, odile: Member, bob: Member, enrolled: Enrolled
) -> None:
    enrolled(odile)
    browser = signed_in(odile)
    for member in (odile, bob):
        answer = browser.send(f"/admin/members/{member.id}/factors/reset", page="/admin/members")
        assert answer.status_code == 404
    assert has_factor(database, odile)


def test_whoever_administers_alone_is_told_to_find_a_second(
    signed_in: SignedIn, database: Database, odile: Member
) -> None:
    browser, words = signed_in(odile), "You are the only administrator"
    assert words in browser.get("/admin").get_data(as_text=True)
    with database.writing() as db:
        lou = people.member(db, "Lou", administrator=True)
    assert words not in browser.get("/admin").get_data(as_text=True)
    with database.writing() as db:
        db.get_one(Member, lou.id).suspended = True
    assert words in browser.get("/admin").get_data(as_text=True)
