"""What an administrator can do with rows that need attention."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload

from flashmeet.core.errors import AlreadyOver, NotFound
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.outbox import TROUBLED, OutboxState

STUCK_AFTER = timedelta(minutes=10)


def is_stuck(now: datetime) -> ColumnElement[bool]:
    """Whether a row is waiting although it has been due for `STUCK_AFTER`."""
    return and_(OutboxMessage.state == OutboxState.WAITING, OutboxMessage.due_at < now - STUCK_AFTER)


def troubled(
    db: Session, *, only: str = "", channel: str = "", now: datetime, limit: int, offset: int = 0
) -> tuple[Sequence[OutboxMessage], int]:
    """Returns the rows that need attention, latest first, and their number. `only`: one of `TROUBLED`, or `stuck`."""
    wanted = _wanted(only, now)
    if channel:
        wanted = and_(wanted, OutboxMessage.channel == channel)
    query = select(OutboxMessage).where(wanted).options(joinedload(OutboxMessage.recipient, innerjoin=True))
    rows = db.scalars(query.order_by(OutboxMessage.id.desc()).limit(limit).offset(offset)).all()
    return rows, db.scalar(select(func.count()).select_from(OutboxMessage).where(wanted)) or 0


def _wanted(only: str, now: datetime) -> ColumnElement[bool]:
    if only == "stuck":
        return is_stuck(now)
    if only in TROUBLED:
        return OutboxMessage.state == only
    return or_(OutboxMessage.state.in_(TROUBLED), is_stuck(now))


def retry_row(db: Session, row_id: int, *, now: datetime) -> OutboxMessage:
    """Sends the row again, at once; for an unknown one the administrator accepts a possible duplicate.

    Raises NotFound for a row that is not waiting, unknown, refused or parked, and AlreadyOver when a later message with
    its ordering key was sent.
    """
    row = _locked(db, row_id)
    if _overtaken(db, row):
        raise AlreadyOver(status=row.state)
    row.state, row.reason, row.settled_at, row.lease_until = OutboxState.WAITING, "", None, None
    row.tries, row.due_at = 0, now
    db.flush()
    return row


def drop_row(db: Session, row_id: int, *, now: datetime) -> OutboxMessage:
    """Drops the row; those behind it with its ordering key continue. Raises NotFound as `retry_row` does."""
    row = _locked(db, row_id)
    row.state, row.reason, row.settled_at, row.lease_until = OutboxState.DROPPED, "administrator", now, None
    db.flush()
    return row


def _overtaken(db: Session, row: OutboxMessage) -> bool:
    later = select(OutboxMessage.id).where(
        OutboxMessage.ordering_key == row.ordering_key,
        OutboxMessage.id > row.id,
        OutboxMessage.state.in_((OutboxState.SENDING, OutboxState.SENT)),
    )
    return row.ordering_key is not None and db.scalars(later.limit(1)).first() is not None


def _locked(db: Session, row_id: int) -> OutboxMessage:
    row = db.get(OutboxMessage, row_id, with_for_update={"of": OutboxMessage}, populate_existing=True)
    if row is None or row.state not in (*TROUBLED, OutboxState.WAITING):
        raise NotFound
    return row
