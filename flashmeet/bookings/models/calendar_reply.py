"""What somebody's calendar answered to an invite."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.bookings.models.booking import Seat
from flashmeet.core.database.base import Base, Id


class SeatReply(Base):
    """One answer to the invite of one seat at one `sequence`, written by the calendar at `stamped_at` (its DTSTAMP).

    `answer` is accepted, tentative or declined. A declined one asks the person; `settled` is what they said then: kept,
    moved or cancelled, "" while nobody has.
    """

    __tablename__ = "seat_reply"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    stamped_at: Mapped[datetime]
    answer: Mapped[str]
    received_at: Mapped[datetime]
    settled: Mapped[str] = mapped_column(default="")

    seat: Mapped[Seat] = relationship()

    __table_args__ = (UniqueConstraint("seat_id", "sequence", "stamped_at"),)
