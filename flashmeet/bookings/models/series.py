"""Tables of what follows a booking: a one-on-one series, and the mentee's answers months later."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.bookings.rules.follow_up import FollowUpAnswer
from flashmeet.bookings.rules.series import SeriesState
from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.identity.models import Member
from flashmeet.themes.models import Theme


class Series(Base):
    """Two people who continue after an hour.

    The one who did not propose it accepts or declines. Dates are in the mentee's zone; `review_on` is when both are
    asked whether it goes on, `reviewed_on` the last review date that was asked about.
    """

    __tablename__ = "series"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    state: Mapped[SeriesState] = mapped_column(StoredEnum(SeriesState))
    mentor_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    mentee_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("theme.id"))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    goals: Mapped[str]
    rhythm_weeks: Mapped[int] = mapped_column(SmallInteger)
    ends_on: Mapped[date]
    review_on: Mapped[date]
    reviewed_on: Mapped[date | None]
    proposed_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    nonce: Mapped[str]

    mentor: Mapped[Member] = relationship(foreign_keys=mentor_id, lazy="joined", innerjoin=True)
    mentee: Mapped[Member] = relationship(foreign_keys=mentee_id, lazy="joined", innerjoin=True)
    theme: Mapped[Theme] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (Index("ix_series_review", "state", "review_on"),)

    def other(self, member_id: int) -> Member:
        return self.mentee if member_id == self.mentor_id else self.mentor

    @property
    def answers_id(self) -> int:
        """The id of the member who accepts or declines the proposal."""
        return self.mentee_id if self.proposed_by_id == self.mentor_id else self.mentor_id


class LaterAnswer(Base):
    """The mentee's answer, `days` after the hour, to what came of it."""

    __tablename__ = "later_answer"

    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    days: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    answer: Mapped[FollowUpAnswer] = mapped_column(StoredEnum(FollowUpAnswer))
    line: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime]
