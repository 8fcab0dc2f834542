"""Administrators: how many there are and lack a second factor, and the reset of a colleague's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.identity.models import Member
from flashmeet.identity.service.logins import close_logins
from flashmeet.identity.service.revoke import lock_member
from flashmeet.security.service.factors import reset_factors


@dataclass(frozen=True, slots=True)
class Administrators:
    """How many are active, and how many of them have no second factor."""

    active: int
    without_factor: int


def administrators(db: Session) -> Administrators:
    counts = select(func.count(), func.count().filter(Member.factor_at.is_(None)))
    active, without = db.execute(counts.where(Member.administrator, ~Member.suspended)).one()
    return Administrators(active, without)


def reset_colleague(db: Session, member_id: int, *, by: Member, now: datetime) -> None:
    """Removes the factors of a member who lost them, and signs them out; they are told.

    Raises NotFound, also to an administrator who means themselves: their own page asks for a factor first.
    """
    member = lock_member(db, member_id)
    if member is None or member.id == by.id or member.factor_at is None:
        raise NotFound
    reset_factors(db, member, by=by.id, now=now)
    close_logins(db, member)
