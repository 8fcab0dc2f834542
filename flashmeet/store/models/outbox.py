"""Everything that leaves, as rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.store.models.base import Base, Id


class OutboxMessage(Base):
    """One effect on one recipient through one channel, written in the transaction that caused it.

    `state`: waiting → sending (committed before the call) → sent | waiting again | unknown | refused | dropped |
    parked.
    `payload` is a snapshot: what is said does not change after it was written. Rows of one `lane` leave in the order
    they were written. `attempt` counts leases: who wakes late cannot settle for a successor.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    subject: Mapped[str]
    version: Mapped[int]
    recipient_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    channel: Mapped[str]
    kind: Mapped[str]
    payload: Mapped[dict[str, Any]]
    lane: Mapped[str | None]
    state: Mapped[str] = mapped_column(default="waiting")
    due_at: Mapped[datetime]
    not_after: Mapped[datetime | None]
    attempt: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    message_key: Mapped[str] = mapped_column(unique=True)
    provider_ref: Mapped[str | None]
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("subject", "version", "recipient_id", "channel", "kind"),
        Index("ix_outbox_due", "state", "channel", "due_at"),
        Index("ix_outbox_lane", "lane", "id"),
    )
