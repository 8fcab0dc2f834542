"""A suspension ends for good what let the member in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from flashmeet.identity.service.logins import member_signed_in, open_login
from flashmeet.identity.service.tokens import create_token, known_token
from flashmeet.people.service.membership import reinstate, suspend
from tests import people
from tests.people import NOW


def test_a_login_from_before_a_suspension_stays_dead_after_it(db: Session) -> None:
    odile, bob = people.member(db, "Odile", administrator=True), people.member(db, "Bob")
    secret = open_login(db, bob, now=NOW)
    assert member_signed_in(db, secret, now=NOW) is bob

    suspend(db, bob.id, by=odile, now=NOW)
    reinstate(db, bob.id, now=NOW)

    assert member_signed_in(db, secret, now=NOW) is None


def test_an_api_token_from_before_a_suspension_stays_dead_after_it(db: Session) -> None:
    odile, bob = people.member(db, "Odile", administrator=True), people.member(db, "Bob")
    token = create_token(db, bob, read_only=False, now=NOW)
    assert known_token(db, token, now=NOW) is not None

    suspend(db, bob.id, by=odile, now=NOW)
    reinstate(db, bob.id, now=NOW)

    assert known_token(db, token, now=NOW) is None


def test_a_suspension_ends_nobody_elses_login_or_token(db: Session) -> None:
    odile, bob, charlie = (
        people.member(db, "Odile", administrator=True),
        people.member(db, "Bob"),
        people.member(db, "Charlie"),
    )
    secret, token = open_login(db, charlie, now=NOW), create_token(db, charlie, read_only=True, now=NOW)

    suspend(db, bob.id, by=odile, now=NOW)

    known = known_token(db, token, now=NOW)
    assert member_signed_in(db, secret, now=NOW) is charlie
    assert known is not None and known.member is charlie


def test_who_is_reinstated_signs_in_anew(db: Session) -> None:
    odile, bob = people.member(db, "Odile", administrator=True), people.member(db, "Bob")
    suspend(db, bob.id, by=odile, now=NOW)
    reinstate(db, bob.id, now=NOW)
    assert member_signed_in(db, open_login(db, bob, now=NOW), now=NOW) is bob
