"""Bearer tokens for the API: shown once, stored hashed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.secrets import hashed, new_secret
from flashmeet.identity.models import ApiToken, Member

PREFIX = "fm_"
TOKEN_LASTS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A live token and its member."""

    id: int
    read_only: bool
    member: Member


def create_token(db: Session, member: Member, *, read_only: bool, now: datetime) -> str:
    """Creates a token, `fm_` and 43 characters; it cannot be read again, and works for a year."""
    token = PREFIX + new_secret()
    db.add(
        ApiToken(
            secret_hash=hashed(token),
            member_id=member.id,
            read_only=read_only,
            created_at=now,
            expires_at=now + TOKEN_LASTS,
        )
    )
    db.flush()
    return token


def known_token(db: Session, token: str, *, now: datetime) -> KnownToken | None:
    """Returns None for a token that is unknown, expired, revoked, or of a suspended member."""
    if not token.startswith(PREFIX):
        return None
    row = db.execute(
        select(ApiToken.id, ApiToken.read_only, Member)
        .join(Member, Member.id == ApiToken.member_id)
        .where(
            ApiToken.secret_hash == hashed(token),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            ~Member.suspended,
        )
    ).one_or_none()
    return None if row is None else KnownToken(*row)
