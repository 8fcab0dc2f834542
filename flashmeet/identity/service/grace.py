"""The days in which a new administrator may do without a second factor."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from flashmeet.identity.models import Member

GRACE = timedelta(days=7)


def begin_grace(db: Session, member_id: int, *, now: datetime) -> None:
    """Sets until when the administrator may do without; the days begin once, whatever happens to their role."""
    begins = update(Member).where(Member.id == member_id, Member.factor_due_at.is_(None))
    db.execute(begins.values(factor_due_at=now + GRACE))
