"""Tables of what people say about a booking once it is over, and of presence in its room."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.rules.outcomes import AbsenceState, Happened
from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import SeatRole


class BookingAnswer(Base):
    """One person's answer after the booking. `clearer` is the mentee's, 1 to 5; `thanks` is shown to the other one."""

    __tablename__ = "session_answer"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, index=True)
    happened: Mapped[Happened] = mapped_column(StoredEnum(Happened))
    clearer: Mapped[int | None] = mapped_column(SmallInteger)
    next_step: Mapped[str] = mapped_column(default="")
    thanks: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("clearer BETWEEN 1 AND 5", name="clearer_of_five"),)


class RoomVisit(Base):
    """One stay of one person in the room: evidence for hours served, kept as long as the booking.

    `left_at` is when they were last known to be there; it moves on while they stay.
    """

    __tablename__ = "presence"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"), index=True)
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime]


class ProviderVisit(Base):
    """One click on the link to a provider: who, when, which provider; never the link itself.

    `failed` says in a word why the provider gave no link, "" where it gave one. `sequence` is the booking's at that
    time; visits before a move no longer count.
    """

    __tablename__ = "provider_visit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"), index=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"), index=True)
    provider: Mapped[str]
    sequence: Mapped[int]
    visited_at: Mapped[datetime]
    failed: Mapped[str] = mapped_column(default="")


class LateWord(Base):
    """Somebody's notice that they come some minutes late; their latest one counts."""

    __tablename__ = "late_word"

    seat_id: Mapped[int] = mapped_column(
        ForeignKey("seat.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    minutes: Mapped[int] = mapped_column(SmallInteger)
    said_at: Mapped[datetime]


class NoShow(Base):
    """A report by `by_id` that `about_id` did not come; `answer` is by `about_id`."""

    __tablename__ = "no_show"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    about_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    role: Mapped[SeatRole] = mapped_column(StoredEnum(SeatRole))
    state: Mapped[AbsenceState] = mapped_column(StoredEnum(AbsenceState))
    said_at: Mapped[datetime]
    until: Mapped[datetime]
    starts_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
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
    """Asks the mentee to confirm the booking that begins at `starts_at`; unanswered by `until`, its hour is freed."""

    __tablename__ = "confirmation"

    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    until: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    booking: Mapped[Booking] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (Index("ix_confirmation_until", "ended_at", "until"),)
