"""Why nobody is ever in two places: one row per person and quarter hour."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.schedule.rules.booked_hour import HolderKind


class Holder(Base):
    """What time is held for.

    One with `expires_at` ends by itself: whoever meets it later deletes it, and its claims and quota uses with it.
    """

    __tablename__ = "holder"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[HolderKind] = mapped_column(StoredEnum(HolderKind))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), unique=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("mentoring_request.id", ondelete="CASCADE"), index=True)
    mentor_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    starts_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)


class Claim(Base):
    """A quarter hour (epoch seconds // 900) of one person, held. The primary key is the promise."""

    __tablename__ = "claim"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    tick: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    holder_id: Mapped[int] = mapped_column(ForeignKey("holder.id", ondelete="CASCADE"), index=True)

    __table_args__ = ({"sqlite_with_rowid": False},)


class QuotaUse(Base):
    """The `ordinal`-th session of one person in one period under one rule (`schedule.rules.quotas`)."""

    __tablename__ = "quota_use"

    owner_id: Mapped[int] = mapped_column(ForeignKey("member.id"), primary_key=True, autoincrement=False)
    rule: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    ordinal: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    holder_id: Mapped[int] = mapped_column(ForeignKey("holder.id", ondelete="CASCADE"), index=True)
