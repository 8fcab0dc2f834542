"""The administrator's settings, where they differ from the shipped defaults, and the network's own texts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.kept import rarely_changed


@rarely_changed
class Setting(Base):
    """One decision; `value` is `{"is": …}`, so that null can be stored."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]


class SettingChange(Base):
    """Records who decided what, and when; never changed or deleted. `after` is None when the default was restored."""

    __tablename__ = "setting_change"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    name: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))

    __table_args__ = (Index("ix_setting_change_name", "name", "id"),)


@rarely_changed
class PageText(Base):
    """The network's own text of one page, by language (`core.settings.page_texts`)."""

    __tablename__ = "page_text"

    name: Mapped[str] = mapped_column(primary_key=True)
    texts: Mapped[dict[str, str]]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
