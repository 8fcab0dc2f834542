"""A member's sessions as an address that calendars subscribe to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base


class Feed(Base):
    """The secret of one member's feed, hashed; without a row there is no feed, a new secret replaces the one before."""

    __tablename__ = "feed"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
