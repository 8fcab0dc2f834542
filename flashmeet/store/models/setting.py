"""What an administrator decided, where it differs from the shipped default."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.store.models.base import Base


class Setting(Base):
    """One named decision; `value` is `{"is": …}`, so that null can be said."""

    __tablename__ = "setting"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[dict[str, Any]]
