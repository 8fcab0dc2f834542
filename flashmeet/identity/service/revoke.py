"""Takes back for good what lets a member in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from flashmeet.identity.models import ApiToken, LoginSession, Member, SignInCode


def lock_member(db: Session, member_id: int) -> Member | None:
    """Returns the member as they are now, and lets nobody else sign them in or end their access until the commit."""
    return db.get(Member, member_id, with_for_update={"key_share": True}, populate_existing=True)


def end_access(db: Session, member: Member, *, now: datetime) -> None:
    """Ends every login, sign-in code and API token of the member; no later change brings them back.

    Who is signing in at this moment has finished, or finds the member as they are now.
    """
    db.flush()
    lock_member(db, member.id)
    db.execute(delete(LoginSession).where(LoginSession.member_id == member.id))
    db.execute(delete(SignInCode).where(SignInCode.member_id == member.id))
    db.execute(
        update(ApiToken).where(ApiToken.member_id == member.id, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    )
