"""The address of a member's calendar feed: it holds a secret, shown once and stored hashed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from flashmeet.core.secrets import hashed, new_secret
from flashmeet.identity.models import Feed, Member


def open_feed(db: Session, member: Member, *, now: datetime) -> str:
    """Returns a new secret, which cannot be read again; the earlier one no longer works."""
    secret = new_secret()
    db.merge(Feed(member_id=member.id, secret_hash=hashed(secret), created_at=now))
    db.flush()
    return secret


def close_feed(db: Session, member: Member) -> bool:
    """Deletes the feed; its address no longer exists. Returns whether there was one."""
    return bool(db.execute(delete(Feed).where(Feed.member_id == member.id).returning(Feed.member_id)).all())


def feed_of(db: Session, member: Member) -> Feed | None:
    return db.get(Feed, member.id)
