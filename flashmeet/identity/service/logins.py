"""Logins: browsers in which a member is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from flashmeet.core.secrets import hashed, new_secret
from flashmeet.identity.models import LoginSession, Member


def logins_of(db: Session, member: Member, *, now: datetime) -> Sequence[LoginSession]:
    """Returns the member's live logins, latest first."""
    live = select(LoginSession).join(Member).where(LoginSession.member_id == member.id, _is_live(now))
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
IDLE_ADMINISTRATOR = timedelta(days=14)
"""An administrator's login that was not used for so long has ended."""
USE_STAMPED = timedelta(hours=1)
"""How exactly the last use of a login is known."""


@dataclass(frozen=True, slots=True)
class KnownLogin:
    """A live login: whose it is, when they last proved that it is them, and when it was last used."""

    member: Member
    proved_at: datetime
    used_at: datetime


def open_login(db: Session, member: Member, *, now: datetime) -> str:
    """Opens a login; returns the secret for its cookie."""
    secret = new_secret()
    member.signed_in_at = now
    db.add(
        LoginSession(
            secret_hash=hashed(secret),
            member_id=member.id,
            created_at=now,
            expires_at=now + LOGIN_LASTS,
            proved_at=now,
            used_at=now,
        )
    )
    db.flush()
    return secret


def close_login(db: Session, secret: str) -> None:
    db.execute(delete(LoginSession).where(LoginSession.secret_hash == hashed(secret)))


def close_logins(db: Session, member: Member) -> None:
    """Signs the member out everywhere."""
    db.execute(delete(LoginSession).where(LoginSession.member_id == member.id))


def known_login(db: Session, secret: str, *, now: datetime) -> KnownLogin | None:
    """Returns the login; None when it is unknown, expired or idle, or its member is suspended."""
    found = db.execute(
        select(Member, LoginSession.proved_at, LoginSession.used_at)
        .join(LoginSession, LoginSession.member_id == Member.id)
        .where(LoginSession.secret_hash == hashed(secret), _is_live(now), ~Member.suspended)
    ).one_or_none()
    return None if found is None else KnownLogin(*found)


def member_signed_in(db: Session, secret: str, *, now: datetime) -> Member | None:
    """Returns the login's member; None as `known_login`."""
    found = known_login(db, secret, now=now)
    return None if found is None else found.member


def stamp_use(db: Session, secret: str, *, now: datetime) -> None:
    """Notes that the login was used."""
    db.execute(update(LoginSession).where(LoginSession.secret_hash == hashed(secret)).values(used_at=now))


def stamp_proof(db: Session, secret: str, *, now: datetime) -> None:
    """Notes that the member has proved in this browser that it is them."""
    db.execute(update(LoginSession).where(LoginSession.secret_hash == hashed(secret)).values(proved_at=now))


def _is_live(now: datetime) -> ColumnElement[bool]:
    in_use = or_(~Member.administrator, LoginSession.used_at > now - IDLE_ADMINISTRATOR)
    return and_(LoginSession.expires_at > now, in_use)
