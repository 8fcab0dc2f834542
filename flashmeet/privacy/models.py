"""Tables of copies of members' data, and of erasures under way."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.core.database.base import Base, Id
from flashmeet.identity.models import Member


class DataCopy(Base):
    """A copy of a member's data, a ZIP in base64, so that every server can hand it out; made by a worker.

    `asked_by_id` is the member, or an administrator who asked for them. `made_at` is None until it is there.
    """

    __tablename__ = "data_copy"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime]
    made_at: Mapped[datetime | None] = mapped_column(index=True)
    content: Mapped[str] = mapped_column(Text, default="", deferred=True)

    member: Mapped[Member] = relationship(foreign_keys=member_id, lazy="joined", innerjoin=True)


class Erasure(Base):
    """An erasure that was confirmed, and waits until cancellations have left and calendars are clean."""

    __tablename__ = "erasure"

    member_id: Mapped[int] = mapped_column(
        ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    confirmed_at: Mapped[datetime]

    member: Mapped[Member] = relationship(foreign_keys=member_id, lazy="joined", innerjoin=True)
