"""Writes the record of security, and forgets what is past its time."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from flashmeet.audit.models import AuditEntry
from flashmeet.core.database.session import clock
from flashmeet.identity.acts import ORIGIN, RECORDED_ACTS, Audited, Origin

KEPT_FOR = timedelta(days=365)
FORGOTTEN_AT_ONCE = 1_000
ABOUT_CHARACTERS = 120


def record(db: Session, what: Audited, now: datetime) -> None:
    """Adds a line in this unit of work."""
    db.info.setdefault(RECORDED_ACTS, set()).add(what.act)
    origin = db.info[ORIGIN]() if ORIGIN in db.info else Origin()
    db.add(
        AuditEntry(
            at=now,
            act=what.act,
            by_id=what.by,
            to_id=what.to,
            about=what.about[:ABOUT_CHARACTERS],
            network=origin.network,
            browser=origin.browser,
            kept_until=now + KEPT_FOR,
        )
    )


def forget_entries(db: Session, *, now: datetime) -> int:
    """Deletes lines past their time, some at a time; returns how many. The database decides by its own clock too."""
    past = min(now, clock(db))
    ids = db.scalars(
        select(AuditEntry.id)
        .where(AuditEntry.kept_until < past)
        .order_by(AuditEntry.kept_until)
        .limit(FORGOTTEN_AT_ONCE)
    ).all()
    if ids:
        db.execute(delete(AuditEntry).where(AuditEntry.id.in_(ids)))
    return len(ids)
