"""Who is at the door: codes, sessions, tokens, and what they were about to do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base, Id


class SignInCode(Base):
    """A six-digit code, hashed with its row's nonce; single use, short-lived, few tries.

    An unknown address gets a row as well, without a member, so that both answers cost the same.
    """

    __tablename__ = "sign_in_code"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    nonce: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str]
    tries: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class LoginSession(Base):
    """A browser that is signed in; the cookie holds the secret, the row its hash."""

    __tablename__ = "login_session"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class ApiToken(Base):
    """A bearer token, stored hashed."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    read_only: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Draft(Base):
    """What somebody typed before signing in, kept for them by an unguessable key."""

    __tablename__ = "draft"

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str]
    fields: Mapped[dict[str, list[str]]]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class IdempotencyKey(Base):
    """The successful answer to a request that may be sent again."""

    __tablename__ = "idempotency_key"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    method: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[str]
    status: Mapped[int]
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)


class RateCount(Base):
    """How often something was done in one window of time, where no Redis counts it."""

    __tablename__ = "rate_count"

    key: Mapped[str] = mapped_column(primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[datetime]

    __table_args__ = (Index("ix_rate_count_expires_at", "expires_at"),)
