"""What a member does not want to receive."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base


class SwitchedOff(Base):
    """A row says no: this category does not reach this member through this channel (`messages.rules.notifications`)."""

    __tablename__ = "switched_off"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    category: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
