"""What people ask about."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.store.models.base import Base, Id


class Theme(Base):
    """`names` holds the name per language. A regulated theme (law, health, tax) is peer talk, never advice."""

    __tablename__ = "theme"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    names: Mapped[dict[str, str]]
    active: Mapped[bool] = mapped_column(default=True)
    regulated: Mapped[bool] = mapped_column(default=False)

    terms: Mapped[list[ThemeTerm]] = relationship(cascade="all, delete-orphan")

    def name(self, locale: str) -> str:
        return self.names.get(locale) or next(iter(self.names.values()), self.slug)


class ThemeTerm(Base):
    """A folded slug, name or synonym (`domain.themes.fold`) that leads to one theme, in any language."""

    __tablename__ = "theme_term"

    term: Mapped[str] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), index=True)
