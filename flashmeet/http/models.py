"""Kept forms, and responses to repeatable requests."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base


class Draft(Base):
    """A form that could not be done when it was sent, stored under an unguessable key."""

    __tablename__ = "draft"

    key_hash: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str]
    fields: Mapped[dict[str, list[str]]]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class IdempotencyKey(Base):
    """The successful response to a repeatable request."""

    __tablename__ = "idempotency_key"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    method: Mapped[str] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    body_hash: Mapped[str]
    status: Mapped[int]
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime] = mapped_column(index=True)
