"""Writes outbox rows, in the transaction that causes the effect."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_new
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import AnyKind, Message, urgency
from flashmeet.messages.rules.outbox import OutboxState


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Writes one message, once: a second row of the same subject, version, recipient, channel and kind is ignored.

    It is sent from `due_at` (default: now) on, and dropped if not sent by `not_after`. Rows of one `ordering_key` are
    sent in the order they were written.
    """

    subject: str
    version: int
    recipient_id: int
    channel: ChannelName
    message: Message
    due_at: datetime | None = None
    not_after: datetime | None = None
    ordering_key: str | None = None


def send(
    db: Session,
    *,
    subject: str,
    version: int,
    recipient_id: int,
    channel: ChannelName,
    message: Message,
    now: datetime,
    due_at: datetime | None = None,
    not_after: datetime | None = None,
    ordering_key: str | None = None,
) -> None:
    """Writes one effect (`Effect`)."""
    effect = Effect(
        subject=subject,
        version=version,
        recipient_id=recipient_id,
        channel=channel,
        message=message,
        due_at=due_at,
        not_after=not_after,
        ordering_key=ordering_key,
    )
    send_all(db, [effect], now=now)


def mail(
    db: Session,
    recipient_id: int,
    message: Message,
    subject: str,
    *,
    now: datetime,
    version: int = 0,
    due_at: datetime | None = None,
    not_after: datetime | None = None,
) -> None:
    """Writes a mail."""
    send(
        db,
        subject=subject,
        version=version,
        recipient_id=recipient_id,
        channel=ChannelName.MAIL,
        message=message,
        now=now,
        due_at=due_at,
        not_after=not_after,
    )


def send_all(db: Session, effects: Sequence[Effect], *, now: datetime) -> None:
    """Writes them in this order, in one statement."""
    rows = [outbox_row(effect, now=now) for effect in effects]
    if rows:
        insert_new(db, cast(Table, OutboxMessage.__table__), rows)


def outbox_row(effect: Effect, *, now: datetime) -> dict[str, Any]:
    """Returns the columns of the row that is written for an effect, but those with plain defaults."""
    due_at = effect.due_at or now
    return {
        "subject": effect.subject,
        "version": effect.version,
        "recipient_id": effect.recipient_id,
        "channel": effect.channel,
        "kind": str(effect.message.kind),
        "payload": dict(effect.message.payload),
        "lane": effect.ordering_key,
        "state": OutboxState.WAITING,
        "urgency": urgency(due_at, effect.not_after),
        "due_at": due_at,
        "not_after": effect.not_after,
        "attempt": 0,
        "tries": 0,
        "message_key": secrets.token_hex(16),
        "reason": "",
        "created_at": now,
    }


def drop_waiting(
    db: Session,
    *,
    subject: str,
    kinds: tuple[AnyKind, ...],
    reason: str,
    now: datetime,
    recipient_id: int | None = None,
    channel: ChannelName | None = None,
) -> None:
    """Drops the subject's waiting rows of these kinds, for one recipient or for all, by one channel or by all."""
    waiting = select(OutboxMessage.id).where(
        OutboxMessage.subject == subject, OutboxMessage.kind.in_(kinds), OutboxMessage.state == OutboxState.WAITING
    )
    if recipient_id is not None:
        waiting = waiting.where(OutboxMessage.recipient_id == recipient_id)
    if channel is not None:
        waiting = waiting.where(OutboxMessage.channel == channel)
    locked = waiting.order_by(OutboxMessage.id).with_for_update().cte("waiting")  # in the order workers lock them
    db.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id.in_(select(locked.c.id)), OutboxMessage.state == OutboxState.WAITING)
        .values(state=OutboxState.DROPPED, reason=reason, settled_at=now)
        .execution_options(synchronize_session=False)
    )
