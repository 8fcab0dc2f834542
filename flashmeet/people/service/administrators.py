"""An administrator who cannot get in any more."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.identity.models.login import ApiToken, LoginSession, SignInCode
from flashmeet.identity.models.member import Member
from flashmeet.people.service.sign_in import open_one_time


def reset_administrator(session: Session, email: str, *, now: datetime) -> str:
    """Ends every session, code and token of that administrator; returns the token of a sign-in link for ten minutes.

    Raises NotFound for an address that is no administrator's.
    """
    member = session.scalar(select(Member).where(Member.email == email.strip().lower(), Member.administrator))
    if member is None:
        raise NotFound
    session.execute(delete(LoginSession).where(LoginSession.member_id == member.id))
    session.execute(delete(SignInCode).where(SignInCode.member_id == member.id))
    session.execute(
        update(ApiToken).where(ApiToken.member_id == member.id, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    )
    member.suspended = False
    return open_one_time(session, member, now=now)
