"""Logins: browsers in which a member is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from flashmeet.core.secrets import hashed, new_secret
from flashmeet.identity.models import LoginSession, Member


def logins_of(db: Session, member: Member, *, now: datetime) -> Sequence[LoginSession]:
    """Returns the member's live logins, latest first."""
    live = select(LoginSession).where(LoginSession.member_id == member.id, LoginSession.expires_at > now)
    return db.scalars(live.order_by(LoginSession.created_at.desc(), LoginSession.id.desc())).all()


def is_login(login: LoginSession, secret: str) -> bool:
    """Whether it is the login with this secret."""
    return login.secret_hash == hashed(secret)


def close_other_logins(db: Session, member: Member, secret: str) -> None:
    """Signs out every browser but the one with this secret."""
    db.execute(
        delete(LoginSession).where(LoginSession.member_id == member.id, LoginSession.secret_hash != hashed(secret))
    )


LOGIN_LASTS = timedelta(days=90)


def open_login(db: Session, member: Member, *, now: datetime) -> str:
    """Opens a login; returns the secret for its cookie."""
    secret = new_secret()
    member.signed_in_at = now
    db.add(LoginSession(secret_hash=hashed(secret), member_id=member.id, created_at=now, expires_at=now + LOGIN_LASTS))
    db.flush()
    return secret


def close_login(db: Session, secret: str) -> None:
    db.execute(delete(LoginSession).where(LoginSession.secret_hash == hashed(secret)))


def member_signed_in(db: Session, secret: str, *, now: datetime) -> Member | None:
    """Returns the login's member; None when it is unknown or expired, or its member is suspended."""
    return db.scalar(
        select(Member)
        .join(LoginSession, LoginSession.member_id == Member.id)
        .where(LoginSession.secret_hash == hashed(secret), LoginSession.expires_at > now, ~Member.suspended)
    )
