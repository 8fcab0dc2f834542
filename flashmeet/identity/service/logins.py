"""Where a member is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from flashmeet.core.secrets import hashed
from flashmeet.identity.models.login import LoginSession
from flashmeet.identity.models.member import Member


def logins_of(session: Session, member: Member, *, now: datetime) -> Sequence[LoginSession]:
    """Browsers that are signed in, the latest first."""
    live = select(LoginSession).where(LoginSession.member_id == member.id, LoginSession.expires_at > now)
    return session.scalars(live.order_by(LoginSession.created_at.desc(), LoginSession.id.desc())).all()


def is_login(login: LoginSession, secret: str) -> bool:
    """Whether it is the browser that keeps this secret."""
    return login.secret_hash == hashed(secret)


def close_other_logins(session: Session, member: Member, secret: str) -> None:
    """Every browser but the one that keeps this secret is signed out."""
    session.execute(
        delete(LoginSession).where(LoginSession.member_id == member.id, LoginSession.secret_hash != hashed(secret))
    )
