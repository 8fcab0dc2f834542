"""Reschedules rows that have not been sent: their due time has changed, or they are no longer wanted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.kinds import AnyKind, urgency
from flashmeet.messages.rules.outbox import OutboxState

LAID_ANEW = "laid_anew"
"""The drop reason of a row that a later change may want again."""


def reschedule(
    db: Session,
    *,
    subject: str,
    version: int,
    recipient_id: int,
    kinds: tuple[AnyKind, ...],
    wanted: Mapping[tuple[str, str], datetime],
    now: datetime,
) -> set[tuple[str, str]]:
    """Moves or drops waiting rows to match `wanted`: (channel, kind) → due. Returns those that have a row already."""
    rows = db.scalars(
        select(OutboxMessage)
        .where(
            OutboxMessage.subject == subject,
            OutboxMessage.version == version,
            OutboxMessage.recipient_id == recipient_id,
            OutboxMessage.kind.in_(kinds),
        )
        .order_by(OutboxMessage.id)
        .with_for_update()
    ).all()
    for row in rows:
        due = wanted.get((row.channel, row.kind))
        if row.state == OutboxState.WAITING and (row.attempt or row.due_at <= now):
            continue  # it is being sent
        if row.state == OutboxState.DROPPED and row.reason == LAID_ANEW and due is not None:
            row.state, row.reason, row.settled_at, row.due_at = OutboxState.WAITING, "", None, due
            row.urgency = urgency(due, row.not_after)
        elif row.state == OutboxState.WAITING and due is not None:
            row.due_at, row.urgency = due, urgency(due, row.not_after)
        elif row.state == OutboxState.WAITING:
            row.state, row.reason, row.settled_at = OutboxState.DROPPED, LAID_ANEW, now
    db.flush()
    return {(row.channel, row.kind) for row in rows}
