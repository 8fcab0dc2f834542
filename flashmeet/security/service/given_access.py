"""What a member was given to come in with, and making API tokens on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, Missing, TooLong
from flashmeet.core.numbers import number_or_none
from flashmeet.core.text import seen
from flashmeet.identity.models import ApiToken, Feed, LoginSession, Member
from flashmeet.identity.queries import joined_member
from flashmeet.identity.service.feeds import feed_of
from flashmeet.identity.service.logins import logins_of
from flashmeet.identity.service.tokens import check_token_count, create_token, tokens_of

NAME_CHARACTERS = 60
TOKEN_DAYS = (7, 30, 90, 365)
"""How long a token made on a page may last; the last is proposed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAccess:
    """The live logins and API tokens, latest first, and the calendar feed if there is one."""

    logins: Sequence[LoginSession]
    tokens: Sequence[ApiToken]
    feed: Feed | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWish:
    """The API token that a member asks for."""

    name: str
    read_only: bool
    days: int

    @classmethod
    def parse(cls, *, name: str, scope: str, days: str) -> TokenWish:
        """Raises Missing, TooLong, BadInput."""
        said, number = seen(" ".join(name.split())), number_or_none(days)
        if not said:
            raise Missing("name")
        if len(said) > NAME_CHARACTERS:
            raise TooLong("name", most=NAME_CHARACTERS, length=len(said))
        if scope not in ("read", "write"):
            raise BadInput("scope")
        if number not in TOKEN_DAYS:
            raise BadInput("days")
        return cls(name=said, read_only=scope == "read", days=number)


def given_access(db: Session, member: Member, *, now: datetime) -> GivenAccess:
    return GivenAccess(
        logins=logins_of(db, member, now=now), tokens=tokens_of(db, member, now=now), feed=feed_of(db, member)
    )


def make_token(db: Session, member: Member, wish: TokenWish, *, now: datetime) -> str:
    """Creates the token that was wished for; it cannot be read again. Raises TooManyTokens."""
    check_token_count(db, member, now=now)
    lasts = timedelta(days=wish.days)
    return create_token(db, member, read_only=wish.read_only, name=wish.name, lasts=lasts, now=now)


def member_for_access(db: Session, member_id: int) -> Member:
    """Returns the member whose access an administrator looks at. Raises NotFound, also for a newcomer."""
    return joined_member(db, member_id, even_erased=True)
