"""A suspension ends for good what let the member in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from flashmeet.core.database.engine import Database
from flashmeet.identity.models import Member, SignInCode
from flashmeet.identity.service.logins import open_login
from flashmeet.identity.service.revoke import end_access
from flashmeet.identity.service.tokens import create_token, known_token
from flashmeet.people.service.administrators import reset_administrator
from flashmeet.people.service.membership import reinstate, suspend
from flashmeet.people.service.sign_in import open_one_time, redeem_code, spend_try
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from tests import people
from tests.databases import gives_up_waiting
from tests.people import NOW


def test_a_login_from_before_a_suspension_stays_dead_after_it(db: Session) -> None:
    odile, bob = people.member(db, "Odile", administrator=True), people.member(db, "Bob")
    secret = open_login(db, bob, now=NOW)
    assert people.signed_in(db, secret) is bob

    suspend(db, bob.id, by=odile, now=NOW)
    reinstate(db, bob.id, now=NOW)

    assert people.signed_in(db, secret) is None


def test_an_api_token_from_before_a_suspension_stays_dead_after_it(db: Session) -> None:
    odile, bob = people.member(db, "Odile", administrator=True), people.member(db, "Bob")
    token = create_token(db, bob, read_only=False, now=NOW)
    assert known_token(db, token, now=NOW) is not None

    suspend(db, bob.id, by=odile, now=NOW)
    reinstate(db, bob.id, now=NOW)

    assert known_token(db, token, now=NOW) is None


def test_a_sign_in_code_from_before_a_suspension_stays_dead_after_it_and_nobody_elses_ends(db: Session) -> None:
    odile, bob, charlie = (
        people.member(db, name, administrator=name == "Odile") for name in ("Odile", "Bob", "Charlie")
    )
    for who in (bob, charlie):
        late = NOW + timedelta(minutes=10)
        db.add(SignInCode(nonce=who.first_name, member_id=who.id, code_hash="", expires_at=late))
    db.flush()

    suspend(db, bob.id, by=odile, now=NOW)
    reinstate(db, bob.id, now=NOW)

    assert db.scalars(select(SignInCode.member_id)).all() == [charlie.id]


def test_a_suspension_ends_nobody_elses_login_or_token(db: Session) -> None:
    odile, bob, charlie = (
        people.member(db, "Odile", administrator=True),
        people.member(db, "Bob"),
        people.member(db, "Charlie"),
    )
    secret, token = open_login(db, charlie, now=NOW), create_token(db, charlie, read_only=True, now=NOW)

    suspend(db, bob.id, by=odile, now=NOW)

    known = known_token(db, token, now=NOW)
    assert people.signed_in(db, secret) is charlie
    assert known is not None and known.bearer.id == charlie.id


def test_who_is_reinstated_signs_in_anew(db: Session) -> None:
    odile, bob = people.member(db, "Odile", administrator=True), people.member(db, "Bob")
    suspend(db, bob.id, by=odile, now=NOW)
    reinstate(db, bob.id, now=NOW)
    assert people.signed_in(db, open_login(db, bob, now=NOW)) is bob


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_access_ends_after_who_is_signing_in_or_before_never_meanwhile(database: Database) -> None:
    with database.writing() as db:
        bob_id = people.member(db, "Bob").id
        nonce, _, code = open_one_time(db, db.get_one(Member, bob_id), now=NOW).partition(".")
        attempt = spend_try(db, nonce, now=NOW)
    with database.new_writer() as signing, database.new_writer() as ending:
        gives_up_waiting(ending)
        redeem_code(signing, attempt, code, now=NOW)
        with pytest.raises(OperationalError):
            end_access(ending, ending.get_one(Member, bob_id), now=NOW)
    with database.new_writer() as ending, database.new_writer() as signing:
        gives_up_waiting(signing)
        end_access(ending, ending.get_one(Member, bob_id), now=NOW)
        with pytest.raises(OperationalError):
            redeem_code(signing, attempt, code, now=NOW)


def test_an_administrator_who_is_let_in_again_offers_their_hours_again(db: Session) -> None:
    odile = people.member(db, "Odile", administrator=True)
    alice = people.mentor(db, "Alice", administrator=True)
    query = SlotQuery(tzid="UTC", mentor_id=alice.id)
    before = len(find_slots(db, query, now=NOW).slots)
    suspend(db, alice.id, by=odile, now=NOW)
    assert find_slots(db, query, now=NOW).slots == []
    reset_administrator(db, alice.email, now=NOW)
    assert len(find_slots(db, query, now=NOW).slots) == before > 0
