"""Bearer tokens for the API: shown once, stored hashed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select, update
from sqlalchemy.orm import Session

from flashmeet.core.database.kept import REVISION, note_revision
from flashmeet.core.database.prepared import columns, prepared
from flashmeet.core.errors import NotFound, NotSignedIn, TokenExpired, TokenRevoked, TooManyTokens
from flashmeet.core.secrets import hashed, new_secret
from flashmeet.identity.models import ApiToken, Member
from flashmeet.identity.rules import ROLES, OfficeRole

PREFIX = "fm_"
TOKEN_LASTS = timedelta(days=365)
MOST_TOKENS = 50
"""Live tokens of one member that are made on a page."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a request needs to know of the member who sends it; their whole row is read where a use case needs it."""

    id: int
    first_name: str
    last_name: str
    mentee: bool
    mentor: bool
    administrator: bool
    office: OfficeRole | None
    approved: bool
    locale: str
    tzid: str
    factor_at: datetime | None
    factor_due_at: datetime | None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def roles(self) -> list[str]:
        return [role for role in ROLES if getattr(self, role)]


_OF_BEARER = tuple(getattr(Member, each.name) for each in fields(Bearer))


@dataclass(frozen=True, slots=True)
class KnownToken:
    """A live token and its member."""

    id: int
    read_only: bool
    used_at: datetime | None
    bearer: Bearer


def create_token(
    db: Session, member: Member, *, read_only: bool, name: str = "", lasts: timedelta = TOKEN_LASTS, now: datetime
) -> str:
    """Creates a token, `fm_` and 43 characters; it cannot be read again, and works for a year or as long as is said."""
    token = PREFIX + new_secret()
    db.add(
        ApiToken(
            secret_hash=hashed(token),
            member_id=member.id,
            name=name,
            read_only=read_only,
            created_at=now,
            expires_at=now + lasts,
        )
    )
    db.flush()
    return token


def tokens_of(db: Session, member: Member, *, now: datetime) -> Sequence[ApiToken]:
    """Returns the member's live tokens, latest first."""
    live = select(ApiToken).where(
        ApiToken.member_id == member.id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now
    )
    return db.scalars(live.order_by(ApiToken.created_at.desc(), ApiToken.id.desc())).all()


def check_token_count(db: Session, member: Member, *, now: datetime) -> None:
    """Raises TooManyTokens when the member has as many as one may make on a page."""
    live = select(func.count(ApiToken.id)).where(
        ApiToken.member_id == member.id, ApiToken.revoked_at.is_(None), ApiToken.expires_at > now
    )
    if (db.scalar(live) or 0) >= MOST_TOKENS:
        raise TooManyTokens(most=MOST_TOKENS)


def revoke_token(db: Session, member: Member, token_id: int, *, now: datetime) -> ApiToken:
    """Revokes one of the member's tokens for good; it stays revoked from when it was first.

    Raises NotFound, also for somebody else's.
    """
    token = db.get(ApiToken, token_id, with_for_update=True)
    if token is None or token.member_id != member.id:
        raise NotFound
    token.revoked_at = token.revoked_at or now
    db.flush()
    return token


def known_token(db: Session, token: str, *, now: datetime) -> KnownToken | None:
    """Returns None for a token that is unknown, expired, revoked, or of a suspended member."""
    if not token.startswith(PREFIX):
        return None
    for id, read_only, used_at, revision, *facts in columns(db, *_live_token(hashed(token), now)):
        note_revision(db, revision)
        return KnownToken(id, read_only, used_at, Bearer(*facts))
    return None


@prepared
def _live_token(secret_hash: str, now: datetime) -> Select[*tuple[Any, ...]]:
    """Reads the revision along, which every request asks for next."""
    return (
        select(ApiToken.id, ApiToken.read_only, ApiToken.used_at, REVISION, *_OF_BEARER)
        .join(Member, Member.id == ApiToken.member_id)
        .where(
            ApiToken.secret_hash == secret_hash,
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > now,
            ~Member.suspended,
        )
    )


def why_unknown(db: Session, token: str, *, now: datetime) -> NotSignedIn:
    """Returns what to tell the bearer of a token that `known_token` does not know."""
    row = db.scalar(select(ApiToken).where(ApiToken.secret_hash == hashed(token)))
    if row is not None and row.revoked_at is not None:
        return TokenRevoked()
    if row is not None and row.expires_at <= now:
        return TokenExpired(expired_at=row.expires_at)
    return NotSignedIn()


def saw_token(db: Session, token_id: int, *, now: datetime) -> None:
    """Notes that the token was used."""
    db.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=now))
