"""What people say of a session once it is over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.bookings.rules.outcomes import Happened
from flashmeet.core.database.base import Base
from flashmeet.core.database.types import StoredEnum


class SessionAnswer(Base):
    """One person's answer. `clearer` is the mentee's, 1 to 5; `thanks` is for the
    other person to read."""

    __tablename__ = "session_answer"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    happened: Mapped[Happened] = mapped_column(StoredEnum(Happened))
    clearer: Mapped[int | None] = mapped_column(SmallInteger)
    next_step: Mapped[str] = mapped_column(default="")
    thanks: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("clearer BETWEEN 1 AND 5", name="clearer_of_five"),)
