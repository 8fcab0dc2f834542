"""An API token ends by itself."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from flashmeet.identity.service.tokens import TOKEN_LASTS, create_token, known_token, revoke_token, tokens_of
from tests import people
from tests.people import NOW


def test_a_token_works_for_a_year_and_not_a_moment_longer(db: Session) -> None:
    token = create_token(db, people.member(db, "Bob"), read_only=False, now=NOW)
    end = NOW + TOKEN_LASTS
    assert known_token(db, token, now=end - timedelta(seconds=1)) is not None
    assert known_token(db, token, now=end) is None


def test_a_token_stays_revoked_from_when_it_was_first(db: Session) -> None:
    bob = people.member(db, "Bob")
    create_token(db, bob, read_only=False, now=NOW)
    (token,) = tokens_of(db, bob, now=NOW)
    for minutes in range(2):
        revoke_token(db, bob, token.id, now=NOW + timedelta(minutes=minutes))
    assert token.revoked_at == NOW
