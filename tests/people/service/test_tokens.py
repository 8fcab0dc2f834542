"""An API token ends by itself."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from flashmeet.identity.service.tokens import TOKEN_LASTS, create_token, known_token
from tests import people
from tests.people import NOW


def test_a_token_works_for_a_year_and_not_a_moment_longer(db: Session) -> None:
    token = create_token(db, people.member(db, "Bob"), read_only=False, now=NOW)
    end = NOW + TOKEN_LASTS
    assert known_token(db, token, now=end - timedelta(seconds=1)) is not None
    assert known_token(db, token, now=end) is None
