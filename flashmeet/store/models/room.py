"""The built-in room's mailbox: who is there, and what their browsers tell each other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.store.models.base import Base, Id


class RoomPeer(Base):
    """One page load of one seat; a newer one replaces it."""

    __tablename__ = "room_peer"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"))
    joined_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class RoomMessage(Base):
    """One signalling message to one peer; `body` is JSON of at most 64 KB."""

    __tablename__ = "room_message"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    to_peer_id: Mapped[int] = mapped_column(ForeignKey("room_peer.id", ondelete="CASCADE"))
    from_peer_id: Mapped[int] = mapped_column(ForeignKey("room_peer.id", ondelete="CASCADE"))
    client_key: Mapped[str]
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (
        Index("ix_room_message_to", "to_peer_id", "id"),
        Index("uq_room_message_client_key", "from_peer_id", "client_key", unique=True),
    )
