"""Administrators' notes about members, views they keep of a list, and acts on many."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.directory.rules.bulk import BulkKind, BulkState, ChangeState
from flashmeet.directory.rules.views import ViewedPage
from flashmeet.identity.models import Member
from flashmeet.identity.rules import AgreedHours

_UNDER_WAY = text("state IN ('running', 'undoing')")


class MemberNote(Base):
    """What an administrator wrote about a member, for the administrators; the member finds it in the copy of their
    data."""

    __tablename__ = "member_note"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    text: Mapped[str]
    written_at: Mapped[datetime]

    by: Mapped[Member | None] = relationship(foreign_keys=by_id, lazy="joined")


class SavedView(Base):
    """The filter of one page (`fields`), saved under a name for all administrators."""

    __tablename__ = "saved_view"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    page: Mapped[ViewedPage] = mapped_column(StoredEnum(ViewedPage))
    name: Mapped[str]
    fields: Mapped[dict[str, str]]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("page", "name"),)


class BulkAct(Base):
    """An act on everybody of a filter (`fields`), whose people were gathered as it began; `total` counts them.

    `hours` says what becomes of hours agreed with mentors it concerns.
    """

    __tablename__ = "bulk_act"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[BulkKind] = mapped_column(StoredEnum(BulkKind))
    state: Mapped[BulkState] = mapped_column(StoredEnum(BulkState))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("theme.id"))
    hours: Mapped[AgreedHours] = mapped_column(StoredEnum(AgreedHours))
    fields: Mapped[dict[str, str]]
    total: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(index=True)

    by: Mapped[Member | None] = relationship(lazy="joined")

    __table_args__ = (Index("ix_bulk_act_under_way", "id", sqlite_where=_UNDER_WAY, postgresql_where=_UNDER_WAY),)


class BulkChange(Base):
    """One person of an act: what it changes about them, as it was `before` and `after`."""

    __tablename__ = "bulk_change"

    act_id: Mapped[int] = mapped_column(ForeignKey("bulk_act.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    state: Mapped[ChangeState] = mapped_column(StoredEnum(ChangeState))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
