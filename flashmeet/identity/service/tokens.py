"""Bearer tokens for the API: shown once, stored hashed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.secrets import hashed, new_secret
from flashmeet.identity.models import ApiToken, Member

PREFIX = "fm_"


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A live token and its member."""

    id: int
    read_only: bool
    member: Member


def create_token(db: Session, member: Member, *, read_only: bool, now: datetime) -> str:
    """Creates a token, `fm_` and 43 characters; it cannot be read again."""
    token = PREFIX + new_secret()
    db.add(ApiToken(secret_hash=hashed(token), member_id=member.id, read_only=read_only, created_at=now))
    db.flush()
    return token


def known_token(db: Session, token: str) -> KnownToken | None:
    """Returns None for a token that is unknown, revoked, or of a suspended member."""
    if not token.startswith(PREFIX):
        return None
    row = db.execute(
        select(ApiToken.id, ApiToken.read_only, Member)
        .join(Member, Member.id == ApiToken.member_id)
        .where(ApiToken.secret_hash == hashed(token), ApiToken.revoked_at.is_(None), ~Member.suspended)
    ).one_or_none()
    return None if row is None else KnownToken(*row)
