"""Pages that a network writes for itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base


class PageText(Base):
    """The network's own text of one page, per language (`core.settings.page_texts`)."""

    __tablename__ = "page_text"

    name: Mapped[str] = mapped_column(primary_key=True)
    texts: Mapped[dict[str, str]]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
