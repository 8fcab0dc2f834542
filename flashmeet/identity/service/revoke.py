"""Takes back for good what lets a member in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from flashmeet.identity.models import ApiToken, LoginSession, Member, SignInCode
from flashmeet.identity.service.feeds import close_feed
from flashmeet.identity.service.links import renew_links


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How many live logins and API tokens ended, and whether a calendar feed did."""

    browsers: int
    tokens: int
    feed: bool = False


def lock_member(db: Session, member_id: int) -> Member | None:
    """Returns the member as they are now, and lets nobody else sign them in or end their access until the commit."""
    return db.get(Member, member_id, with_for_update={"key_share": True}, populate_existing=True)


def end_access(db: Session, member: Member, *, now: datetime) -> Ended:
    """Ends every login, sign-in code and API token of the member; no later change brings them back.

    Who is signing in at this moment has finished, or finds the member as they are now.
    """
    db.flush()
    lock_member(db, member.id)
    logins = db.scalars(
        delete(LoginSession).where(LoginSession.member_id == member.id).returning(LoginSession.expires_at)
    ).all()
    db.execute(delete(SignInCode).where(SignInCode.member_id == member.id))
    tokens = db.scalars(
        update(ApiToken)
        .where(ApiToken.member_id == member.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(ApiToken.expires_at)
        .execution_options(synchronize_session=False)
    ).all()
    return Ended(browsers=sum(each > now for each in logins), tokens=sum(each > now for each in tokens))


def end_everything(db: Session, member: Member, *, now: datetime) -> Ended:
    """Ends the member's access, their calendar feed, and every personal link that they were sent, of whatever kind."""
    ended = end_access(db, member, now=now)
    renew_links(db, member)
    return Ended(browsers=ended.browsers, tokens=ended.tokens, feed=close_feed(db, member))
