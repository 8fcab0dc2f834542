"""What the two of an hour, or of a request, write to each other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.core.database.base import Base, Id
from flashmeet.identity.models.member import Member


class ThreadMessage(Base):
    """One text, for the two alone; `kind` is one of `bookings.rules.threads.ThreadKind`."""

    __tablename__ = "thread_message"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    request_id: Mapped[int | None] = mapped_column(ForeignKey("mentoring_request.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[str]
    text: Mapped[str]
    at: Mapped[datetime]

    author: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        CheckConstraint("(booking_id IS NULL) <> (request_id IS NULL)", name="one_subject"),
        Index("ix_thread_message_booking", "booking_id", "id"),
        Index("ix_thread_message_request", "request_id", "id"),
    )
