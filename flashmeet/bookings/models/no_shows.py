"""Conduct: who keeps away from whom, what was reported, who did not come, and every step of a case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.bookings.models.booking import Booking
from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.identity.models.member import Member
from flashmeet.schedule.rules.booked_hour import SeatRole


class NoShow(Base):
    """`by_id` says that `about_id` did not come; `state` is of `conduct.rules.conduct`; `answer` is the latter's."""

    __tablename__ = "no_show"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    about_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    role: Mapped[SeatRole] = mapped_column(StoredEnum(SeatRole))
    state: Mapped[str]
    said_at: Mapped[datetime]
    until: Mapped[datetime]
    starts_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    nonce: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("conduct_case.id"), index=True)

    booking: Mapped[Booking] = relationship(lazy="joined", innerjoin=True)
    about: Mapped[Member] = relationship(foreign_keys=about_id, lazy="joined", innerjoin=True)
    by: Mapped[Member] = relationship(foreign_keys=by_id, lazy="joined", innerjoin=True)

    __table_args__ = (
        UniqueConstraint("booking_id", "about_id"),
        Index("ix_no_show_about", "about_id", "state", "starts_at"),
        Index("ix_no_show_until", "state", "until"),
    )


class Confirmation(Base):
    """The mentee is asked whether they come to the session that begins at `starts_at`; unanswered by `until` the hour
    is free again."""

    __tablename__ = "confirmation"

    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    until: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    booking: Mapped[Booking] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (Index("ix_confirmation_until", "ended_at", "until"),)
