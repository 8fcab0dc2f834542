"""Pictures, in the database so that a backup holds them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base


class Picture(Base):
    """A member's photo (`member:7`), or the network's `logo`. `content` is base64, written by us alone."""

    __tablename__ = "picture"

    name: Mapped[str] = mapped_column(primary_key=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    media_type: Mapped[str]
    content: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
