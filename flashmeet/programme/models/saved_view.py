"""Lists as administrators look at them, kept by name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base, Id


class SavedView(Base):
    """The filter of one page (`fields`), under a name that every administrator of the network sees."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    page: Mapped[str]
    name: Mapped[str]
    fields: Mapped[dict[str, str]]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("page", "name"),)
