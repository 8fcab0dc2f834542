"""The built-in room's mailbox: who is there, and what their browsers tell each other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.store.models.base import Base, Id


class RoomPeer(Base):
    """One page load of one seat. The seat's latest row is the one that counts: it replaces those before it."""

    __tablename__ = "room_peer"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"), index=True)
    joined_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_room_peer_booking", "booking_id", "seat_id", "id"),)


class RoomMessage(Base):
    """One signalling message from one peer to another; `body` is JSON of at most 64 KB.

    `number` is the sender's own count: sending again changes nothing, and the receiver reads on from the last number
    it has, whatever order the database commits in.
    """

    __tablename__ = "room_message"

    from_peer_id: Mapped[int] = mapped_column(
        ForeignKey("room_peer.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    to_peer_id: Mapped[int] = mapped_column(ForeignKey("room_peer.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
