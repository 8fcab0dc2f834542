"""When mentors are free, as they said it, and the bookable starts that follow from it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base


class LeaveQuestion(Base):
    """A session that falls into a leave: the mentor is asked once whether to keep, move or cancel it."""

    __tablename__ = "leave_question"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True)
    leave_id: Mapped[int] = mapped_column(ForeignKey("leave.id", ondelete="CASCADE"), primary_key=True, index=True)
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str | None]
