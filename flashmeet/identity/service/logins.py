"""Logins: browsers in which a member is signed in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, delete, or_, select, update
from sqlalchemy.orm import Session

from flashmeet.core.database.kept import REVISION, note_revision
from flashmeet.core.database.prepared import prepared
from flashmeet.core.errors import NotFound
from flashmeet.core.secrets import hashed, new_secret
from flashmeet.identity.models import LoginSession, Member

LOGIN_LASTS = timedelta(days=90)
IDLE_ADMINISTRATOR = timedelta(days=14)
"""A login that was not used for so long has ended, of whoever runs the network or a part of it."""
SEEN_EVERY = timedelta(hours=1)
"""How exactly it is kept when a browser or a token was last here: an hour costs one row, not every page."""


def logins_of(db: Session, member: Member, *, now: datetime) -> Sequence[LoginSession]:
    """Returns the member's live logins, latest first."""
    live = (
        select(LoginSession)
        .join(Member)
        .where(LoginSession.member_id == member.id, _is_live(now, now - IDLE_ADMINISTRATOR))
    )
    return db.scalars(live.order_by(LoginSession.created_at.desc(), LoginSession.id.desc())).all()


def is_login(login: LoginSession, secret: str) -> bool:
    """Whether it is the login with this secret."""
    return login.secret_hash == hashed(secret)


def close_other_logins(db: Session, member: Member, secret: str) -> None:
    """Signs out every browser but the one with this secret."""
    db.execute(
        delete(LoginSession).where(LoginSession.member_id == member.id, LoginSession.secret_hash != hashed(secret))
    )


def close_login_of(db: Session, member: Member, login_id: int) -> None:
    """Signs one of the member's browsers out. Raises NotFound, also for somebody else's."""
    mine = delete(LoginSession).where(LoginSession.id == login_id, LoginSession.member_id == member.id)
    if db.scalar(mine.returning(LoginSession.id)) is None:
        raise NotFound


def open_login(db: Session, member: Member, *, browser: str = "", now: datetime) -> str:
    """Opens a login in the browser of that name; returns the secret for its cookie."""
    secret = new_secret()
    member.signed_in_at, member.seen_on = now, now.date()
    db.add(
        LoginSession(
            secret_hash=hashed(secret),
            member_id=member.id,
            browser=browser,
            seen_at=now,
            created_at=now,
            expires_at=now + LOGIN_LASTS,
            proved_at=now,
        )
    )
    db.flush()
    return secret


def close_login(db: Session, secret: str) -> None:
    db.execute(delete(LoginSession).where(LoginSession.secret_hash == hashed(secret)))


def close_logins(db: Session, member: Member) -> None:
    """Signs the member out everywhere."""
    db.execute(delete(LoginSession).where(LoginSession.member_id == member.id))


@dataclass(frozen=True, slots=True)
class LiveLogin:
    """A login that has not ended, and its member."""

    member: Member
    seen_at: datetime
    proved_at: datetime


def live_login(db: Session, secret: str, *, now: datetime) -> LiveLogin | None:
    """Returns the login and its member; None when it is unknown, expired or idle, or its member is suspended."""
    row = db.execute(*_live_login(hashed(secret), now, now - IDLE_ADMINISTRATOR)).one_or_none()
    if row is None:
        return None
    member, seen_at, proved_at, revision = row
    note_revision(db, revision)
    return LiveLogin(member, seen_at, proved_at)


@prepared
def _live_login(secret_hash: str, now: datetime, in_use_since: datetime) -> Select[Member, datetime, datetime, str]:
    """Reads the revision along, which every request asks for next."""
    return (
        select(Member, LoginSession.seen_at, LoginSession.proved_at, REVISION)
        .join(LoginSession, LoginSession.member_id == Member.id)
        .where(LoginSession.secret_hash == secret_hash, _is_live(now, in_use_since), ~Member.suspended)
    )


def saw_login(db: Session, secret: str, *, now: datetime) -> None:
    """Notes that the browser was here, and once a day that its member was."""
    mine = LoginSession.secret_hash == hashed(secret)
    db.execute(update(LoginSession).where(mine).values(seen_at=now))
    theirs = Member.id == select(LoginSession.member_id).where(mine).scalar_subquery()
    db.execute(
        update(Member)
        .where(theirs, or_(Member.seen_on.is_(None), Member.seen_on < now.date()))
        .values(seen_on=now.date())
        .execution_options(synchronize_session=False)
    )


def stamp_proof(db: Session, secret: str, *, now: datetime) -> None:
    """Notes that the member has proved in this browser that it is them."""
    db.execute(update(LoginSession).where(LoginSession.secret_hash == hashed(secret)).values(proved_at=now))


def _is_live(now: datetime, in_use_since: datetime) -> ColumnElement[bool]:
    in_use = or_(~Member.runs_network, LoginSession.seen_at > in_use_since)
    return and_(LoginSession.expires_at > now, in_use)
