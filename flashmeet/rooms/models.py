"""Tables of the built-in room: peers, their signalling messages, the fallback, mentors' own rooms."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.rooms.rules.fallback import FallbackWay
from flashmeet.rooms.rules.room import SignalKind


class RoomPeer(Base):
    """One page load of one seat. Only the seat's latest row counts: it replaces those before it.

    `arrived_at` is when the person came (None: with this page); a page that takes over from another keeps its time.
    `silent_since` is when this page began to receive neither sound nor picture from the other; None while it does.
    """

    __tablename__ = "room_peer"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"), index=True)
    joined_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    arrived_at: Mapped[datetime | None]
    silent_since: Mapped[datetime | None]

    __table_args__ = (Index("ix_room_peer_booking", "booking_id", "seat_id", "id"),)

    @property
    def there_since(self) -> datetime:
        return self.arrived_at or self.joined_at


class RoomMessage(Base):
    """One signalling message from one peer to another; `body` is JSON of at most 64 KB.

    `number` is the sender's own count: sending a message again changes nothing, and the receiver reads on from the last
    number it has, whatever the order of commits.
    """

    __tablename__ = "room_message"

    from_peer_id: Mapped[int] = mapped_column(
        ForeignKey("room_peer.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    to_peer_id: Mapped[int] = mapped_column(ForeignKey("room_peer.id", ondelete="CASCADE"), index=True)
    kind: Mapped[SignalKind] = mapped_column(StoredEnum(SignalKind))
    body: Mapped[str] = mapped_column(Text)


class Fallback(Base):
    """How the two meet if their devices do not connect: one row per booking, so that both see the same.

    Phone numbers are shown once both people agree to show theirs.
    """

    __tablename__ = "second_way"

    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    way: Mapped[FallbackWay] = mapped_column(StoredEnum(FallbackWay))
    mentor_shows_phone: Mapped[bool] = mapped_column(default=False)
    mentee_shows_phone: Mapped[bool] = mapped_column(default=False)


class OwnRoom(Base):
    """A mentor's own https room. Its address is a secret shared with everybody who was there: shown only on click."""

    __tablename__ = "own_room"

    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    address: Mapped[str]
