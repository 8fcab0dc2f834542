"""Administrators' notes about members."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.core.database.base import Base, Id
from flashmeet.identity.models import Member


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
