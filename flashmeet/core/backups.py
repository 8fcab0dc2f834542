"""The last backup that this installation made, so that everybody sees when backups end."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from flashmeet.core.database.base import Base, Id

LATE_AFTER = timedelta(days=2)
"""A backup a night is usual; one night may fail."""


class BackupMade(Base):
    """The last backup: when it was made, how many rows it holds, when it was restored on trial. There is one row.

    `failed_at` is when a later one could not be restored on trial, and was set aside.
    """

    __tablename__ = "backup_made"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    made_at: Mapped[datetime]
    row_count: Mapped[int]
    verified_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]


def note_backup(db: Session, *, rows: int, verified: bool, now: datetime) -> None:
    """Stores that a backup was made now."""
    db.execute(delete(BackupMade))
    db.add(BackupMade(made_at=now, row_count=rows, verified_at=now if verified else None))


def note_failed_trial(db: Session, *, now: datetime) -> None:
    """Stores that a backup made now could not be restored on trial; what is known of the last good one stays."""
    known = last_backup(db)
    if known is None:
        known = BackupMade(made_at=now, row_count=0)
        db.add(known)
    known.failed_at = now


def last_backup(db: Session) -> BackupMade | None:
    return db.scalars(select(BackupMade).order_by(BackupMade.made_at.desc()).limit(1)).first()


def days_late(made_at: datetime | None, *, now: datetime) -> int:
    """Returns the days since the last backup once they are too many; 0 where others make the backups.

    One from the future was made by a clock that was wrong: it is no newer than the oldest that is too old.
    """
    if made_at is None:
        return 0
    if made_at > now + LATE_AFTER:
        return LATE_AFTER.days + 1
    return (now - made_at).days if now - made_at > LATE_AFTER else 0
