"""Reads of the record: what an administrator searches, and what a member sees of their own account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from flashmeet.audit.models import AuditEntry
from flashmeet.identity.acts import OF_CASES, Act
from flashmeet.identity.models import Member
from flashmeet.identity.queries import named

MOST_PEOPLE = 100
"""People whose names fit a search; more of them make it no narrower."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is searched for: a person (by whom or to whom), an act, and the time from `since` until `until`.

    Acts of cases about the administrator who looks, `viewer_id`, are not found.
    """

    viewer_id: int
    person: str = ""
    act: Act | None = None
    since: datetime | None = None
    until: datetime | None = None


def entries(db: Session, wanted: Wanted, *, before: int | None = None, limit: int) -> Sequence[AuditEntry]:
    """Returns at most `limit` lines, latest first; those that come after the line `before` in that order."""
    query = _matching(db, wanted)
    if before is not None:
        last = db.get(AuditEntry, before)
        if last is None:
            return ()
        query = query.where(AuditEntry.at <= last.at, or_(AuditEntry.at < last.at, AuditEntry.id < last.id))
    return db.scalars(query.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)).all()


def _matching(db: Session, wanted: Wanted) -> Select[AuditEntry]:
    query = select(AuditEntry).where(~_case_about(wanted.viewer_id))
    if wanted.person:
        people = db.scalars(select(Member.id).where(*named(wanted.person)).order_by(Member.id).limit(MOST_PEOPLE)).all()
        query = query.where(or_(AuditEntry.by_id.in_(people), AuditEntry.to_id.in_(people)))
    if wanted.act is not None:
        query = query.where(AuditEntry.act == wanted.act)
    if wanted.since is not None:
        query = query.where(AuditEntry.at >= wanted.since)
    return query if wanted.until is None else query.where(AuditEntry.at < wanted.until)


def _case_about(member_id: int) -> ColumnElement[bool]:
    return and_(AuditEntry.act.in_(OF_CASES), func.coalesce(AuditEntry.to_id, 0) == member_id)


def events_of(db: Session, member_id: int, *, limit: int) -> Sequence[AuditEntry]:
    """Returns the latest acts that concern the member's account, whoever did them."""
    mine = select(AuditEntry).where(AuditEntry.to_id == member_id, AuditEntry.act.not_in(OF_CASES))
    return db.scalars(mine.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(limit)).all()


def waits_before(db: Session, act: Act, *, since: datetime, limit: int) -> list[timedelta]:
    """Returns how long members had been there before this was done to them; the latest acts, at most `limit`."""
    query = (
        select(AuditEntry.at, Member.created_at)
        .join(Member, Member.id == AuditEntry.to_id)
        .where(AuditEntry.act == act, AuditEntry.at >= since)
        .order_by(AuditEntry.at.desc())
        .limit(limit)
    )
    return [at - came for at, came in db.execute(query)]
