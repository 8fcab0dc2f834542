"""Where sessions meet beside the built-in room: mentors' own rooms, and who went to a provider when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base


class OwnRoom(Base):
    """A mentor's own https room. It is a secret shared with whoever was there once: shown on click alone."""

    __tablename__ = "own_room"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str]
    updated_at: Mapped[datetime]
