"""Themes, what leads to them, and members' unmet searches, choices, proposals and dismissals."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.kept import rarely_changed, watched
from flashmeet.core.database.types import StoredEnum
from flashmeet.themes.rules.changes import ThemeChange, UnmetCause


def name_in(names: Mapping[str, str], locale: str, *, slug: str) -> str:
    """Returns a theme's name in that language, else in its first one, else its slug."""
    return names.get(locale) or next(iter(names.values()), slug)


_UNTOLD = text("tell_at IS NOT NULL AND told_at IS NULL")


@watched
@rarely_changed
class Theme(Base):
    """A theme; `names`, `synonyms` and `examples` (questions) are per language.

    A regulated theme (law, health, tax) is for peer talk, never advice. A merged theme leads to `merged_into_id`, which
    is never itself merged; one that is neither active nor merged is retired.
    """

    __tablename__ = "theme"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    names: Mapped[dict[str, str]]
    active: Mapped[bool] = mapped_column(default=True)
    regulated: Mapped[bool] = mapped_column(default=False)
    synonyms: Mapped[dict[str, list[str]]] = mapped_column(default=dict, server_default=text("'{}'"))
    examples: Mapped[dict[str, list[str]]] = mapped_column(default=dict, server_default=text("'{}'"))
    merged_into_id: Mapped[int | None] = mapped_column(Id, index=True)  # no foreign key: backup rows are in id order

    terms: Mapped[list[ThemeTerm]] = relationship(cascade="all, delete-orphan")

    def name(self, locale: str) -> str:
        return name_in(self.names, locale, slug=self.slug)


@rarely_changed
class ThemeTerm(Base):
    """A folded slug, name or synonym (`core.text.fold`) that leads to one theme, in any language."""

    __tablename__ = "theme_term"

    term: Mapped[str] = mapped_column(primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), index=True)


class ThemeEvent(Base):
    """What was done to a theme, by whom."""

    __tablename__ = "theme_event"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime]
    what: Mapped[ThemeChange] = mapped_column(StoredEnum(ThemeChange))
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)


class UnmetNeed(Base):
    """An unmet search for an hour of a theme, once per member, theme and day in the member's zone.

    `cause` is what came first that day. `tell_at` is when the member asked to be informed of the next hour, `told_at`
    when they were.
    """

    __tablename__ = "unmet"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    cause: Mapped[UnmetCause] = mapped_column(StoredEnum(UnmetCause))
    at: Mapped[datetime]
    tell_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_unmet_theme", "theme_id", "at"),
        Index("ix_unmet_untold", "theme_id", "tell_at", sqlite_where=_UNTOLD, postgresql_where=_UNTOLD),
    )


class ThemeProposal(Base):
    """A theme that a member misses, in their own words; equal proposals share `term`, the folded form."""

    __tablename__ = "theme_proposal"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    term: Mapped[str] = mapped_column(primary_key=True, index=True)
    text: Mapped[str]
    at: Mapped[datetime]


class ThemeInvitation(Base):
    """An invitation to a member who is not a mentor to help with a theme; sent once. `unfit_at`: when they said that
    the theme is not for them."""

    __tablename__ = "theme_invitation"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), primary_key=True, index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime]
    unfit_at: Mapped[datetime | None]


class Dismissal(Base):
    """A suggested mentor whom the member does not want suggested again."""

    __tablename__ = "dismissal"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime]


@rarely_changed
class ThemeChoice(Base):
    """The theme that a member chose for a need which was not understood, or not so: the newest for each need.

    `term` is a fingerprint of the folded need; `rules.learning` says what is learned of it. A row is added past the
    session (`queries.write_choice`), so that the revision is renewed only where something was learned.
    """

    __tablename__ = "theme_choice"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    term: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
