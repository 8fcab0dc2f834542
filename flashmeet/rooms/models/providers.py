"""Where sessions meet beside the built-in room: mentors' own rooms, and who went to a provider when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base, Id


class OwnRoom(Base):
    """A mentor's own https room. It is a secret shared with whoever was there once: shown on click alone."""

    __tablename__ = "own_room"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str]
    updated_at: Mapped[datetime]


class ProviderVisit(Base):
    """One click on the way to a provider: who, when, where; never the link.

    `failed` says in a word why the provider gave none, "" where it did. `sequence` is the booking's at that time: after
    a move everything begins anew.
    """

    __tablename__ = "provider_visit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str]
    sequence: Mapped[int]
    visited_at: Mapped[datetime]
    failed: Mapped[str] = mapped_column(default="")
