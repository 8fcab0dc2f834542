"""Which terms are in force, and who has accepted them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.people.models.terms import Terms, TermsAcceptance
from flashmeet.people.rules.terms import GRACE


def in_force(session: Session, *, now: datetime) -> Terms | None:
    """The version that binds at `now`; None on an installation that has none."""
    query = select(Terms).where(Terms.in_force_at <= now).order_by(Terms.version.desc())
    return session.scalars(query.limit(1)).first()


def newest(session: Session) -> Terms | None:
    """The version announced last, in force or not yet."""
    return session.scalars(select(Terms).order_by(Terms.version.desc()).limit(1)).first()


def accepted_version(session: Session, member_id: int) -> int:
    """The newest version that the member accepted; 0 when none."""
    query = select(func.max(TermsAcceptance.version)).where(TermsAcceptance.member_id == member_id)
    return session.scalar(query) or 0


def owed(session: Session, member_id: int, *, now: datetime) -> Terms | None:
    """The version in force, while the member has accepted neither it nor a later one."""
    terms = in_force(session, now=now)
    return terms if terms is not None and accepted_version(session, member_id) < terms.version else None


def hides(session: Session, mentor_id: int, *, now: datetime) -> bool:
    """Whether the mentor's open hours are hidden, since the grace has ended without an acceptance."""
    terms = in_force(session, now=now - GRACE)
    return terms is not None and accepted_version(session, mentor_id) < terms.version
