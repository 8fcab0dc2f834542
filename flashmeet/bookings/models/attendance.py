"""The built-in room: who is there, what their browsers tell each other, and what stays of it afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base, Id


class Presence(Base):
    """One stay of one person in the room: evidence for hours served, kept as long as the booking.

    `left_at` is the last moment at which they are known to have been there: it moves on while they stay.
    """

    __tablename__ = "presence"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"), index=True)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime]


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
